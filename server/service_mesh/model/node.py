"""A value inside an object, addressable: rules talk about nodes and never about lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service_mesh.model.finding import Anchor, Draft, Note
from service_mesh.model.grade import Severity
from service_mesh.model.path import Path, to_pointer, walk

if TYPE_CHECKING:
    from service_mesh.model.fix import Fix
    from service_mesh.model.resource import Resource

__all__ = ["Node"]


@dataclass(frozen=True, slots=True)
class Node:
    """A value, the object that holds it and the steps between them.

    Attributes:
        resource: The object.
        path: Steps from the object's root.
        value: The plain value.
    """

    resource: "Resource"
    path: Path
    value: object

    @property
    def pointer(self) -> str:
        """JSON pointer from the object's root."""
        return to_pointer(self.path)

    @property
    def text(self) -> str:
        """The value if it is a string, else the empty string."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def number(self) -> int | float | None:
        """The value if it is a number (a boolean is none), else None."""
        return self.value if isinstance(self.value, int | float) and not isinstance(self.value, bool) else None

    @property
    def items(self) -> tuple["Node", ...]:
        """The items of a list as nodes; nothing for anything else."""
        return tuple(self.each("[]"))

    def get(self, path: str) -> "Node | None":
        """The node at a dotted path below this one, or None where any step is absent. Names only, no lists."""
        return next(self.each(path), None)

    def key(self, name: str) -> "Node | None":
        """The node of one field whose name may hold dots, such as a label."""
        found = next(walk(self.value, (name,), self.path), None)
        return None if found is None else Node(self.resource, *found)

    def each(self, path: str) -> Iterator["Node"]:
        """Every node that a path reaches: `[]` stands for each item of a list, `{}` for each value of a map.

        Example: `spec.http[].route[].destination.host`. Shapes that do not fit are passed over.
        """
        steps = tuple(part for part in path.replace("[]", ".[]").replace("{}", ".{}").split(".") if part)
        for found, value in walk(self.value, steps, self.path):
            yield Node(self.resource, found, value)

    def parent(self) -> "Node":
        """The node one step up; the root is its own parent."""
        value: object = self.resource.data
        for step in self.path[:-1]:
            value = value[step]  # type: ignore[index]  # the steps were taken once already
        return Node(self.resource, self.path[:-1], value)

    def finding(
        self,
        message: str,
        *,
        fix: "Fix | None" = None,
        related: "tuple[Note, ...]" = (),
        severity: Severity | None = None,
        partial: bool = False,
        anchor: Anchor = Anchor.AUTO,
    ) -> Draft:
        """Say something about this node; the rule's code, severity and sources are added by the engine.

        Args:
            message: Lower-case start, names the object in quotes, states what happens, no remedy.
            fix: What would mend it.
            related: Other nodes that have a part in it.
            severity: Overrides the rule's severity for a milder case.
            partial: The finding rests on the absence of something that the input may simply not hold.
            anchor: Which end of a field is pointed at.
        """
        return Draft(message, self, fix=fix, related=related, severity=severity, partial=partial, anchor=anchor)

    def note(self, text: str) -> Note:
        """Point at this node from another finding."""
        return Note(self, text)
