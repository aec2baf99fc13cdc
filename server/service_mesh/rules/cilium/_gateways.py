"""What Cilium serves in a cluster: its Gateways and Ingresses, and the workloads behind a route."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from service_mesh.mesh.attachments import ATTACHMENT_KINDS, attachments, gateway_of
from service_mesh.mesh.gateway_classes import CILIUM, implementation
from service_mesh.mesh.ingress import INGRESS_KINDS, ingress_backends, ingress_server
from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.route_references import backends
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import (
    GATEWAY_API_GATEWAY,
    GATEWAY_CLASS,
    GRPC_ROUTE,
    HTTP_ROUTE,
    INGRESS,
    SERVICE,
    TLS_ROUTE,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["BEHIND_KINDS", "DOOR_KINDS", "DOOR_ROUTES", "Behind", "behind", "door"]

DOOR_ROUTES = (GRPC_ROUTE, HTTP_ROUTE, INGRESS, TLS_ROUTE)
"""The kinds whose traffic Cilium's Envoy sends on."""

DOOR_KINDS = (GATEWAY_API_GATEWAY, GATEWAY_CLASS, INGRESS, *INGRESS_KINDS)
"""The kinds that are read to find what Cilium serves."""

BEHIND_KINDS = tuple(dict.fromkeys((*DOOR_KINDS, *ATTACHMENT_KINDS)))
"""The kinds that are read to find what is behind a route."""

_CILIUM_INGRESS = ("cilium", "cilium.io/ingress-controller")
_MOST_WORKLOADS = 5


class Behind(NamedTuple):
    """A workload that a route sends requests to.

    Attributes:
        node: Where the route names the Service.
        workload: A workload of the Service.
        port: Number of its port.
    """

    node: Node
    workload: Workload
    port: int


def door(mesh: MeshView, cluster: str) -> Resource | None:
    """A Gateway or Ingress of a cluster that Cilium serves; None where none is loaded."""
    return mesh.once(_door, cluster)


def behind(mesh: MeshView, route: Resource) -> Iterator[Behind]:
    """The loaded workloads that Cilium sends the requests of a route or Ingress to."""
    for node, service, port in _of_ingress(mesh, route) if route.kind == INGRESS else _of_route(mesh, route):
        for workload in islice(workloads_of(mesh, service), _MOST_WORKLOADS):
            number = target_number(port, workload)
            if number is not None:
                yield Behind(node, workload, number)


def _door(mesh: MeshView, cluster: str) -> Resource | None:
    gateways = (one for one in mesh.of_kind(GATEWAY_API_GATEWAY) if implementation(mesh, one) == CILIUM)
    ingresses = (one for one in mesh.of_kind(INGRESS) if _is_served(mesh, one))
    return next((one for found in (gateways, ingresses) for one in found if one.cluster == cluster), None)


def _is_served(mesh: MeshView, ingress: Resource) -> bool:
    server = ingress_server(mesh, ingress)
    return (server.controller or server.name) in _CILIUM_INGRESS


def _of_ingress(mesh: MeshView, ingress: Resource) -> Iterator[tuple[Node, Resource, Node]]:
    if _is_served(mesh, ingress):
        for backend in ingress_backends(mesh, ingress):
            yield backend.node, backend.service, backend.port


def _of_route(mesh: MeshView, route: Resource) -> Iterator[tuple[Node, Resource, Node]]:
    owners = {one.listener.resource for one in attachments(mesh, route) if one.is_certain}
    gateways = (gateway_of(mesh, owner) for owner in owners)
    if not any(found is not None and implementation(mesh, found) == CILIUM for found in gateways):
        return
    for wanted in backends(route):
        service = mesh.find(SERVICE, wanted.namespace, wanted.name, route.cluster) if wanted.kind == SERVICE else None
        asked = wanted.node.get("port")
        if service is None or asked is None:
            continue
        for port in service.each("spec.ports[]"):
            if port_number(port) == asked.value:
                yield wanted.name_node, service, port
