"""Which DestinationRules a client is served for a host."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from service_mesh.mesh.host_index import HostIndex
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.services import home_namespaces
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.model.age import oldest_first
from service_mesh.model.hosts import resolve_host
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector, map_selector

__all__ = ["has_selector", "rule_host", "rule_selector", "rules_about", "rules_served", "traffic_policies"]


def rule_host(rule: Resource) -> str:
    """The full host that a DestinationRule is about; empty if it names none."""
    return rule.once(_rule_host)


def _rule_host(rule: Resource) -> str:
    host = rule.get("spec.host")
    return resolve_host(host.text, rule.namespace) if host else ""


def has_selector(rule: Resource) -> bool:
    """Tell whether a DestinationRule is for chosen client pods only; it is private to its namespace then."""
    return not rule_selector(rule).is_empty


def rule_selector(rule: Resource) -> Selector:
    """The client pods that a DestinationRule is for; all of them where it names none."""
    return map_selector(rule.get("spec.workloadSelector.matchLabels"))


def traffic_policies(rule: Resource) -> tuple[Node, ...]:
    """Every traffic policy of a DestinationRule: of the rule, of its subsets, and of single ports of either."""
    return rule.once(_traffic_policies)


def _traffic_policies(rule: Resource) -> tuple[Node, ...]:
    return (*_with_ports(rule, "spec.trafficPolicy"), *_with_ports(rule, "spec.subsets[].trafficPolicy"))


def _with_ports(rule: Resource, place: str) -> tuple[Node, ...]:
    """The traffic policies at a place, then those of single ports in them."""
    policies = tuple(rule.each(place))
    return (*policies, *rule.each(f"{place}.portLevelSettings[]")) if policies else ()


def rules_about(mesh: MeshView, host: str, cluster: str = "") -> tuple[Resource, ...]:
    """Every DestinationRule about a full host, wherever it lives, the most specific first."""
    return mesh.once(_about, (host, cluster))


def _about(mesh: MeshView, asked: tuple[str, str]) -> tuple[Resource, ...]:
    host, cluster = asked
    return tuple(mesh.index(_by_host).covering(cluster, host))


def rules_served(
    mesh: MeshView, host: str, namespace: str, cluster: str = "", client: Mapping[str, object] | None = None
) -> tuple[Resource, ...]:
    """The DestinationRules that clients of a namespace get for a host.

    Looked up in the client's namespace, then in the service's, then in the root namespace. The first namespace with
    any rule decides alone, and inside it the most specific host, even where its rules are exported to others only;
    several rules of one host are merged. A rule for chosen client pods takes part in that like any other of its
    namespace: it comes before the others of its host for the clients it chooses, and for everybody else it still hides
    the rules of wider hosts and of other namespaces.
    (`istio/istio: pilot/pkg/model/push_context.go`, setDestinationRules and destinationRule;
    `pilot/pkg/model/sidecar.go`, DestinationRule)

    Args:
        mesh: The objects.
        host: A full host.
        namespace: Namespace of the client.
        cluster: Cluster of the client.
        client: Labels of the client's pods; None for clients that no rule chooses.
    """
    served = mesh.once(_served, (host, namespace, cluster))
    chosen = [] if client is None else [rule for rule in served.for_some if rule_selector(rule).matches(client)]
    return _alike(chosen) if chosen else served.for_all


def _alike(chosen: list[Resource]) -> tuple[Resource, ...]:
    """Of rules that choose a client the oldest and those with the same selector, which are merged with it."""
    ordered = oldest_first(chosen)
    if ordered is None:
        return tuple(chosen)
    return tuple(rule for rule in ordered if rule_selector(rule) == rule_selector(ordered[0]))


class _Served(NamedTuple):
    """The rules of the host that decides.

    Attributes:
        for_some: Those for chosen clients.
        for_all: The others.
    """

    for_some: tuple[Resource, ...]
    for_all: tuple[Resource, ...]


def _served(mesh: MeshView, client: tuple[str, str, str]) -> _Served:
    found = _deciding(mesh, client)
    for_some = tuple(rule for rule in found if has_selector(rule))
    return _Served(for_some, tuple(rule for rule in found if not has_selector(rule)) if for_some else found)


def _deciding(mesh: MeshView, client: tuple[str, str, str]) -> tuple[Resource, ...]:
    host, namespace, cluster = client
    candidates = rules_about(mesh, host, cluster)
    if not candidates:
        return ()
    root = root_namespace(mesh, cluster)
    own = [rule for rule in candidates if rule.namespace == namespace and _serves_own(mesh, rule, root)]
    if own:
        return _most_specific(own)
    homes = sorted(home_namespaces(mesh, host, namespace, cluster))
    exported: dict[str, list[Resource]] = {}
    for rule in candidates:
        if not has_selector(rule) and not _stays_home(mesh, rule):
            exported.setdefault(rule.namespace, []).append(rule)
    for home in (*homes, root):
        seen = (r for r in _most_specific(exported.get(home, ())) if visibility(mesh, r).reaches(namespace))
        if found := tuple(seen):
            return found
    return ()


def _stays_home(mesh: MeshView, rule: Resource) -> bool:
    seen = visibility(mesh, rule)
    return not seen.is_public and seen.namespaces == {rule.namespace}


def _serves_own(mesh: MeshView, rule: Resource, root: str) -> bool:
    # Clients of the root namespace are mostly gateways: rules meant for everybody must not hide a service's own ones.
    seen = visibility(mesh, rule)
    return has_selector(rule) or (seen.is_private if rule.namespace == root else seen.reaches(rule.namespace))


def _most_specific(rules: Iterable[Resource]) -> tuple[Resource, ...]:
    ordered = tuple(rules)
    return tuple(rule for rule in ordered if rule_host(rule) == rule_host(ordered[0]))


def _by_host(mesh: MeshView) -> HostIndex[Resource]:
    return HostIndex((r.cluster, host, r) for r in mesh.of_kind(DESTINATION_RULE) if (host := rule_host(r)))
