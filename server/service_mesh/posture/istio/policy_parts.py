"""The parts of an AuthorizationPolicy, taken apart once: some forty rules ask each policy about them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from service_mesh.model.node import Node
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource

__all__ = ["Clauses", "clauses", "condition_texts", "listed_texts", "policy_rules", "texts_in"]

_Texts = Mapping[str, tuple[Node, ...]]


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
        texts: For each source, operation and condition by its path, the texts in its lists by field.
        listed: The texts in the lists of all sources and operations, by field.
        conditions: The texts of all conditions, by key.
    """

    rules: tuple[Node, ...]
    clauses: dict[Path, Clauses] = field(default_factory=dict)
    texts: dict[Path, _Texts] = field(default_factory=dict)
    listed: dict[str, list[Node]] = field(default_factory=dict)
    conditions: dict[str, list[Node]] = field(default_factory=dict)


def policy_rules(policy: Resource) -> tuple[Node, ...]:
    """Its rules, those that are maps."""
    return policy.once(_parts).rules


def clauses(rule: Node) -> Clauses:
    """The parts of one of the `policy_rules`."""
    return rule.resource.once(_parts).clauses[rule.path]


def texts_in(holder: Node, *fields: str) -> Iterator[Node]:
    """The texts in some lists of a source, an operation or a condition; empty ones are none."""
    held = holder.resource.once(_parts).texts.get(holder.path)
    if held:
        for name in fields:
            yield from held.get(name, ())


def listed_texts(policy: Resource, *fields: str) -> Iterator[Node]:
    """The same for all sources and operations of a policy."""
    held = policy.once(_parts).listed
    for name in fields:
        yield from held.get(name, ())


def condition_texts(policy: Resource, *keys: str) -> Iterator[Node]:
    """The texts in `values` and `notValues` of all conditions of a policy with one of some keys."""
    held = policy.once(_parts).conditions
    for key in keys:
        yield from held.get(key, ())


def _parts(policy: Resource) -> _Parts:
    parts = _Parts(tuple(node for node in policy.each("spec.rules[]") if isinstance(node.value, dict)))
    for rule in parts.rules:
        keyed = tuple((key.text if (key := node.get("key")) else "", node) for node in rule.each("when[]"))
        parts.clauses[rule.path] = Clauses(tuple(rule.each("from[].source")), tuple(rule.each("to[].operation")), keyed)
        _take_texts(parts, parts.clauses[rule.path])
    return parts


def _take_texts(parts: _Parts, apart: Clauses) -> None:
    for holder in (*apart.sources, *apart.operations):
        held = parts.texts[holder.path] = _texts_of(holder)
        for name, nodes in held.items():
            parts.listed.setdefault(name, []).extend(nodes)
    for key, condition in apart.conditions:
        held = parts.texts[condition.path] = _texts_of(condition)
        for name in ("values", "notValues"):
            parts.conditions.setdefault(key, []).extend(held.get(name, ()))


def _texts_of(holder: Node) -> _Texts:
    """The texts in the lists of a map, by field."""
    resource, path, value = holder
    return {
        name: tuple(
            Node(resource, (*path, name, at), text) for at, text in enumerate(held) if text and isinstance(text, str)
        )
        for name, held in (value.items() if isinstance(value, dict) else ())
        if held and isinstance(held, list)
    }
