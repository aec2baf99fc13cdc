"""Ports in network policies: a number, a range, or the name of a container port of whoever serves."""

from collections.abc import Iterable

from service_mesh.model.node import Node
from service_mesh.posture.kubernetes.ends import End
from service_mesh.posture.kubernetes.flows import Flow
from service_mesh.posture.logic import any_of

__all__ = ["is_named_port", "port_matches", "ports_match"]


def ports_match(ports: Iterable[Node], flow: Flow) -> bool | None:
    """Tell whether one item of a NetworkPolicy's `ports` matches; without any item every port does."""
    listed = tuple(ports)
    return any_of(port_matches(port, flow) for port in listed) if listed else True


def port_matches(port: Node, flow: Flow) -> bool | None:
    """Tell whether one item of a NetworkPolicy's `ports` matches.

    TCP where no protocol is written; a range needs a number.
    (`kubernetes/api: networking/v1/types.go`, NetworkPolicyPort)
    """
    protocol, number, end = port.get("protocol"), port.get("port"), port.get("endPort")
    if (protocol.text if protocol is not None and protocol.text else "TCP") != flow.protocol:
        return False
    if number is None or number.value is None:
        return True
    if number.text:
        return is_named_port(flow.server, number.text, flow)
    first = number.number
    last = end.number if end is not None and end.number is not None else first
    return first is not None and last is not None and first <= flow.port <= last


def is_named_port(server: End, name: str, flow: Flow) -> bool | None:
    """Tell whether the port of a connection is the one that a container of the server gives a name.

    What is no pod has no named ports; None where the containers are not known.
    """
    if not server.is_pod:
        return False
    if server.workload is None:
        return None
    return any(_is_it(port, name, flow) for port in server.workload.container_ports)


def _is_it(port: Node, name: str, flow: Flow) -> bool:
    named, number, protocol = port.get("name"), port.get("containerPort"), port.get("protocol")
    spoken = protocol.text if protocol is not None and protocol.text else "TCP"
    is_named = named is not None and named.text == name
    return is_named and number is not None and number.number == flow.port and spoken == flow.protocol
