"""Which rules of other AuthorizationPolicies act on everything that a rule acts on, and what rules cover each other."""

from collections.abc import Mapping
from typing import NamedTuple

from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.selection import policy_selector
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import targets
from service_mesh.posture.istio.policy_parts import clauses
from service_mesh.rules.istio._authorization import action, are_covered, is_dry_run, rules

__all__ = ["Entry", "Held", "clause_covers", "covers_rule", "held_above", "is_met_without_token", "own_rules"]

_MOST = 100
"""Rules of one scope that are compared with another one."""

_OF_TOKEN = "request.auth."
"""How the keys of conditions begin that are about a verified token."""

Entry = Mapping[str, tuple[str, ...]]
"""The texts of one source, operation or condition, by field."""


class Held(NamedTuple):
    """A rule, read once because it is compared often.

    Attributes:
        node: The rule.
        width: How wide its policy's scope is: 0 the mesh, 1 a namespace, 2 chosen workloads.
        number: Its place among all rules.
        sources: Its sources; none where it is for everybody.
        operations: Its operations; none where it is for every request.
        conditions: Its conditions with their keys.
    """

    node: Node
    width: int
    number: int
    sources: tuple[Entry, ...]
    operations: tuple[Entry, ...]
    conditions: tuple[tuple[str, Entry], ...]

    @property
    def wants_token(self) -> bool:
        """Whether it asks for what a verified token says; to except something of it asks for nothing."""
        if any("requestPrincipals" in source for source in self.sources):
            return True
        return any(key.startswith(_OF_TOKEN) and "values" in entry for key, entry in self.conditions)


class _Scope(NamedTuple):
    """What policies are for; no namespace and no choice stand for the whole mesh."""

    cluster: str
    namespace: str
    choice: frozenset[object]


def held_above(mesh: MeshView, policy: Resource, wanted: str) -> tuple[Held, ...]:
    """The rules with an action that act on every workload of a policy: of its own scope and of wider ones."""
    return mesh.once(_held_above, (policy, wanted))


def _held_above(mesh: MeshView, asked: tuple[Resource, str]) -> tuple[Held, ...]:
    policy, wanted = asked
    own, held = mesh.once(_scope, policy), mesh.index(_held).get(wanted)
    if held is None:
        return ()
    places = [own]
    if not targets(policy):
        places += (_Scope(own.cluster, own.namespace, frozenset()), _Scope(own.cluster, "", frozenset()))
    return tuple([rule for place in dict.fromkeys(places) for rule in held.get(place, ())[:_MOST]])


def own_rules(mesh: MeshView, policy: Resource) -> tuple[Held, ...]:
    """The rules of a policy, with their places."""
    return tuple(mesh.index(_by_policy).get(policy.key, ()))


def covers_rule(outer: Held, inner: Held) -> bool:
    """Tell whether one rule matches whatever another one matches; False where that is not certain."""
    return (
        clause_covers(outer.sources, inner.sources)
        and clause_covers(outer.operations, inner.operations)
        and _conditions_cover(outer, inner)
    )


def is_met_without_token(condition: tuple[str, Entry]) -> bool:
    """Tell whether every request without a token meets a condition: what is not there is not excepted.

    (`istio/istio: pilot/pkg/security/authz/model/model.go`, principal)
    """
    key, entry = condition
    return key.startswith(_OF_TOKEN) and entry.keys() == {"notValues"}


def clause_covers(outer: tuple[Entry, ...], inner: tuple[Entry, ...]) -> bool:
    """The same for the entries of one clause; no entries match everything."""
    if not outer:
        return True
    return bool(inner) and all(any(_entry_covers(o, i) for o in outer) for i in inner)


def _entry_covers(outer: Entry, inner: Entry) -> bool:
    if not outer.keys() <= inner.keys():
        return False
    return all(texts == inner[field] or _field_covers(field, texts, inner[field]) for field, texts in outer.items())


def _field_covers(field: str, outer: tuple[str, ...], inner: tuple[str, ...]) -> bool:
    if field.startswith("not"):
        return are_covered(outer, inner)
    return are_covered(inner, outer)


def _conditions_cover(outer: Held, inner: Held) -> bool:
    return all(
        any(key == wanted and _entry_covers(entry, other) for key, other in inner.conditions)
        for wanted, entry in outer.conditions
    )


def _scope(mesh: MeshView, policy: Resource) -> _Scope:
    chosen: frozenset[object] = frozenset((t.kind, t.namespace, t.name) for t in targets(policy))
    chosen = chosen or frozenset(policy_selector(policy).equal.items())
    is_mesh_wide = policy.namespace == root_namespace(mesh, policy.cluster) and not targets(policy)
    return _Scope(policy.cluster, "" if is_mesh_wide else policy.namespace, chosen)


def _held(mesh: MeshView) -> Mapping[str, Mapping[_Scope, list[Held]]]:
    """The rules that count by action and by what they are for."""
    found: dict[str, dict[_Scope, list[Held]]] = {}
    number = 0
    for policy in mesh.of_kind(AUTHORIZATION_POLICY):
        if policy_selector(policy).nothing or is_dry_run(policy):
            continue
        scope = mesh.once(_scope, policy)
        width = 2 if scope.choice else 1 if scope.namespace else 0
        alike = found.setdefault(action(policy), {}).setdefault(scope, [])
        for node in rules(policy):
            number += 1
            alike.append(_read(node, width, number))
    return found


def _read(node: Node, width: int, number: int) -> Held:
    parts = clauses(node)
    return Held(
        node,
        width,
        number,
        tuple(map(_entry, parts.sources)),
        tuple(map(_entry, parts.operations)),
        tuple((key, _entry(condition, "key")) for key, condition in parts.conditions),
    )


def _entry(node: Node, without: str = "") -> Entry:
    fields = node.value.items() if isinstance(node.value, dict) else ()
    return {str(name): _texts(value) for name, value in fields if value and name != without}


def _texts(value: object) -> tuple[str, ...]:
    # What is no list of texts stays as something that covers nothing and is covered by nothing but itself.
    return tuple(map(str, value)) if isinstance(value, list) else (repr(value),)


def _by_policy(mesh: MeshView) -> Mapping[object, list[Held]]:
    found: dict[object, list[Held]] = {}
    for held in (held for by_scope in mesh.index(_held).values() for listed in by_scope.values() for held in listed):
        found.setdefault(held.node.resource.key, []).append(held)
    return found
