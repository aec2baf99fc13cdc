"""Ways into the mesh for those who are outside of it: open Services, webhooks that the API server calls, Ingresses."""

from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.mesh.ingress import INGRESS_KINDS, IngressServer, ingress_backends, ingress_server
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import GATEWAY, INGRESS, MUTATING_WEBHOOK, SERVICE, VALIDATING_WEBHOOK, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.posture.istio.peer_authentication import MODE_KINDS

__all__ = ["OUTSIDER_KINDS", "WAYS", "WayIn", "ways_in"]

WAYS = (INGRESS, MUTATING_WEBHOOK, SERVICE, VALIDATING_WEBHOOK)
"""The kinds that open ways."""

OUTSIDER_KINDS: tuple[Kind, ...] = tuple(dict.fromkeys((GATEWAY, *INGRESS_KINDS, *ENROLMENT_KINDS, *MODE_KINDS)))
"""The further kinds that are read here."""

_OPEN_TYPES = ("NodePort", "LoadBalancer")
_WEBHOOK_PORT = 443
_ISTIO_CONTROLLER = "istio.io/ingress-controller"
_ISTIO_CLASS = "istio"


@dataclass(frozen=True, slots=True)
class WayIn:
    """One way in.

    Attributes:
        node: What opens it.
        who: Who comes that way.
        workload: Where it ends.
        port: The container port there.
        is_sure: Whether who comes that way is outside of the mesh for certain.
    """

    node: Node
    who: str
    workload: Workload
    port: int
    is_sure: bool = True


def ways_in(mesh: MeshView, resource: Resource) -> Iterator[WayIn]:
    """The ways that one object opens to those outside; gateways of the mesh are made for them and left out.

    Args:
        mesh: The objects.
        resource: An object of one of the kinds in `WAYS`; any other opens none.
    """
    if resource.kind == INGRESS:
        yield from _of_ingress(mesh, resource)
    elif resource.kind == SERVICE:
        yield from _of_service(mesh, resource)
    elif resource.kind in WAYS:
        yield from _of_webhooks(mesh, resource)


def _of_service(mesh: MeshView, service: Resource) -> Iterator[WayIn]:
    kind = service.get("spec.type")
    if kind is None or kind.text not in _OPEN_TYPES:
        return
    for port in service.each("spec.ports[]"):
        yield from _ends(mesh, kind, service, port, "clients outside the mesh")


def _of_webhooks(mesh: MeshView, hooks: Resource) -> Iterator[WayIn]:
    for called in hooks.each("webhooks[].clientConfig.service"):
        namespace, name, number = (called.get(field) for field in ("namespace", "name", "port"))
        if namespace is None or name is None:
            continue
        service = mesh.find(SERVICE, namespace.text, name.text, hooks.cluster)
        wanted = number.value if number is not None else _WEBHOOK_PORT
        for port in service.each("spec.ports[]") if service is not None else ():
            if port_number(port) == wanted:
                yield from _ends(mesh, called, service, port, "the API server")


def _of_ingress(mesh: MeshView, ingress: Resource) -> Iterator[WayIn]:
    server = ingress_server(mesh, ingress)
    enrolled = _enrolled(mesh, ingress, server)
    if enrolled in (Enrolled.SIDECAR, Enrolled.AMBIENT):
        return
    who = f"the Ingress controller of class '{server.name}'" if server.name else "the Ingress controller"
    for backend in ingress_backends(mesh, ingress):
        is_sure = enrolled is not Enrolled.UNKNOWN
        yield from _ends(mesh, backend.node, backend.service, backend.port, who, is_sure=is_sure)


def _ends(
    mesh: MeshView, node: Node, service: Resource | None, port: Node, who: str, *, is_sure: bool = True
) -> Iterator[WayIn]:
    for workload in workloads_of(mesh, service) if service is not None else ():
        number = target_number(port, workload)
        if number is not None and not is_gateway_workload(mesh, workload):
            yield WayIn(node, who, workload, number, is_sure)


def _enrolled(mesh: MeshView, ingress: Resource, server: IngressServer) -> Enrolled:
    """How the traffic of an Ingress comes from the mesh; one carrier that is in it stands for all.

    (`istio/istio: pilot/pkg/config/kube/ingress/conversion.go`, shouldProcessIngressWithClass)
    """
    config = mesh_config(mesh, ingress.cluster)
    own = server.name == (config.setting("ingressClass") or _ISTIO_CLASS)
    if server.controller == _ISTIO_CONTROLLER or (own and not server.controller):
        return Enrolled.SIDECAR
    if not server.name and config.setting("ingressControllerMode") == "DEFAULT":
        return Enrolled.SIDECAR
    if server.is_podless:
        return Enrolled.NONE
    modes = {enrolment(mesh, carrier).mode for carrier in server.workloads}
    order = (Enrolled.SIDECAR, Enrolled.AMBIENT, Enrolled.UNKNOWN, Enrolled.NONE)
    return next((mode for mode in order if mode in modes), Enrolled.UNKNOWN)
