"""Short names for edits of a text under test."""

from collections.abc import Callable

from service_mesh.model.fix import Append, Edit, Insert, Remove, Rename, Replace
from service_mesh.model.origin import Origin, SourceText
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource
from service_mesh.source.editor import edit_text

__all__ = ["Ask", "append", "edited_text", "insert", "remove", "rename", "replaced"]

Ask = Callable[[Resource], Edit]
"""An edit that still waits for its object."""


def replaced(path: str, value: object) -> Ask:
    return lambda resource: Replace(resource, steps(path), value)


def remove(path: str) -> Ask:
    return lambda resource: Remove(resource, steps(path))


def rename(path: str, name: str) -> Ask:
    return lambda resource: Rename(resource, steps(path), name)


def insert(path: str, name: str, value: object) -> Ask:
    return lambda resource: Insert(resource, steps(path), name, value)


def append(path: str, value: object) -> Ask:
    return lambda resource: Append(resource, steps(path), value)


def steps(path: str) -> Path:
    """`a/0/b` as steps; names of digits alone are indexes."""
    return tuple(int(step) if step.isdigit() else step for step in path.split("/") if step)


def edited_text(text: str, *asks: Ask, inner: Path = ()) -> str:
    """Apply edits to a text that holds one document."""
    source = SourceText("mesh.yaml", text)
    data = {"kind": "Gateway", "metadata": {"name": "edge", "namespace": "shop"}}
    resource = Resource(data, Origin(source, 0, len(text), 0, 1, inner))
    return edit_text(source, [ask(resource) for ask in asks])
