"""Probe of the kubelet is refused by the policy of its port.

## Why it matters
The kubelet is not meshed. Linkerd lets GET requests for the paths of HTTP probes through of its own, but only while no
route is attached to the Server and the port counts as HTTP. A probe that meets no route is answered with 404, one that
meets a route on which nobody without identity is authorized with 403; a probe by gRPC or HTTPS is never let through of
its own. The pod then never becomes ready, or is restarted again and again.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled}
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
    readinessProbe:
      grpc: {port: 8080}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: web, namespace: shop}
spec:
  identities: ["web.shop.serviceaccount.identity.linkerd.cluster.local"]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart-from-web, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  requiredAuthenticationRefs:
  - {group: policy.linkerd.io, kind: MeshTLSAuthentication, name: web}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled}
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
    readinessProbe:
      httpGet: {port: http, path: /ready}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: web, namespace: shop}
spec:
  identities: ["web.shop.serviceaccount.identity.linkerd.cluster.local"]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart-from-web, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  requiredAuthenticationRefs:
  - {group: policy.linkerd.io, kind: MeshTLSAuthentication, name: web}
```

## When it stays quiet
Probes by `tcpSocket`, which the proxy itself answers; ports that pass the proxy by; a workload that is not meshed for
certain; a route that decides by headers, a query or an expression; authorizations for a network that may be the nodes'.
Where it is not known which Server governs the port, nothing is said.

## Fix safety
None is offered: a route for the probe with a NetworkAuthentication for the nodes, another port, or another kind of
probe are choices.
"""

from collections.abc import Iterator

from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authorizations import (
    AUTHORIZATION_KINDS,
    PortAccess,
    admitted,
    port_access,
    route_authorizations,
)
from service_mesh.posture.linkerd.clients import NO_IDENTITY, Client
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS
from service_mesh.posture.linkerd.ports import skipped_inbound
from service_mesh.posture.linkerd.probes import Probe, ProbeKind, probe_authorization, probes_of
from service_mesh.rules.linkerd._policies import MADE_OF_PODS, meshed_workload
from service_mesh.rules.linkerd._probe_routes import HEALTH, Request, answers
from service_mesh.rules.rule import rule

_KUBELET = Client(NO_IDENTITY)


@rule(
    "LD133",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=MADE_OF_PODS,
    where=has_linkerd,
    reads=tuple(kind for kind in dict.fromkeys((*AUTHORIZATION_KINDS, *ENROLMENT_KINDS)) if kind not in MADE_OF_PODS),
    needs=("livenessProbe", "readinessProbe", "startupProbe"),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/workload.rs",
        "https://linkerd.io/2/features/server-policy/#policy-authorization-for-probes",
    ),
)
def probe_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each probe that its port does not answer."""
    workload = meshed_workload(mesh, resource)
    probed = probes_of(workload) if workload is not None else ()
    skipped = skipped_inbound(mesh, workload) if workload is not None and probed else None
    if workload is None or skipped is None or skipped.missing:
        return
    for probe in probed:
        if probe.port is not None and probe.kind is not ProbeKind.TCP and probe.port not in skipped.ports:
            yield from _judged(mesh, workload, probe, probe.port)


def _judged(mesh: MeshView, workload: Workload, probe: Probe, port: int) -> Iterator[Draft]:
    access = port_access(mesh, workload, port)
    if access.governing.missing and access.governing.server is None:
        return
    reason = _reason(mesh, workload, probe, access)
    if reason:
        scheme = probe.node.text_at("scheme").upper()
        way = "gRPC" if probe.kind is ProbeKind.GRPC else "HTTPS" if scheme == "HTTPS" else "HTTP"
        related = access.chain[:1]
        yield probe.node.finding(f"{way} probe of port {port} is refused: {reason}", related=related)


def _reason(mesh: MeshView, workload: Workload, probe: Probe, access: PortAccess) -> str:
    """Why a probe is refused, empty where it is not or where that is not known."""
    is_http = probe.kind is ProbeKind.HTTP and probe.node.text_at("scheme").upper() != "HTTPS"
    if is_http and probe.port is not None and probe_authorization(mesh, workload, probe.port) is not None:
        return ""
    is_routed = bool(access.routes) and (is_http or probe.kind is ProbeKind.GRPC)
    if admitted(access.granted, _KUBELET) is not False:
        return _unrouted(access, _request(probe)) if is_routed else ""
    if is_routed:
        return _unrouted(access, _request(probe)) or _unauthorized(mesh, access, _request(probe))
    return "nobody without an identity in the mesh is let in, which the kubelet is"


def _unrouted(access: PortAccess, request: Request) -> str:
    if any(answers(route, request) is not False for route in access.routes):
        return ""
    return f"path '{request.path[:80]}' meets none of the routes of '{_server(access)}', so the answer is 404"


def _unauthorized(mesh: MeshView, access: PortAccess, request: Request) -> str:
    meeting = [route for route in access.routes if answers(route, request) is not False]
    if any(admitted(route_authorizations(mesh, route), _KUBELET) is not False for route in meeting):
        return ""
    return f"on '{meeting[0].title}' nobody without an identity in the mesh is let in, which the kubelet is"


def _request(probe: Probe) -> Request:
    if probe.kind is ProbeKind.GRPC:
        return HEALTH
    headers = probe.node.each("httpHeaders[]")
    host = next((one.text_at("value") for one in headers if one.text_at("name").lower() == "host"), "")
    return Request(probe.path, host)


def _server(access: PortAccess) -> str:
    return access.governing.server.title if access.governing.server is not None else "the port"
