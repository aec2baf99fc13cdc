"""Which ports Cilium's policies leave open for a workload: their peers are not looked at, so open means maybe."""

from service_mesh.mesh.cilium_endpoints import rules_selecting
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.node import Node
from service_mesh.model.ports import port_in

__all__ = ["is_open_in_cilium", "port_lists"]


def is_open_in_cilium(mesh: MeshView, workload: Workload, direction: str, port: int) -> bool:
    """Tell whether no rule for a workload denies by default, or some rule that does allows a TCP port.

    (`cilium/cilium: pkg/policy/repository.go`)

    Args:
        mesh: The objects.
        workload: Whose port.
        direction: `ingress` or `egress`.
        port: Number of the port.
    """
    return mesh.once(_is_open, (workload, direction, port))


def port_lists(policy_rule: Node, direction: str) -> list[Node]:
    """The lists of ports that a rule allows in a direction."""
    return [node for node in policy_rule.each(f"{direction}[].toPorts[].ports") if node.items]


def _is_open(mesh: MeshView, asked: tuple[Workload, str, int]) -> bool:
    workload, direction, port = asked
    acting = [rule for rule in rules_selecting(mesh, workload) if _denies_by_default(rule, direction)]
    return not acting or any(_allows(item, port) for rule in acting for item in rule.each(f"{direction}[]"))


def _denies_by_default(policy_rule: Node, direction: str) -> bool:
    switch = policy_rule.get(f"enableDefaultDeny.{direction}")
    has_rules = any(True for _ in policy_rule.each(f"{direction}[]"))
    return has_rules and not (switch is not None and switch.value is False)


def _allows(item: Node, wanted: int) -> bool:
    """Whether an item allows a port; one without ports may, whatever its peers are, unless it allows nothing at all."""
    to_ports = item.get("toPorts")
    if to_ports is None or not to_ports.items:
        return bool(item.value) and item.get("icmps") is None
    return any(_is_port(port, wanted) for port in item.each("toPorts[].ports[]"))


def _is_port(port: Node, wanted: int) -> bool:
    protocol, number, last = (port.get(field) for field in ("protocol", "port", "endPort"))
    if protocol is not None and protocol.text.upper() not in ("", "TCP", "ANY"):
        return False
    first = port_in(number.text) if number is not None else None
    if first is None:
        return False
    end = last.value if last is not None and type(last.value) is int else first
    return first == 0 or first <= wanted <= end
