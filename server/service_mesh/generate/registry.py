"""Every intent as a value, by its name."""

import importlib

from service_mesh.errors import UsageError
from service_mesh.generate.intent import Intent
from service_mesh.generate.names import intent_names, modules
from service_mesh.model.names import nearest

__all__ = ["intent_of", "load_intents"]


def intent_of(name: str) -> Intent:
    """An intent by its name.

    Raises:
        UsageError: There is none; the nearest is named.
    """
    if name in modules():
        found: Intent = importlib.import_module(modules()[name]).INTENT
        return found
    near = nearest(name, modules())
    hint = f"did you mean '{near}'?" if near else f"the intents are {', '.join(modules())}"
    raise UsageError(f"there is no intent '{name[:60]}'", hint)


def load_intents() -> tuple[Intent, ...]:
    """All intents, those about security first."""
    return tuple(intent_of(name) for name in intent_names())
