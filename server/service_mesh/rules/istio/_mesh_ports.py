"""The ports that the mesh itself needs between pods, and what is said where a network policy leaves one out."""

from typing import NamedTuple

from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Append, Fix
from service_mesh.model.node import Node
from service_mesh.posture.istio.enrolment import Enrolled

__all__ = ["MOST_WORKLOADS", "NEEDS", "Need", "blocked"]

MOST_WORKLOADS = 50
"""Workloads of one policy that are looked at."""

_HBONE, _CONTROL_PLANE = 15008, 15012


class Need(NamedTuple):
    """A port that workloads of a data plane need in a direction, and what fails without it.

    Attributes:
        mode: The data plane.
        direction: `ingress` or `egress`, which is also the field of the policies.
        port: Number of the port.
        loss: What fails.
    """

    mode: Enrolled
    direction: str
    port: int
    loss: str


NEEDS = (
    Need(Enrolled.AMBIENT, "ingress", _HBONE, "so ambient clients cannot reach it"),
    Need(Enrolled.AMBIENT, "egress", _HBONE, "so it cannot reach ambient servers"),
    Need(Enrolled.SIDECAR, "egress", _CONTROL_PLANE, "so its sidecar cannot reach istiod"),
)
"""What the data planes need."""


def blocked(need: Need, workload: Workload, ports: Node, entry: dict[str, object], *, partial: bool) -> Draft:
    """Say that nothing allows a port.

    Args:
        need: The port.
        workload: Who needs it.
        ports: The list of ports that leaves it out, or the nearest place above.
        entry: What would allow it, in the words of that kind of policy.
        partial: Whether a policy that is not loaded may allow it.
    """
    message = f"nothing allows port {need.port} of '{workload.title}', {need.loss}"
    if need.direction == "egress":
        message = f"nothing allows '{workload.title}' to reach port {need.port}, {need.loss}"
    fix = Fix(f"allow port {need.port}", False, (Append(ports.resource, ports.path, entry),))
    return ports.finding(message, fix=fix, partial=partial)
