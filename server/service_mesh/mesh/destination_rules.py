"""Which DestinationRules a client is served for a host."""

from collections.abc import Iterable

from service_mesh.mesh.host_index import HostIndex
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.services import home_namespaces
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.model.hosts import resolve_host
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector, map_selector

__all__ = ["has_selector", "rule_host", "rule_selector", "rules_about", "rules_served"]


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


def rules_about(mesh: MeshView, host: str, cluster: str = "") -> tuple[Resource, ...]:
    """Every DestinationRule about a full host, wherever it lives, the most specific first."""
    return mesh.once(_about, (host, cluster))


def _about(mesh: MeshView, asked: tuple[str, str]) -> tuple[Resource, ...]:
    host, cluster = asked
    return tuple(mesh.index(_by_host).covering(cluster, host))


def rules_served(mesh: MeshView, host: str, namespace: str, cluster: str = "") -> tuple[Resource, ...]:
    """The DestinationRules that clients of a namespace get for a host.

    Looked up in the client's namespace, then in the service's, then in the root namespace. The first namespace with
    any rule decides alone, and inside it the most specific host; several rules of one host are merged. Rules for
    chosen client pods are left out. (`istio/istio: pilot/pkg/model/push_context.go`, destinationRule)

    Args:
        mesh: The objects.
        host: A full host.
        namespace: Namespace of the client.
        cluster: Cluster of the client.
    """
    return mesh.once(_served, (host, namespace, cluster))


def _served(mesh: MeshView, client: tuple[str, str, str]) -> tuple[Resource, ...]:
    host, namespace, cluster = client
    candidates = [rule for rule in rules_about(mesh, host, cluster) if not has_selector(rule)]
    if not candidates:
        return ()
    root = root_namespace(mesh, cluster)
    own = [rule for rule in candidates if rule.namespace == namespace and _serves_own(mesh, rule, root)]
    if own:
        return _most_specific(own)
    homes = sorted(home_namespaces(mesh, host, namespace, cluster))
    exported: dict[str, list[Resource]] = {}
    for rule in candidates:
        if visibility(mesh, rule).reaches(namespace):
            exported.setdefault(rule.namespace, []).append(rule)
    groups = (exported.get(home, []) for home in (*homes, root))
    return next((_most_specific(group) for group in groups if group), ())


def _serves_own(mesh: MeshView, rule: Resource, root: str) -> bool:
    # Clients of the root namespace are mostly gateways: rules meant for everybody must not hide a service's own ones.
    seen = visibility(mesh, rule)
    return seen.is_private if rule.namespace == root else seen.reaches(rule.namespace)


def _most_specific(rules: Iterable[Resource]) -> tuple[Resource, ...]:
    ordered = tuple(rules)
    return tuple(rule for rule in ordered if rule_host(rule) == rule_host(ordered[0]))


def _by_host(mesh: MeshView) -> HostIndex[Resource]:
    return HostIndex((r.cluster, host, r) for r in mesh.of_kind(DESTINATION_RULE) if (host := rule_host(r)))
