"""A value inside an object, addressable: rules talk about nodes and never about lines."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from service_mesh.model.finding import Anchor, Draft, Note
from service_mesh.model.grade import Severity
from service_mesh.model.path import ABSENT, Path, descend, parsed, to_pointer, walk

if TYPE_CHECKING:
    from service_mesh.model.fix import Fix
    from service_mesh.model.resource import Resource

__all__ = ["Node", "reached"]


class Node(NamedTuple):
    """A value, the object that holds it and the steps between them.

    The rules make hundreds of these for every object, and a named tuple is the cheapest thing that cannot be changed.

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
        """The node at a dotted path below this one, the first one of lists and maps; None where any step is absent."""
        resource, at, value = self
        if path.isalnum():  # one field, as nearly always
            found = value.get(path, ABSENT) if isinstance(value, dict) else ABSENT
            if found is ABSENT:
                return None
            return tuple.__new__(Node, (resource, at + (path,), found))  # noqa: RUF005  # twice as quick
        names, spreads = parsed(path)
        if spreads:
            return next(self.each(path), None)
        for name in names:
            if not isinstance(value, dict):
                return None
            value = value.get(name, ABSENT)
        return None if value is ABSENT else tuple.__new__(Node, (resource, at + names, value))

    def text_at(self, path: str) -> str:
        """The text at a dotted path below this node; empty where there is none."""
        value = self.value_at(path)
        return value if isinstance(value, str) else ""

    def value_at(self, path: str) -> object:
        """The plain value at a dotted path below this node; None where there is none.

        For what is mostly in order: a node is made only of what something is said about.
        """
        value = self.value
        if path.isalnum():  # one field, as nearly always
            return value.get(path) if isinstance(value, dict) else None
        names, spreads = parsed(path)
        if spreads:
            found = self.get(path)
            return None if found is None else found.value
        for name in names:
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value

    def key(self, name: str) -> "Node | None":
        """The node of one field whose name may hold dots, such as a label."""
        found = descend(self.value, (name,))
        return None if found is ABSENT else tuple.__new__(Node, (self.resource, (*self.path, name), found))

    def each(self, path: str) -> Iterator["Node"]:
        """Every node that a path reaches: `[]` stands for each item of a list, `{}` for each value of a map.

        Example: `spec.http[].route[].destination.host`. Shapes that do not fit are passed over.
        """
        return iter(reached(*self, path))

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
        tacit: bool = False,
        anchor: Anchor = Anchor.AUTO,
    ) -> Draft:
        """Say something about this node; the rule's code, severity and sources are added by the engine.

        Args:
            message: Lower-case start, names the object in quotes, states what happens, no remedy.
            fix: What would mend it.
            related: Other nodes that have a part in it.
            severity: Overrides the rule's severity for a milder case.
            partial: The finding rests on the absence of something that the input may simply not hold.
            tacit: Of a partial one, that the input holds nothing at all of what is missing: it is counted, not listed.
            anchor: Which end of a field is pointed at.
        """
        return Draft(
            message, self, fix=fix, related=related, severity=severity, partial=partial, tacit=tacit, anchor=anchor
        )

    def problem(
        self,
        message: str,
        next_command: str,
        *,
        related: "tuple[Note, ...]" = (),
        severity: Severity | None = None,
    ) -> Draft:
        """Say what is wrong with a cluster at this node, read from it, and what to run next.

        Args:
            message: As for `finding`.
            next_command: One command line that shows more or settles it; `model.kubectl` quotes its words.
            related: Other nodes that have a part in it.
            severity: Overrides the rule's severity for a milder case.
        """
        return Draft(message, self, related=related, severity=severity, next_command=next_command)

    def note(self, text: str) -> Note:
        """Point at this node from another finding."""
        return Note(self, text)


def reached(resource: "Resource", here: Path, value: object, path: str) -> tuple[Node, ...]:
    """The nodes that a path reaches from a value that stands somewhere in an object; see `Node.each`."""
    found = walk(value, parsed(path), here)
    return tuple([tuple.__new__(Node, (resource, at, value)) for at, value in found]) if found else ()
