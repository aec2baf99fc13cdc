"""The parts of an AuthorizationPolicy, taken apart once: some forty rules ask each policy about them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from service_mesh.model.node import Node
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource

__all__ = ["Clauses", "clauses", "condition_texts", "has_lists", "listed_texts", "policy_rules", "texts_in"]

_Lists = Mapping[str, list[object]]
"""Filled lists by field."""

_Listed = dict[str, list[tuple[Path, list[object]]]]
"""Filled lists of several holders by field, each with the path of what holds it."""


class Clauses(NamedTuple):
    """The parts of one rule.

    Attributes:
        sources: Its sources.
        operations: Its operations.
        conditions: Its conditions, each with its key.
    """

    sources: tuple[Node, ...]
    operations: tuple[Node, ...]
    conditions: tuple[tuple[str, Node], ...]


@dataclass(slots=True)
class _Parts:
    """A whole policy.

    Attributes:
        rules: Its rules, those that are maps.
        clauses: The parts of each rule by its path.
        lists: The lists of each source, operation and condition by its path.
        listed: Those of all sources and operations by field, each with the path of what holds it.
        conditions: The conditions, by key.
    """

    rules: tuple[Node, ...]
    clauses: dict[Path, Clauses] = field(default_factory=dict)
    lists: dict[Path, _Lists] = field(default_factory=dict)
    listed: _Listed = field(default_factory=dict)
    conditions: dict[str, list[Node]] = field(default_factory=dict)


def policy_rules(policy: Resource) -> tuple[Node, ...]:
    """Its rules, those that are maps."""
    return policy.once(_parts).rules


def clauses(rule: Node) -> Clauses:
    """The parts of one of the `policy_rules`."""
    return rule.resource.once(_parts).clauses[rule.path]


def texts_in(holder: Node, *fields: str) -> Iterator[Node]:
    """The texts in some lists of a source, an operation or a condition; empty ones are none."""
    held = holder.resource.once(_parts).lists.get(holder.path)
    if held:
        for name in fields:
            if name in held:
                yield from _texts(holder.resource, (*holder.path, name), held[name], _any_text)


def has_lists(policy: Resource, *fields: str) -> bool:
    """Tell whether any source or operation of a policy has one of some lists, with something in it."""
    return not policy.once(_parts).listed.keys().isdisjoint(fields)


def listed_texts(policy: Resource, *fields: str, where: Callable[[str], object] | None = None) -> Iterator[Node]:
    """The texts in some lists of all sources and operations of a policy; empty ones are none.

    Args:
        policy: The policy.
        fields: Names of the lists.
        where: Leaves out texts that it gives nothing for, before anything is made of them.
    """
    listed = policy.once(_parts).listed
    if listed.keys().isdisjoint(fields):  # as for most of what rules ask
        return iter(())
    return _in_lists(policy, listed, fields, where or _any_text)


def _in_lists(
    policy: Resource, listed: _Listed, fields: tuple[str, ...], where: Callable[[str], object]
) -> Iterator[Node]:
    for name in fields:
        for path, held in listed.get(name, ()):
            yield from _texts(policy, (*path, name), held, where)


def condition_texts(policy: Resource, *keys: str) -> Iterator[Node]:
    """The texts in `values` and `notValues` of all conditions of a policy with one of some keys."""
    held = policy.once(_parts).conditions
    for key in keys:
        for condition in held.get(key, ()):
            yield from texts_in(condition, "values", "notValues")


def _texts(policy: Resource, path: Path, listed: list[object], where: Callable[[str], object]) -> Iterator[Node]:
    for at, text in enumerate(listed):
        if text and isinstance(text, str) and where(text):
            yield Node(policy, (*path, at), text)


def _any_text(text: str) -> bool:
    return bool(text)


def _parts(policy: Resource) -> _Parts:
    parts = _Parts(tuple(node for node in policy.each("spec.rules[]") if isinstance(node.value, dict)))
    for rule in parts.rules:
        held = rule.value if isinstance(rule.value, dict) else {}
        conditions = tuple((_key(node), node) for node in rule.each("when[]")) if "when" in held else ()
        apart = Clauses(_holders(rule, held, "from", "source"), _holders(rule, held, "to", "operation"), conditions)
        parts.clauses[rule.path] = apart
        _take_lists(parts, apart)
    return parts


def _holders(rule: Node, fields: Mapping[str, object], clause: str, name: str) -> tuple[Node, ...]:
    """The sources or operations of a rule."""
    listed = fields.get(clause)
    return tuple(
        [
            Node(rule.resource, (*rule.path, clause, at, name), entry[name])
            for at, entry in enumerate(listed if isinstance(listed, list) else ())
            if isinstance(entry, dict) and name in entry
        ]
    )


def _key(condition: Node) -> str:
    key = condition.get("key")
    return key.text if key is not None else ""


def _take_lists(parts: _Parts, apart: Clauses) -> None:
    for holder in (*apart.sources, *apart.operations):
        held = parts.lists[holder.path] = _lists(holder.value)
        for name, listed in held.items():
            parts.listed.setdefault(name, []).append((holder.path, listed))
    for key, condition in apart.conditions:
        parts.lists[condition.path] = _lists(condition.value)
        parts.conditions.setdefault(key, []).append(condition)


def _lists(holder: object) -> _Lists:
    fields = holder.items() if isinstance(holder, dict) else ()
    return {str(name): held for name, held in fields if held and isinstance(held, list)}
