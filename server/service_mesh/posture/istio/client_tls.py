"""Which TLS a client uses for a host: what the DestinationRules it is served say, before automatic mTLS comes in."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from service_mesh.mesh.destination_rules import rules_about, rules_served, traffic_policies
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.age import oldest_first
from service_mesh.model.finding import Note
from service_mesh.model.kinds import DESTINATION_RULE, SERVICE, SERVICE_ENTRY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = [
    "CLIENT_KINDS",
    "ClientTls",
    "TlsMode",
    "are_settings_about",
    "client_tls",
    "passes_through",
    "shapes_connections",
    "tls_settings",
]

CLIENT_KINDS = (DESTINATION_RULE, SERVICE, SERVICE_ENTRY, *INSTALLATION_KINDS)
"""The kinds that are read here."""


class TlsMode(StrEnum):
    """What a client sends.

    `AUTO`: nothing is said, so automatic mTLS decides. `RESET`: an entry for the port without TLS settings takes the
    rule's settings away for connections, while endpoints are still chosen by them. `MARKED`: it takes ISTIO_MUTUAL
    away, so that automatic mTLS decides and finds every endpoint marked for it, whatever that takes.
    """

    AUTO = "AUTO"
    MARKED = "MARKED"
    DISABLE = "DISABLE"
    SIMPLE = "SIMPLE"
    MUTUAL = "MUTUAL"
    ISTIO_MUTUAL = "ISTIO_MUTUAL"
    RESET = "RESET"
    UNKNOWN = "UNKNOWN"


_WRITTEN = frozenset({TlsMode.DISABLE, TlsMode.SIMPLE, TlsMode.MUTUAL, TlsMode.ISTIO_MUTUAL})


@dataclass(frozen=True, slots=True)
class ClientTls:
    """What a client uses for a host and port.

    Attributes:
        mode: What it sends.
        chain: The setting that decides, or the rules that might; empty where no rule says anything.
        missing: What would have to be known, where the mode is unknown.
        options: The modes that it may be, where it is unknown and the input leaves some.
    """

    mode: TlsMode
    chain: tuple[Note, ...] = ()
    missing: str = ""
    options: tuple[TlsMode, ...] = ()


def client_tls(
    mesh: MeshView,
    host: str,
    port: int | None,
    namespace: str,
    cluster: str = "",
    *,
    client: Workload | None = None,
    subset: str = "",
) -> ClientTls:
    """Tell which TLS clients use for a port of a host.

    The rules are those that `rules_served` tells. Of several rules of one host only the oldest with a traffic policy
    counts. A subset's settings come before the rule's, and in each of the two those of the port before the others.

    Args:
        mesh: The objects.
        host: A full host.
        port: Port of the service; None for ports that no setting names.
        namespace: Namespace of the client.
        cluster: Cluster of the client.
        client: The client, where rules for chosen pods may choose it.
        subset: The subset that is addressed; empty for the host as a whole.
    """
    if not are_settings_about(mesh, host, cluster):
        return ClientTls(TlsMode.AUTO)
    chosen = _chosen(mesh, host, namespace, cluster, client)
    if not any(rule.once(_tls_settings) for rule in chosen):
        return ClientTls(TlsMode.AUTO)
    rules = [rule for rule in chosen if _speaks(rule, subset)]
    ordered = oldest_first(rules)
    if ordered is not None:
        return _said(ordered[0], port, subset) if ordered else ClientTls(TlsMode.AUTO)
    answers = [_said(rule, port, subset) for rule in rules]
    if len({answer.mode for answer in answers}) == 1:
        return answers[0]
    titles = ", ".join(f"'{rule.title}'" for rule in rules[:3])
    chain = tuple(rule.root.note("applies if it is the oldest") for rule in rules[:3])
    missing = f"which of {titles} is the oldest, since its traffic policy counts alone"
    modes = tuple(dict.fromkeys(answer.mode for answer in answers))
    return ClientTls(TlsMode.UNKNOWN, chain, missing, () if TlsMode.UNKNOWN in modes else modes)


def are_settings_about(mesh: MeshView, host: str, cluster: str) -> bool:
    """Tell whether any DestinationRule about a host has settings for TLS, for whichever clients, port or subset."""
    return any(rule.once(_tls_settings) for rule in rules_about(mesh, host, cluster))


def passes_through(
    mesh: MeshView, host: str, port: int | None, namespace: str, cluster: str = "", *, client: Workload | None = None
) -> bool | None:
    """Tell whether clients keep the address that they connect to, as `loadBalancer.simple: PASSTHROUGH` makes them.

    None where it depends on which of several rules is the oldest. Arguments as for `client_tls`.
    (`istio/istio: pilot/pkg/networking/core/cluster_traffic_policy.go`, applyLoadBalancer)
    """
    if not any(rule.once(_balancing) for rule in rules_about(mesh, host, cluster)):
        return False
    chosen = _chosen(mesh, host, namespace, cluster, client)
    if not any(rule.once(_balancing) for rule in chosen):
        return False
    rules = [rule for rule in chosen if _speaks(rule, "")]
    ordered = oldest_first(rules)
    answers = {_keeps(rule, port) for rule in (rules if ordered is None else ordered[:1])}
    return answers.pop() if len(answers) == 1 else None


def shapes_connections(rule: Resource) -> bool:
    """Tell whether a DestinationRule says anything of TLS, or that clients keep the address that they connect to."""
    return bool(rule.once(_tls_settings) or rule.once(_balancing))


def _balancing(rule: Resource) -> tuple[Node, ...]:
    """The traffic policies of a rule as a whole, and of its ports, that pass addresses through."""
    kept = (policy for policy in traffic_policies(rule) if policy.text_at("loadBalancer.simple") == "PASSTHROUGH")
    return tuple(policy for policy in kept if "subsets" not in policy.path)


def _keeps(rule: Resource, port: int | None) -> bool:
    whole = rule.get("spec.trafficPolicy")
    if whole is None:
        return False
    for entry in whole.each("portLevelSettings[]"):
        number = entry.get("port.number")
        if port is not None and number is not None and number.value == port:
            return entry.text_at("loadBalancer.simple") == "PASSTHROUGH"
    return whole.text_at("loadBalancer.simple") == "PASSTHROUGH"


def tls_settings(rule: Resource) -> Iterator[Node]:
    """Every `tls` of a DestinationRule: of the rule, its ports, its subsets and their ports."""
    yield from rule.once(_tls_settings)


def _tls_settings(rule: Resource) -> tuple[Node, ...]:
    return tuple(tls for policy in traffic_policies(rule) if (tls := policy.get("tls")) is not None)


def _chosen(mesh: MeshView, host: str, namespace: str, cluster: str, client: Workload | None) -> tuple[Resource, ...]:
    return rules_served(mesh, host, namespace, cluster, client.labels if client is not None else None)


def _speaks(rule: Resource, subset: str) -> bool:
    """Whether a rule takes part in the merge: with a traffic policy, or with the subset that is asked for."""
    return bool(_policies(rule, subset))


def _policies(rule: Resource, subset: str) -> list[Node]:
    """The traffic policies of a rule, the most special first."""
    whole = rule.get("spec.trafficPolicy")
    return [node for node in (*_subset_policies(rule, subset), whole) if node is not None and node.value]


def _subset_policies(rule: Resource, subset: str) -> list[Node]:
    """The traffic policy of a subset, as a list of none or one."""
    return [
        policy
        for item in (rule.each("spec.subsets[]") if subset else ())
        if (name := item.get("name")) is not None and name.text == subset
        for policy in item.each("trafficPolicy")
    ]


def _said(rule: Resource, port: int | None, subset: str) -> ClientTls:
    """What one rule says: its subset's entry for the port, the subset's own `tls`, then the same of the whole rule.

    (`istio/istio: pilot/pkg/networking/util/util.go`, MergeSubsetTrafficPolicy)
    """
    for policy in _policies(rule, subset):
        for entry in policy.each("portLevelSettings[]"):
            number = entry.get("port.number")
            if port is not None and number is not None and number.value == port:
                return _port_said(entry, rule, subset)
        tls = policy.get("tls")
        if tls is not None and tls.value is not None:
            return _mode(tls)
    return ClientTls(TlsMode.AUTO)


def _port_said(entry: Node, rule: Resource, subset: str) -> ClientTls:
    """What an entry for one port comes to.

    (`istio/istio: pilot/pkg/networking/util/util.go`, GetPortLevelTrafficPolicy;
    `pilot/pkg/xds/endpoints/mtls_checker.go`, which still looks at the mode of the subset, or of the rule without one)
    """
    tls = entry.get("tls")
    if tls is not None and tls.value is not None:
        return _mode(tls)
    policies = _subset_policies(rule, subset) if subset else _policies(rule, subset)
    wide = next((_mode(tls) for policy in policies if (tls := policy.get("tls")) is not None), None)
    if wide is None:
        return ClientTls(TlsMode.AUTO)
    if wide.mode is TlsMode.ISTIO_MUTUAL:
        return ClientTls(TlsMode.MARKED, wide.chain)
    return ClientTls(TlsMode.RESET, (entry.note("settings of this port without 'tls' replace those of the rule"),))


def _mode(tls: Node) -> ClientTls:
    """The mode of one `tls`; DISABLE where it names none, which is the first value of the enumeration."""
    mode = tls.get("mode")
    text = mode.text if mode is not None and mode.text else "DISABLE"
    known = TlsMode(text) if text in _WRITTEN else TlsMode.UNKNOWN
    return ClientTls(known, ((mode or tls).note(f"sets {text}"),))
