"""The ports that Linkerd's proxies need beside those of applications, and what is said where a policy shuts one."""

from collections.abc import Iterable

from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Append, Fix
from service_mesh.model.node import Node

__all__ = ["CONTROL_PLANE", "MOST_WORKLOADS", "blocked_from_control_plane", "blocked_inbound", "blocked_outbound"]

CONTROL_PLANE = (8080, 8086, 8090)
"""Ports of identity, destination and policy in the control plane, to which every proxy connects.

(`linkerd/linkerd2: charts/partials/templates/_proxy.tpl`)
"""

MOST_WORKLOADS = 50
"""Workloads of one policy that are looked at."""


def blocked_inbound(workload: Workload, port: int, ports: Node, entry: dict[str, object], *, partial: bool) -> Draft:
    """Say that nothing allows the port at which connections of meshed clients arrive.

    Args:
        workload: Who is connected to.
        port: The port.
        ports: The list of ports that leaves it out.
        entry: What would allow it, in the words of that kind of policy.
        partial: Whether a policy that is not loaded may allow it.
    """
    message = f"nothing allows port {port} of '{workload.title}', where connections of meshed clients arrive"
    fix = Fix(f"allow port {port}", False, (Append(ports.resource, ports.path, entry),))
    return ports.finding(message, fix=fix, partial=partial)


def blocked_outbound(
    client: Workload, server: Workload, port: int, ports: Node, entry: dict[str, object], *, partial: bool
) -> Draft:
    """Say that nothing allows the port at which connections to a meshed server arrive.

    Args:
        client: Who connects.
        server: Who is connected to.
        port: The port.
        ports: The list of ports that leaves it out.
        entry: What would allow it.
        partial: Whether a policy that is not loaded may allow it.
    """
    message = f"nothing allows '{client.title}' to reach port {port}, where connections to '{server.title}' arrive"
    fix = Fix(f"allow port {port}", False, (Append(ports.resource, ports.path, entry),))
    return ports.finding(message, fix=fix, partial=partial)


def blocked_from_control_plane(
    workload: Workload, closed: Iterable[int], ports: Node, entries: Iterable[dict[str, object]], *, partial: bool
) -> Draft:
    """Say that nothing allows ports of the control plane.

    Args:
        workload: Who connects.
        closed: The ports, as they are told.
        ports: The list of ports that leaves them out.
        entries: What would allow each, in the words of that kind of policy.
        partial: Whether a policy that is not loaded may allow it.
    """
    shown = ", ".join(map(str, closed))
    message = f"nothing allows '{workload.title}' to reach ports {shown}, so its proxy cannot reach the control plane"
    edits = tuple(Append(ports.resource, ports.path, entry) for entry in entries)
    return ports.finding(message, fix=Fix(f"allow ports {shown}", False, edits), partial=partial)
