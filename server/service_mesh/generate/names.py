"""The names of all intents, found by looking into the folder: no intent is imported for it."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

__all__ = ["intent_names", "modules"]

_FOLDER = Path(__file__).parent / "intents"
_ROOMS = ("security", "traffic")


@cache
def modules() -> Mapping[str, str]:
    """Name of an intent -> the module that holds it: a file or a package that is named like the intent."""
    return {
        path.stem.replace("_", "-"): f"service_mesh.generate.intents.{room}.{path.stem}"
        for room in _ROOMS
        for path in sorted((_FOLDER / room).iterdir())
        if not path.name.startswith("_") and (path.suffix == ".py" or (path / "__init__.py").exists())
    }


def intent_names() -> tuple[str, ...]:
    """The names, those about security first."""
    return tuple(modules())
