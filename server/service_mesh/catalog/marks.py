"""Remarks on fields that are accepted: found by walking an object along a tree of the fields that have one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from service_mesh.catalog.facts import Fact
from service_mesh.catalog.judgement import Fault
from service_mesh.catalog.trail import Trail, path_of
from service_mesh.catalog.wording import called, quoted
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["NO_MARKS", "Mark", "Marks", "marked", "marks_of_difference", "marks_of_paths", "merged"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A remark.

    Attributes:
        code: The rule it belongs to.
        text: What is said, behind the name of the field.
        value: The value that the remark is about, empty where it is about the field.
        severity: The milder grade, or None for the rule's own.
    """

    code: str
    text: str
    value: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """The remarks on a value and on what lies below it; parts without any are not in the tree."""

    own: tuple[Mark, ...] = ()
    fields: Mapping[str, "Marks"] = field(default_factory=dict)
    each: "Marks | None" = None


NO_MARKS = Marks()


def marked(resource: Resource, marks: Marks) -> list[Fault]:
    """The findings of an object; a field that is null counts as absent."""
    found: list[Fault] = []
    if marks is not NO_MARKS:
        _walk(resource, resource.data, marks, None, found)
    return found


def _walk(resource: Resource, value: object, marks: Marks, trail: Trail, found: list[Fault]) -> None:
    if marks.own and value is not None:
        node = Node(resource, path_of(trail), value)
        found += [(mark.code, _draft(node, mark)) for mark in marks.own if mark.value in ("", value)]
    if isinstance(value, dict):
        for name, below in marks.fields.items():
            if name in value:
                _walk(resource, value[name], below, (trail, name), found)
    if marks.each is not None and isinstance(value, dict | list):
        for step, child in value.items() if isinstance(value, dict) else enumerate(value):
            _walk(resource, child, marks.each, (trail, step), found)


def _draft(node: Node, mark: Mark) -> Draft:
    anchor = Anchor.VALUE if mark.value else Anchor.KEY
    name = quoted(mark.value) if mark.value else called(node.path)
    return node.finding(f"{name} {mark.text}", severity=mark.severity, anchor=anchor)


def marks_of_paths(marks: Mapping[str, tuple[Mark, ...]]) -> Marks:
    """The tree of remarks by path, such as `spec.http[].mirrorPercent`; `[]` is an item of a list."""
    tree = NO_MARKS
    for path, own in marks.items():
        steps = path.replace("[]", ".[]").split(".")
        branch = Marks(own)
        for step in reversed(steps):
            branch = Marks(each=branch) if step == "[]" else Marks(fields={step: branch})
        tree = merged(tree, branch)
    return tree


def merged(left: Marks, right: Marks) -> Marks:
    """Both trees in one."""
    if left is NO_MARKS or right is NO_MARKS:
        return right if left is NO_MARKS else left
    fields = dict(left.fields)
    for name, below in right.fields.items():
        fields[name] = merged(fields.get(name, NO_MARKS), below)
    each = merged(left.each or NO_MARKS, right.each or NO_MARKS)
    return Marks((*left.own, *right.own), fields, None if each is NO_MARKS else each)


def marks_of_difference(more: Fact, less: Fact, find: Callable[[str], Fact], code: str, text: str) -> Marks:
    """The remarks on fields and values that one fact takes and another does not.

    Args:
        more: The fact that takes more.
        less: The fact that takes less.
        find: The part that a reference in either names.
        code: The rule of the remarks.
        text: What is said, behind the name of the field or the value.
    """
    return _Differ(find, Mark(code, text), {}).marks(more, less)


@dataclass(frozen=True, slots=True)
class _Differ:
    find: Callable[[str], Fact]
    mark: Mark
    known: dict[tuple[str, str], Marks]

    def marks(self, more: Fact, less: Fact) -> Marks:
        if isinstance(more, str) and isinstance(less, str):
            if more == less:
                return NO_MARKS
            if (more, less) not in self.known:
                self.known[more, less] = self._different(more, less)
            return self.known[more, less]
        return self._different(more, less)

    def _different(self, more: Fact, less: Fact) -> Marks:
        wide, narrow = self._resolved(more), self._resolved(less)
        if narrow.get("open") or narrow.get("type") in ("any", "object", "metadata") or narrow.get("loose"):
            return NO_MARKS
        names = cast(dict[str, Fact], narrow.get("fields", {}))
        fields: dict[str, Marks] = {}
        for name, child in cast(dict[str, Fact], wide.get("fields", {})).items():
            below = self.marks(child, names[name]) if name in names else Marks((self.mark,))
            if below is not NO_MARKS:
                fields[name] = below
        each = self._each(wide, narrow)
        own = tuple(self._values(wide, narrow))
        return Marks(own, fields, each) if own or fields or each is not None else NO_MARKS

    def _each(self, wide: Mapping[str, object], narrow: Mapping[str, object]) -> Marks | None:
        for key in ("items", "values"):
            if key in wide and key in narrow:
                below = self.marks(cast(Fact, wide[key]), cast(Fact, narrow[key]))
                return None if below is NO_MARKS else below
        return None

    def _values(self, wide: Mapping[str, object], narrow: Mapping[str, object]) -> Iterator[Mark]:
        known = cast(list[object], narrow.get("enum", []))
        for value in cast(list[object], wide.get("enum", [])) if known else ():
            if value not in known and isinstance(value, str):
                yield Mark(self.mark.code, self.mark.text, value, self.mark.severity)

    def _resolved(self, fact: Fact) -> Mapping[str, object]:
        if isinstance(fact, str):
            return self._resolved(self.find(fact[1:])) if fact.startswith("#") else {"type": fact}
        return fact
