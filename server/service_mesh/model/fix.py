"""Fixes as data: a title, whether it is safe, and edits of nodes that the editor turns into splices."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service_mesh.model.path import Path

if TYPE_CHECKING:
    from service_mesh.model.node import Node
    from service_mesh.model.resource import Resource

__all__ = ["Append", "Edit", "Fix", "Insert", "Quote", "Remove", "Rename", "Replace"]


@dataclass(frozen=True, slots=True)
class Replace:
    """Put another value where `path` points; the value keeps its place and its comment."""

    resource: "Resource"
    path: Path
    value: object


@dataclass(frozen=True, slots=True)
class Quote:
    """Make text of the unquoted scalar at `path`, with the characters that stand there: `on` becomes `"on"`."""

    resource: "Resource"
    path: Path


@dataclass(frozen=True, slots=True)
class Remove:
    """Take away the field or item at `path`, with its own lines."""

    resource: "Resource"
    path: Path


@dataclass(frozen=True, slots=True)
class Rename:
    """Give the field at `path` another name; its value stays untouched."""

    resource: "Resource"
    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Insert:
    """Add the field `name` with `value` to the map at `path`, behind its last field."""

    resource: "Resource"
    path: Path
    name: str
    value: object


@dataclass(frozen=True, slots=True)
class Append:
    """Add `value` behind the last item of the list at `path`."""

    resource: "Resource"
    path: Path
    value: object


Edit = Replace | Quote | Remove | Rename | Insert | Append


@dataclass(frozen=True, slots=True)
class Fix:
    """What would mend a finding.

    Attributes:
        title: Imperative, e.g. "rename to 'public'".
        safe: True only if no traffic and no security answer can differ from what the author wrote or meant.
        edits: Applied together or not at all; may concern several objects.
    """

    title: str
    safe: bool
    edits: tuple[Edit, ...]

    @staticmethod
    def rename(node: "Node", name: str, *, title: str = "", safe: bool = False) -> "Fix":
        """Rename the field that `node` is the value of."""
        return Fix(title or f"rename to '{name}'", safe, (Rename(node.resource, node.path, name),))

    @staticmethod
    def replace(node: "Node", value: object, *, title: str = "", safe: bool = False) -> "Fix":
        """Replace the value of `node`."""
        return Fix(title or f"replace with '{value}'", safe, (Replace(node.resource, node.path, value),))

    @staticmethod
    def quote(node: "Node", *, safe: bool = False) -> "Fix":
        """Quote the value of `node` as it is written."""
        return Fix("quote the value", safe, (Quote(node.resource, node.path),))

    @staticmethod
    def remove(node: "Node", *, title: str = "", safe: bool = False) -> "Fix":
        """Remove the field or item `node`."""
        return Fix(title or f"remove '{node.path[-1]}'", safe, (Remove(node.resource, node.path),))
