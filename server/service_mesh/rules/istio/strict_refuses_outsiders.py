"""Clients that are never in the mesh are to reach a workload that accepts only mTLS.

## Why it matters
The API server that calls a webhook, an Ingress controller that is not in the mesh, and whoever comes in by a node port
or a load balancer have no certificate of the mesh. A workload in STRICT mode refuses them: admission of objects fails
or times out, and the service is dead from outside.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  type: LoadBalancer
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: 8080}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - {name: app, image: cart}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: 8080}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - {name: app, image: cart}
```

## When it stays quiet
The workload is a gateway, is not in the mesh for certain, or takes plaintext on the port; its mode is not known; the
port is excluded from redirection by `traffic.sidecar.istio.io/excludeInboundPorts`.

An Ingress of Istio's own class is served by a gateway of the mesh; one whose controller is loaded and in the mesh
reaches the workload with mTLS. The controller is found by the class and the usual images of ingress-nginx, NGINX,
Traefik, HAProxy and Kong; load balancers of a cloud and Cilium's agent are never in the mesh. Where the controller is
not loaded or not known, the finding is reported as not checked: controllers are often in the mesh and mostly kept
elsewhere than what they serve, so that a warning would be a guess; silence would hide that the way in depends on it.

## Fix safety
No fix is offered: a gateway, an exception for the port, or PERMISSIVE may be the answer.
"""

from collections.abc import Iterator
from dataclasses import replace

from service_mesh.mesh.ingress import INGRESS_KINDS, IngressServer, ingress_backends, ingress_server
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY, INGRESS, MUTATING_WEBHOOK, SERVICE, VALIDATING_WEBHOOK
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.posture.istio.peer_authentication import MODE_KINDS, MtlsMode
from service_mesh.posture.istio.transport import accepted
from service_mesh.rules.rule import rule

_OPEN_TYPES = ("NodePort", "LoadBalancer")
_EXCLUDED = "traffic.sidecar.istio.io/excludeInboundPorts"
_WEBHOOK_PORT = 443
_ISTIO_CONTROLLER = "istio.io/ingress-controller"
_ISTIO_CLASS = "istio"


@rule(
    "IS226",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(INGRESS, MUTATING_WEBHOOK, SERVICE, VALIDATING_WEBHOOK),
    reads=tuple(
        kind
        for kind in dict.fromkeys((GATEWAY, *INGRESS_KINDS, *ENROLMENT_KINDS, *MODE_KINDS))
        if kind not in (MUTATING_WEBHOOK, SERVICE)
    ),
    sources=(
        "istio/istio: pilot/pkg/networking/core/filterchain_options.go",
        "istio/istio: pilot/pkg/config/kube/ingress/conversion.go",
        "https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/",
        "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",
    ),
)
def strict_refuses_outsiders(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a way in from outside the mesh that ends at a workload in STRICT mode."""
    if resource.kind == INGRESS:
        yield from _of_ingress(resource, mesh)
    elif resource.kind == SERVICE:
        yield from _of_service(resource, mesh)
    else:
        yield from _of_webhooks(resource, mesh)


def _of_service(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    kind = resource.get("spec.type")
    if kind is None or kind.text not in _OPEN_TYPES:
        return
    for port in resource.each("spec.ports[]"):
        draft = _refused(mesh, kind, resource, port, "clients outside the mesh cannot use")
        if draft is not None:
            yield draft
            return


def _of_webhooks(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    for called in resource.each("webhooks[].clientConfig.service"):
        namespace, name, number = (called.get(field) for field in ("namespace", "name", "port"))
        if namespace is None or name is None:
            continue
        service = mesh.find(SERVICE, namespace.text, name.text, resource.cluster)
        wanted = number.value if number is not None else _WEBHOOK_PORT
        for port in service.each("spec.ports[]") if service is not None else ():
            if port_number(port) == wanted:
                draft = _refused(mesh, called, service, port, "the API server cannot use")
                if draft is not None:
                    yield draft


def _of_ingress(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    server = ingress_server(mesh, resource)
    enrolled = _enrolled(mesh, resource, server)
    if enrolled in (Enrolled.SIDECAR, Enrolled.AMBIENT):
        return
    who = f"the Ingress controller of class '{server.name}'" if server.name else "the Ingress controller"
    partial = enrolled is Enrolled.UNKNOWN
    end = " cannot use unless it is in the mesh" if partial else " cannot use"
    for backend in ingress_backends(mesh, resource):
        draft = _refused(mesh, backend.node, backend.service, backend.port, f"{who}{end}")
        if draft is not None:
            yield replace(draft, partial=partial)


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


def _refused(mesh: MeshView, node: Node, service: Resource | None, port: Node, who: str) -> Draft | None:
    for workload in workloads_of(mesh, service) if service is not None else ():
        number = target_number(port, workload)
        if number is None or is_gateway_workload(mesh, workload) or _is_excluded(workload, number):
            continue
        mode = accepted(mesh, workload, number)
        if mode is not None and mode.mode is MtlsMode.STRICT:
            message = f"port {number} of '{workload.title}' accepts only mTLS, which {who}"
            return node.finding(message, related=mode.chain[-1:])
    return None


def _is_excluded(workload: Workload, number: int) -> bool:
    listed = workload.annotations.get(_EXCLUDED)
    return isinstance(listed, str) and str(number) in {part.strip() for part in listed.split(",")}
