"""What network policies say of many connections: asked once for all ends that they cannot tell apart."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import ADMIN_NETWORK_POLICY, BASELINE_ADMIN_NETWORK_POLICY
from service_mesh.model.resource import Resource
from service_mesh.posture.access.facts import facts, selecting
from service_mesh.posture.access.groups import Crowd, first_of, grouped, kind_of
from service_mesh.posture.access.looks import Look, looks
from service_mesh.posture.access.networks import Hop, egress_answers, enforces_cilium, ingress_answers
from service_mesh.posture.access.outcomes import Outcomes, Said, Weighed, alike
from service_mesh.posture.cilium.rules import chosen_rules, closes
from service_mesh.posture.decisions import Direction
from service_mesh.posture.kubernetes.admin import about
from service_mesh.posture.kubernetes.ends import End
from service_mesh.posture.kubernetes.policies import isolating

__all__ = ["Walls"]


@dataclass(frozen=True, slots=True)
class _Rule:
    """The policies of one end in one direction, and what they look at.

    Attributes:
        key: Number of what makes ends have the same policies, and the same place under them.
        selectors: The selectors in them.
        homes: The namespaces that they live in.
        names_ports: Whether they name ports.
        names_services: Whether they name Services.
    """

    key: int
    selectors: int
    homes: frozenset[tuple[str, str]]
    names_ports: bool
    names_services: bool


@dataclass(slots=True)
class Walls:
    """The network policies of both ends of connections, with every answer kept.

    Attributes:
        mesh: The objects.
        crowd: The clients.
        outcomes: What answers come to.
    """

    mesh: MeshView
    crowd: Crowd
    outcomes: Outcomes
    _senders: tuple[tuple[int, _Rule], ...] = ()
    _all: _Rule = _Rule(0, 0, frozenset(), names_ports=False, names_services=False)
    _said: dict[Hashable, list[Said]] = field(default_factory=dict)
    _answers: dict[Hashable, Weighed] = field(default_factory=dict)
    _rules: dict[Hashable, _Rule] = field(default_factory=dict)
    _parts: dict[Hashable, tuple[int, ...]] = field(default_factory=dict)
    _ends: dict[Hashable, tuple[int, int]] = field(default_factory=dict)
    _numbers: dict[Hashable, int] = field(default_factory=dict)

    def out_of(self, hop: Hop) -> list[Said]:
        """What the policies of each client say of such a connection, whoever its client is."""
        if not self._senders:
            self._sort_senders()
        key = self._view(self._all, hop)
        said = self._said.get(key)
        if said is None:
            asked = ((mask, self._egress(rule, first_of(mask), hop)) for mask, rule in self._senders)
            said = self._said[key] = alike(asked)
        return said

    def _sort_senders(self) -> None:
        """Sort the clients by the policies that they have for what leaves them."""
        rules = [self._rule(end, Direction.EGRESS) for end in self.crowd.ends]
        sets = grouped((rule.key, number) for number, rule in enumerate(rules))
        self._senders = tuple((mask, rules[first_of(mask)]) for mask in sets.values())
        found = [rule for _, rule in self._senders]
        self._all = _Rule(
            self._number("all"),
            reduce(or_, (rule.selectors for rule in found), 0),
            frozenset(home for rule in found for home in rule.homes),
            any(rule.names_ports for rule in found),
            any(rule.names_services for rule in found),
        )

    def into(self, hop: Hop) -> list[Said]:
        """What the policies of the server say of such a connection, from each client."""
        rule = self._rule(hop.server, Direction.INGRESS)
        parts = self._parts.get(rule.key)
        if parts is None:
            parts = self._parts[rule.key] = self.crowd.divided(rule.selectors, 0, rule.homes)
        key = rule.key, hop.key
        said = self._said.get(key)
        if said is None:
            said = self._said[key] = alike((part, self._ingress(part, hop)) for part in parts)
        return said

    def between(self, hop: Hop) -> Weighed:
        """What both ends say of one connection whose client is none of the classes."""
        return self.outcomes.weighed((*egress_answers(self.mesh, hop), *ingress_answers(self.mesh, hop)))

    def _view(self, rule: _Rule, hop: Hop) -> Hashable:
        """What some policies see of a connection and its server."""
        seen, kind = self._seen(hop.server)
        named = self._named(rule, hop.server)
        return rule.key, seen & rule.selectors, kind, named, hop.key

    def _egress(self, rule: _Rule, client: int, hop: Hop) -> Weighed:
        key = self._view(rule, hop)
        said = self._answers.get(key)
        if said is None:
            asked = _from(hop, self.crowd.ends[client])
            said = self._answers[key] = self.outcomes.weighed(egress_answers(self.mesh, asked))
        return said

    def _named(self, rule: _Rule, server: End) -> Hashable:
        """What policies name of a server besides its labels: its namespace as their own, its ports, its Services."""
        home = (server.cluster, server.namespace) if rule.homes else None
        if not (rule.names_ports or rule.names_services):
            return home if home in rule.homes else None
        serving = facts(self.mesh, server.workload).serving if server.workload is not None else None
        return home if home in rule.homes else None, serving, _key(server) if rule.names_services else None

    def _ingress(self, part: int, hop: Hop) -> Weighed:
        return self.outcomes.weighed(ingress_answers(self.mesh, _from(hop, self.crowd.ends[first_of(part)])))

    def _seen(self, end: End) -> tuple[int, int]:
        """The selectors that select an end, and what no selector tells of it."""
        key = _key(end)
        held = self._ends.get(key)
        if held is None:
            told = facts(self.mesh, end.workload) if end.workload is not None else None
            mask = told.selectors if told is not None else selecting(self.mesh, end)
            held = self._ends[key] = mask, self._number(kind_of(end, told))
        return held

    def _number(self, key: Hashable) -> int:
        """A number for a key that takes long to hash."""
        return self._numbers.setdefault(key, len(self._numbers))

    def _rule(self, end: End, direction: Direction) -> _Rule:
        key = _key(end), direction
        rule = self._rules.get(key)
        if rule is None:
            rule = self._rules[key] = self._read(end, direction)
        return rule

    def _read(self, end: End, direction: Direction) -> _Rule:
        policies = _policies(self.mesh, end, direction)
        listed = [looks(self.mesh).of.get(policy.key, Look()) for policy in policies]
        selectors = 0
        for look in listed:
            selectors |= look.selectors
        names_ports = any(look.names_ports for look in listed)
        seen, kind = self._seen(end)
        is_open = not self.mesh.is_complete(end.namespace, end.cluster)
        serving = facts(self.mesh, end.workload).serving if names_ports and end.workload is not None else ""
        key = (
            (tuple(policy.key for policy in policies), seen & selectors, kind, end.namespace if is_open else ""),
            serving,
            direction,
        )
        homes = frozenset((policy.cluster, policy.namespace) for policy in policies if policy.namespace)
        return _Rule(self._number(key), selectors, homes, names_ports, any(look.names_services for look in listed))


def _policies(mesh: MeshView, end: End, direction: Direction) -> tuple[Resource, ...]:
    """The policies that may have a say on an end in a direction."""
    own = isolating(mesh, end, direction)
    if not enforces_cilium(mesh, end.cluster):
        kinds = ADMIN_NETWORK_POLICY, BASELINE_ADMIN_NETWORK_POLICY
        return *(one for kind in kinds for one in about(mesh, kind, end, direction)), *own
    chosen = (one.rule for one in chosen_rules(mesh, end))
    rules = (rule.resource for rule in chosen if not end.is_pod or closes(rule, direction))
    return *dict.fromkeys(rules), *own


def _from(hop: Hop, client: End) -> Hop:
    return Hop(client, hop.server, hop.arrivals, hop.protocol, hop.request, hop.title, hop.which, hop.other_way)


def _key(end: End) -> Hashable:
    """What an end is known by: its workload, else what it is."""
    if end.workload is not None:
        return end.workload.key
    return end.cluster, end.namespace, end.service_account, tuple(sorted(map(str, end.labels.items())))
