"""Keeps the content of Secrets out of findings, which are logged, uploaded and sent to language models."""

import re
from collections.abc import Iterator, Mapping

from service_mesh.mesh.certificates import FACTS
from service_mesh.model.kinds import SECRET
from service_mesh.model.resource import Resource

__all__ = ["without_content"]

_OPEN = frozenset({"apiVersion", "kind", "metadata", "type", "immutable"})
_QUOTED = re.compile(r"'((?:[^']|'(?=\w))+)'")
_SHORTEST_PART = 4


def without_content(text: str, resource: Resource | None) -> str:
    """A text about an object; of a Secret, quoted values and parts of them are replaced by dots."""
    if resource is None or resource.kind != SECRET:
        return text
    content = list(_content(resource.data))
    values, names = {value for _, value in content}, {*resource.data, *(name for name, _ in content)}
    return _QUOTED.sub(lambda match: "'…'" if _tells(match[1], values, names) else match[0], text)


def _tells(quoted: str, values: set[str], names: set[str]) -> bool:
    """Whether quoted words are a value or a part of one; the name of a field is no secret."""
    cut = quoted.rstrip("…")
    if cut in values or cut in names:
        return cut in values
    return len(cut) >= _SHORTEST_PART and any(cut in value for value in values)


def _content(data: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Name and value of everything a Secret holds: data, annotations (an old copy may be one), misspelt fields.

    What the reader of clusters wrote down about certificates is public, and findings are about it.
    """
    for field, value in data.items():
        if field not in _OPEN:
            yield from _leaves(field, value)
    metadata = data.get("metadata")
    if isinstance(metadata, dict):
        annotations = metadata.get("annotations")
        if isinstance(annotations, dict):
            annotations = {name: value for name, value in annotations.items() if name != FACTS}
        yield from _leaves("annotations", annotations)


def _leaves(field: str, value: object) -> Iterator[tuple[str, str]]:
    stack = [(field, value)]
    while stack:
        name, value = stack.pop()
        if isinstance(value, dict):
            stack.extend((str(key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            stack.extend((name, inner) for inner in value)
        elif value is not None:
            yield name, _as_text(value)


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
