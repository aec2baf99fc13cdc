"""Reads CustomResourceDefinitions that a user gives, and makes their rules ready to be asked."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from service_mesh.catalog.cel.asking import alternatives_constraint, rule_constraint
from service_mesh.catalog.cel.expression import INSTALL, CelError, Expression, is_cel_installed
from service_mesh.catalog.constraints.constraint import Constraint
from service_mesh.catalog.constraints.known import TRANSITION, alternatives_of, hash_of
from service_mesh.catalog.constraints.known_alternatives import ALTERNATIVES
from service_mesh.catalog.constraints.known_rules import RULES
from service_mesh.catalog.constraints.named import named_constraints
from service_mesh.catalog.convert import facts_from_crd
from service_mesh.catalog.facts import Fact, KindFacts
from service_mesh.catalog.given import Given, GivenKind
from service_mesh.catalog.judgement import Fault
from service_mesh.catalog.pool import name_patterns
from service_mesh.catalog.schema import build_schema, compiled
from service_mesh.catalog.structural import DEFINITION, definition_faults
from service_mesh.catalog.wording import found, quoted
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["FAULTY", "Definitions", "read_definitions"]

FAULTY = "SC141"
"""The rule about definitions that the API server refuses."""

Schema = Mapping[str, object]

_SYNTAX = "Syntax error"
_BOUNDS = frozenset(
    {
        *("enum", "pattern", "minimum", "maximum", "multipleOf", "minLength", "maxLength"),
        *("minItems", "maxItems", "minProperties", "maxProperties"),
    }
)


@dataclass(frozen=True, slots=True)
class Definitions:
    """What was read.

    Attributes:
        given: The kinds, to narrow a catalogue by.
        faults: What is wrong with the definitions.
        unchecked: Group and kind -> why some of its rules are not asked, each a sentence without its end.
        unjudged: Rules that could not be asked of some object -> why; filled while objects are judged.
    """

    given: Given
    faults: tuple[Fault, ...]
    unchecked: Mapping[tuple[str, str], tuple[str, ...]]
    unjudged: Mapping[str, str]


def read_definitions(resources: Iterable[Resource]) -> Definitions:
    """Read definitions; objects of other kinds are passed over.

    A definition that the API server refuses is reported, and objects of its kind are not checked. Of two definitions
    of one kind the first counts. Rules that the package has a constraint for are asked by that; the others by the CEL
    library, where it is installed. A rule with an error of syntax makes the definition one that is refused; one that
    only this library cannot compile is not asked.
    """
    reader = _Reader()
    for resource in resources:
        if resource.kind.name == DEFINITION.name and resource.group == DEFINITION.group:
            reader.read(resource)
    unchecked = {key: tuple(why) for key, why in reader.unchecked.items()}
    return Definitions(Given(reader.kinds, reader.unusable), tuple(reader.faults), unchecked, reader.unjudged)


@dataclass(slots=True)
class _Reader:
    kinds: dict[tuple[str, str], GivenKind] = field(default_factory=dict)
    places: dict[tuple[str, str], Node] = field(default_factory=dict)
    unusable: dict[tuple[str, str], str] = field(default_factory=dict)
    unchecked: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    unjudged: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def read(self, resource: Resource) -> None:
        """Take in one definition."""
        key, node = _key(resource), resource.get("spec.names.kind") or resource.root
        first = self.places.setdefault(key, node)
        if drafts := list(_refusals(resource)):
            self._refuse(key, drafts, "is faulty")
            return
        if first is not node:
            message = f"'{key[1]}.{key[0]}' is defined a second time, the first definition counts"
            draft = node.finding(message, related=(first.note("the first of them"),), anchor=Anchor.VALUE)
            self.faults.append((FAULTY, draft))
            return
        namer = _Namer(self.unjudged)
        try:
            facts: KindFacts = facts_from_crd(resource.data, namer.names_of)
            _try_out(facts)
        except (AttributeError, KeyError, TypeError, ValueError):
            self._refuse(key, [_unusable_part(resource, key)], "cannot be read")
            return
        if namer.broken:
            self._refuse(key, list(_syntax_errors(resource, namer.broken)), "is faulty")
            return
        self.kinds[key] = GivenKind(facts, namer.constraint)
        if why := list(namer.reasons()):
            self.unchecked[key] = why

    def _refuse(self, key: tuple[str, str], drafts: list[Draft], why: str) -> None:
        self.faults += [(FAULTY, draft) for draft in drafts]
        if key not in self.kinds and all(key):
            self.unusable[key] = f"the given definition of '{key[1]}.{key[0]}' {why}"


def _refusals(resource: Resource) -> Iterator[Draft]:
    if resource.version != "v1":
        node: Node = resource.get("apiVersion") or resource.root
        message = (
            f"the definition is of {quoted(resource.api_version)}, which no API server takes since Kubernetes 1.22"
        )
        yield node.finding(message, anchor=Anchor.VALUE)
        return
    yield from definition_faults(resource)


def _try_out(facts: KindFacts) -> None:
    """Compile the schemas once, so that a broken bound or pattern is met here and not when an object is judged.

    Raises:
        ValueError: A schema cannot be used.
    """
    for version in facts.versions:
        patterns: dict[str, str] = {}
        schema = build_schema(name_patterns(version.root, patterns), _no_part, patterns, "any")
        compiled(schema)


def _no_part(digest: str) -> Fact:
    raise ValueError(f"no part '{digest}'")


def _unusable_part(resource: Resource, key: tuple[str, str]) -> Draft:
    """Say which bound or pattern cannot be used; where it is something else, that the definition cannot be read."""
    for node in _walk(resource.root):
        name = node.path[-1] if node.path else ""
        if name in _BOUNDS and not isinstance(node.value, dict):
            try:
                compiled({str(name): node.value})
            except ValueError:
                return node.finding(f"{quoted(name)} is {found(node.value)}, which the API server cannot use")
    return resource.root.finding(f"the given definition of '{key[1]}.{key[0]}' cannot be read")


def _syntax_errors(resource: Resource, broken: Mapping[str, str]) -> Iterator[Draft]:
    for node in _walk(resource.root):
        if node.path[-1:] == ("rule",) and node.text in broken:
            yield node.finding(f"the CEL rule {quoted(node.text)} does not compile: {broken[node.text]}")


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in (*node.each("{}"), *node.items):
        yield from _walk(child)


def _key(resource: Resource) -> tuple[str, str]:
    group, kind = resource.get("spec.group"), resource.get("spec.names.kind")
    return group.text if group else "", kind.text if kind else ""


@dataclass(slots=True)
class _Namer:
    """Gives the rules of one definition names: those of the package, or numbers."""

    unjudged: dict[str, str]
    made: dict[str, Constraint] = field(default_factory=dict)
    missing: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)

    def names_of(self, schema: Schema) -> list[str]:
        """The constraints of a schema node."""
        names = [name for rule in _rules(schema) if (name := self._rule(rule, schema))]
        return names + [self._alternatives(text, schema) for text in alternatives_of(schema)]

    def constraint(self, name: str) -> Constraint:
        """The constraint of a name."""
        return self.made[name] if name in self.made else named_constraints()[name]

    def reasons(self) -> Iterator[str]:
        """Why some rules are not asked."""
        if self.missing:
            rules = "1 CEL rule is" if self.missing == 1 else f"{self.missing} CEL rules are"
            yield f"{rules} not checked, the library for them is not installed: {INSTALL}"
        for text, why in self.refused.items():
            yield f"the CEL rule {quoted(text)} is not checked: {why}"

    def _rule(self, rule: Schema, schema: Schema) -> str:
        text = str(rule.get("rule", ""))
        known = RULES.get(hash_of(" ".join(text.split())), "")
        if known == TRANSITION or "oldSelf" in text:
            return ""
        if known:
            return known
        if not is_cel_installed():
            self.missing += 1
            return ""
        try:
            expression = Expression.of(text)
        except CelError as error:
            why = str(error).partition(" expecting ")[0]
            (self.broken if why.startswith(_SYNTAX) else self.refused)[text] = why
            return ""
        name = self._name()
        self.made[name] = rule_constraint(name, rule, schema, expression, self.unjudged)
        return name

    def _alternatives(self, text: str, schema: Schema) -> str:
        known = ALTERNATIVES.get(hash_of(text))
        if known:
            return known
        name = self._name()
        self.made[name] = alternatives_constraint(name, json.loads(text), schema)
        return name

    def _name(self) -> str:
        return f"given-{len(self.made) + 1}"


def _rules(schema: Schema) -> list[Schema]:
    rules = schema.get("x-kubernetes-validations")
    return [rule for rule in cast(list[Schema], rules if isinstance(rules, list) else []) if isinstance(rule, dict)]
