"""Which ports NetworkPolicies leave open for a workload: their peers are not looked at, so open means maybe."""

from collections.abc import Iterator

from service_mesh.mesh.selection import SelectorIndex, selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector, label_selector

__all__ = ["is_port_open", "pod_selector", "policy_rules", "selected_by_policy"]


def pod_selector(policy: Resource) -> Selector:
    """The pods that a policy with a `podSelector` is for."""
    return policy.once(_pod_selector)


def selected_by_policy(mesh: MeshView, policy: Resource) -> tuple[Workload, ...]:
    """The workloads that a NetworkPolicy is for."""
    return selected(mesh, pod_selector(policy), policy.namespace, policy.cluster)


def policy_rules(policy: Resource, direction: str) -> Iterator[Node]:
    """The rules of a NetworkPolicy for a direction, which is `ingress` or `egress`."""
    yield from policy.each(f"spec.{direction}[]")


def is_port_open(mesh: MeshView, workload: Workload, direction: str, port: int) -> bool:
    """Tell whether a rule of some policy for a workload names a TCP port, in a range too, or names no ports at all."""
    return mesh.once(_is_port_open, (workload, direction, port))


def _is_port_open(mesh: MeshView, asked: tuple[Workload, str, int]) -> bool:
    workload, direction, port = asked
    policies = mesh.index(_by_pod).matching(workload.cluster, workload.namespace, workload.labels)
    return any(_allows(item, port) for policy in policies for item in policy_rules(policy, direction))


def _allows(item: Node, wanted: int) -> bool:
    """Whether a rule allows a port; one without ports may, whatever its peers are."""
    ports = item.get("ports")
    if ports is None or not ports.items:
        return True
    return any(_is_port(port, wanted) for port in ports.items)


def _is_port(port: Node, wanted: int) -> bool:
    protocol, number, last = (port.get(field) for field in ("protocol", "port", "endPort"))
    if protocol is not None and protocol.value not in (None, "TCP"):
        return False
    if number is None or number.value is None:
        return True
    if type(number.value) is not int:
        return False
    end = last.value if last is not None and type(last.value) is int else number.value
    return number.value <= wanted <= end


def _pod_selector(policy: Resource) -> Selector:
    return label_selector(policy.get("spec.podSelector"))


def _by_pod(mesh: MeshView) -> SelectorIndex[Resource]:
    return SelectorIndex((p.cluster, p.namespace, pod_selector(p), p) for p in mesh.of_kind(NETWORK_POLICY))
