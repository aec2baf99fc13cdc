"""What TLS the DestinationRules have clients begin towards hosts that ServiceEntries declare."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from service_mesh.mesh.declared_hosts import declared_anywhere
from service_mesh.mesh.destination_rules import has_selector, rule_host, rule_selector, rules_about
from service_mesh.mesh.ports import port_number
from service_mesh.mesh.selection import selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.hosts import is_wildcard
from service_mesh.model.kinds import DESTINATION_RULE, SERVICE_ENTRY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.istio.client_tls import CLIENT_KINDS, TlsMode, client_tls, tls_settings
from service_mesh.posture.istio.enrolment import Enrolled
from service_mesh.posture.istio.namespaces import NAMESPACE_ENROLMENT_KINDS, namespace_enrolment

__all__ = ["ORIGINATION_KINDS", "Origination", "originations"]

ORIGINATION_KINDS = tuple(dict.fromkeys((*NAMESPACE_ENROLMENT_KINDS, *CLIENT_KINDS, *WORKLOAD_KINDS)))
"""The kinds that are read here."""

_MOST = 20
"""Entries of one host, and rules for many hosts that cover one, that stand for all of them."""

_MOST_RULES = 100
"""Rules of one host that are looked at: where more namespaces have one, they have the same."""

_ENCRYPTING = frozenset({TlsMode.SIMPLE, TlsMode.MUTUAL, TlsMode.ISTIO_MUTUAL})


@dataclass(frozen=True, slots=True)
class Origination:
    """TLS that clients begin by a DestinationRule.

    Attributes:
        setting: The `mode` that says so.
        mode: What it is.
        host: The host that clients address; maybe a wildcard.
        entry: The ServiceEntry that declares it.
        port: The port of the entry.
        namespace: Namespace of clients that do it.
    """

    setting: Node
    mode: TlsMode
    host: str
    entry: Resource
    port: Node
    namespace: str

    @property
    def tls(self) -> Node:
        """The `tls` that the mode stands in."""
        return self.setting.parent()

    @property
    def policy(self) -> Node:
        """What the `tls` stands in: a traffic policy, or its settings of one port."""
        return self.tls.parent()


def originations(mesh: MeshView, rule: Resource) -> tuple[Origination, ...]:
    """What a DestinationRule has clients begin TLS towards, as far as ServiceEntries declare it.

    Clients in the rule's namespace and in those of the entries are looked at; clients in ambient mode are left out,
    because ztunnel follows no DestinationRule.
    """
    return mesh.index(_by_rule).get(rule.key, ())


def _by_rule(mesh: MeshView) -> Mapping[ResourceKey, tuple[Origination, ...]]:
    mesh.mark_read(*ORIGINATION_KINDS)
    found: dict[ResourceKey, list[Origination]] = {}
    for rule, host, entry in _pairs(mesh):
        found.setdefault(rule.key, []).extend(_of_pair(mesh, rule, host, entry))
    return {key: tuple(begun) for key, begun in found.items()}


def _pairs(mesh: MeshView) -> Iterator[tuple[Resource, str, Resource]]:
    """Rules with TLS settings and the entries they are about: by the rule's host, and by the entry's for wide rules."""
    yield from _by_host_of_rule(mesh)
    counted: Counter[tuple[str, str]] = Counter()
    for entry in mesh.of_kind(SERVICE_ENTRY):
        for named in entry.each("spec.hosts[]"):
            asked = named.text, entry.cluster
            counted[asked] += 1
            for rule in mesh.once(_wide_rules, asked) if counted[asked] <= _MOST else ():
                yield rule, named.text, entry


def _by_host_of_rule(mesh: MeshView) -> Iterator[tuple[Resource, str, Resource]]:
    counted: Counter[tuple[str, str]] = Counter()
    for rule in mesh.of_kind(DESTINATION_RULE):
        host = rule_host(rule)
        if not host or is_wildcard(host) or not _has_tls(rule):
            continue
        counted[host, rule.cluster] += 1
        if counted[host, rule.cluster] <= _MOST_RULES:
            for entry in islice(declared_anywhere(mesh, host, rule.cluster), _MOST):
                if entry.kind == SERVICE_ENTRY:
                    yield rule, host, entry


def _wide_rules(mesh: MeshView, asked: tuple[str, str]) -> tuple[Resource, ...]:
    host, cluster = asked
    about = rules_about(mesh, host, cluster)
    return tuple(islice((rule for rule in about if is_wildcard(rule_host(rule)) and _has_tls(rule)), _MOST))


def _has_tls(rule: Resource) -> bool:
    return any(True for _ in tls_settings(rule))


def _of_pair(mesh: MeshView, rule: Resource, host: str, entry: Resource) -> Iterator[Origination]:
    subsets = ("", *_subsets(rule))
    for namespace, client in _clients(mesh, rule, entry):
        for port in entry.each("spec.ports[]"):
            for subset in subsets:
                number, cluster = port_number(port), rule.cluster
                said = client_tls(mesh, host, number, namespace, cluster, client=client, subset=subset)
                setting = said.chain[-1].node if said.mode in _ENCRYPTING and said.chain else None
                if setting is not None and setting.resource is rule:
                    yield Origination(setting, said.mode, host, entry, port, namespace)


def _subsets(rule: Resource) -> Iterator[str]:
    """Names of the subsets with TLS settings of their own."""
    for subset in rule.each("spec.subsets[]"):
        name, policy = subset.get("name"), subset.get("trafficPolicy")
        if name is not None and policy is not None and (policy.get("tls") or policy.get("portLevelSettings[].tls")):
            yield name.text


def _clients(mesh: MeshView, rule: Resource, entry: Resource) -> Iterator[tuple[str, Workload | None]]:
    seen = visibility(mesh, entry)
    if has_selector(rule):
        chosen = selected(mesh, rule_selector(rule), rule.namespace, rule.cluster)
        yield from ((rule.namespace, client) for client in chosen[:1] if seen.reaches(rule.namespace))
        return
    for namespace in dict.fromkeys((rule.namespace, entry.namespace)):
        is_ambient = namespace_enrolment(mesh, namespace, rule.cluster).mode is Enrolled.AMBIENT
        if seen.reaches(namespace) and not is_ambient:
            yield namespace, None
