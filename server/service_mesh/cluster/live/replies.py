"""Answers of an API server into plain data: whatever is odd about them is absent, and nothing of it is believed."""

import json
from collections.abc import Iterator, Mapping

from service_mesh.source.json_text import without_surrogates

__all__ = ["mappings", "parsed", "text_of"]


def parsed(body: bytes) -> dict[str, object] | None:
    """The map that a body holds as JSON in UTF-8, or None where it is cut off or none."""
    try:
        text = without_surrogates(body.decode("utf-8"), keep_pairs=True)
        value = json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def mappings(value: object) -> Iterator[Mapping[str, object]]:
    """The maps of a list; nothing for anything else."""
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield one


def text_of(value: object, name: str) -> str:
    """The text in a field of a map, empty where there is none."""
    held = value.get(name) if isinstance(value, dict) else None
    return held if isinstance(held, str) else ""


def _refused(constant: str) -> object:
    raise ValueError(constant)
