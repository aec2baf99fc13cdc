"""Clients that are never in the mesh are to reach a port that asks for an identity.

## Why it matters
The API server that calls a webhook, an Ingress controller that is not in the mesh, and whoever comes in by a node port
or a load balancer have no identity. A port whose policies all ask for one refuses them: admission of objects fails or
times out, and the service is dead from outside.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: all-authenticated}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - name: app
    image: cart
    ports:
    - {name: http, containerPort: 8080}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  type: LoadBalancer
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: http}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: all-authenticated}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - name: app
    image: cart
    ports:
    - {name: http, containerPort: 8080}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: http}
```

## When it stays quiet
The workload is not meshed for certain, takes clients without identity on the port, by a route too, or lets in nobody,
which has a rule of its own; the port is the proxy's, which gateways between clusters serve to meshed clients; who is
let in is not known. An Ingress whose controller is loaded and meshed reaches the workload with an identity. Where the
controller is not loaded or not known, the finding is reported as not checked.

## Fix safety
None is offered: a meshed controller, a NetworkAuthentication, or a port without the proxy may be the answer.
"""

from collections.abc import Iterator
from dataclasses import replace

from service_mesh.mesh.ingress import INGRESS_KINDS, ingress_backends, ingress_server
from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import INGRESS, MUTATING_WEBHOOK, SERVICE, VALIDATING_WEBHOOK
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authorizations import port_access, route_authorizations
from service_mesh.posture.linkerd.enrolment import Enrolled, enrolment
from service_mesh.posture.linkerd.ports import META_PORTS
from service_mesh.posture.linkerd.transport import TRANSPORT_KINDS, Accepts, accepted
from service_mesh.rules.rule import rule

_OPEN_TYPES = ("NodePort", "LoadBalancer")
_WEBHOOK_PORT = 443
_OF_PROXY = frozenset((4143, *META_PORTS))


@rule(
    "LD158",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(INGRESS, MUTATING_WEBHOOK, SERVICE, VALIDATING_WEBHOOK),
    where=has_linkerd,
    reads=tuple(
        kind for kind in dict.fromkeys((*INGRESS_KINDS, *TRANSPORT_KINDS)) if kind not in (MUTATING_WEBHOOK, SERVICE)
    ),
    needs=("rules", "defaultBackend", "webhooks", "type"),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/defaults.rs",
        "linkerd/linkerd2-proxy: linkerd/app/inbound/src/policy.rs",
        "https://linkerd.io/2/tasks/using-ingress/",
    ),
)
def outsiders_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a way in from outside the mesh that ends at a port which asks for an identity."""
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
        draft = _refused(mesh, kind, resource, port, "clients outside the mesh do not have")
        if draft is not None:
            yield draft
            return


def _of_webhooks(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    for called in resource.each("webhooks[].clientConfig.service"):
        number = called.get("port")
        service = mesh.find(SERVICE, called.text_at("namespace"), called.text_at("name"), resource.cluster)
        wanted = number.value if number is not None else _WEBHOOK_PORT
        for port in service.each("spec.ports[]") if service is not None else ():
            if service is not None and port_number(port) == wanted:
                draft = _refused(mesh, called, service, port, "the API server does not have")
                if draft is not None:
                    yield draft


def _of_ingress(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    server = ingress_server(mesh, resource)
    modes = {enrolment(mesh, carrier).mode for carrier in server.workloads}
    if Enrolled.SIDECAR in modes and not server.is_podless:
        return
    who = f"the Ingress controller of class '{server.name}'" if server.name else "the Ingress controller"
    partial = not server.is_podless and (not modes or Enrolled.UNKNOWN in modes)
    end = " does not have unless it is in the mesh" if partial else " does not have"
    for backend in ingress_backends(mesh, resource):
        draft = _refused(mesh, backend.node, backend.service, backend.port, f"{who}{end}")
        if draft is not None:
            yield replace(draft, partial=partial)


def _refused(mesh: MeshView, node: Node, service: Resource, port: Node, who: str) -> Draft | None:
    for workload in workloads_of(mesh, service):
        number = target_number(port, workload)
        if number is None or number in _OF_PROXY:
            continue
        mode = accepted(mesh, workload, number)
        if mode is not None and mode.mode is Accepts.STRICT and _lets_in_somebody(mesh, workload, number):
            message = f"port {number} of '{workload.title}' asks for an identity, which {who}"
            return node.finding(message, related=mode.chain[-1:])
    return None


def _lets_in_somebody(mesh: MeshView, workload: Workload, port: int) -> bool:
    access = port_access(mesh, workload, port)
    parts = access.granted, *(route_authorizations(mesh, route) for route in access.routes)
    return any(part.authorizations for part in parts)
