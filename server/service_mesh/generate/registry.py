"""Every intent, found by looking into its folder: a module of `intents` that is named like the intent holds it."""

import importlib
import pkgutil
from functools import cache

from service_mesh.errors import UsageError
from service_mesh.generate.intent import Intent
from service_mesh.generate.intents import security, traffic
from service_mesh.model.names import nearest

__all__ = ["intent_names", "intent_of", "load_intents"]

_ROOMS = (security, traffic)


@cache
def _modules() -> dict[str, str]:
    """Name of an intent -> its module; nothing is imported for it."""
    return {
        module.name.replace("_", "-"): f"{room.__name__}.{module.name}"
        for room in _ROOMS
        for module in sorted(pkgutil.iter_modules(room.__path__), key=lambda module: module.name)
        if not module.name.startswith("_")
    }


def intent_names() -> tuple[str, ...]:
    """The names of all intents, those about security first."""
    return tuple(_modules())


def intent_of(name: str) -> Intent:
    """An intent by its name.

    Raises:
        UsageError: There is none; the nearest is named.
    """
    modules = _modules()
    if name in modules:
        found: Intent = importlib.import_module(modules[name]).INTENT
        return found
    near = nearest(name, modules)
    hint = f"did you mean '{near}'?" if near else f"the intents are {', '.join(modules)}"
    raise UsageError(f"there is no intent '{name[:60]}'", hint)


def load_intents() -> tuple[Intent, ...]:
    """All intents, those about security first."""
    return tuple(intent_of(name) for name in intent_names())
