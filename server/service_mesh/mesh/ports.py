"""Ports of services and of the workloads behind them: which number a connection ends at."""

from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["is_headless", "port_number", "port_to", "target_number"]


def port_number(port: Node) -> int | None:
    """Number of an entry of a Service's or ServiceEntry's `ports`."""
    found = port.value_at("port" if port.resource.kind == SERVICE else "number")
    return found if type(found) is int else None


def target_number(port: Node, workload: Workload) -> int | None:
    """The container port that a port of a Service leads to on a workload; None where a name names no port of it.

    (`k8s.io/kubernetes: pkg/api/v1/pod/util.go`, FindPort)
    """
    target = port.value_at("targetPort")
    if target in (None, 0, ""):
        return port_number(port)
    return workload.port_number(target) if isinstance(target, str) else target if type(target) is int else None


def port_to(service: Resource, workload: Workload, number: int) -> Node | None:
    """The port of a Service that leads to a container port of a workload."""
    return next((port for port in service.each("spec.ports[]") if target_number(port, workload) == number), None)


def is_headless(service: Resource) -> bool:
    """Tell whether a Service has no address of its own."""
    address = service.get("spec.clusterIP")
    return address is not None and address.value == "None"
