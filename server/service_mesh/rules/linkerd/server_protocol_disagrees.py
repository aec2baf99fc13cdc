"""Server says that its port speaks another protocol than the Service in front of it does.

## Why it matters
`proxyProtocol` ends the search for the protocol: the proxy takes the Server's word. HTTP/1 on a port that speaks gRPC
or HTTP/2 makes every request fail, and HTTP on one that speaks TLS or another protocol breaks the connection. What the
Service says in `appProtocol`, or in the name of its port, is what its authors know of it.

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
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: grpc, port: 80, targetPort: http}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
  proxyProtocol: HTTP/1
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
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: grpc, port: 80, targetPort: http}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
  proxyProtocol: gRPC
```

## When it stays quiet
The protocol is `unknown`, which means that the proxy looks, or `opaque`, which fits every protocol; the Service says
nothing of its protocol, or `http`, which may be either version; `appProtocol` counts before the name. HTTP/2 and gRPC
are one on the wire.

## Fix safety
None is offered: which of both is right is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.ports import port_to
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.model.kinds import LINKERD_SERVER, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.servers import ProxyProtocol, proxy_protocol, workloads_of_server
from service_mesh.rules.linkerd._policies import ports_of
from service_mesh.rules.rule import rule

_HTTP_1 = frozenset({"http", "http1", "ws", "kubernetes.io/ws"})
_HTTP_2 = frozenset({"grpc", "grpc-web", "h2c", "http2", "kubernetes.io/h2c"})
_TLS = frozenset({"https", "tls", "kubernetes.io/wss"})
_OTHERS = frozenset({"tcp", "linkerd.io/opaque", "linkerd.io/tcp", "mysql", "postgres", "postgresql", "redis", "mongo"})
_DISAGREES = {
    ProxyProtocol.HTTP_1: frozenset((*_HTTP_2, *_TLS, *_OTHERS)),
    ProxyProtocol.HTTP_2: frozenset((*_TLS, *_OTHERS)),
    ProxyProtocol.GRPC: frozenset((*_TLS, *_OTHERS)),
    ProxyProtocol.TLS: frozenset((*_HTTP_1, *_HTTP_2)),
}


@rule(
    "LD138",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    about=(LINKERD_SERVER,),
    reads=(SERVICE, *WORKLOAD_KINDS),
    needs=("proxyProtocol",),
    sources=(
        "linkerd/linkerd2-proxy: linkerd/app/inbound/src/detect.rs",
        "https://linkerd.io/2/reference/authorization-policy/#server",
    ),
)
def server_protocol_disagrees(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a protocol that the port of a Service contradicts."""
    node, protocol = resource.get("spec.proxyProtocol"), proxy_protocol(resource)
    refuted = _DISAGREES.get(protocol)
    if node is None or refuted is None:
        return
    for entry in _entries(mesh, resource):
        said = _said(entry)
        if said is not None and said[1] in refuted:
            field, text = said
            place = "names" if field.path[-1] == "name" else "says"
            message = (
                f"Service '{entry.resource.name}' {place} the port '{text}', and the Server takes it for {protocol}"
            )
            yield node.finding(message, related=(field.note("says what the port speaks"),))
            return


def _entries(mesh: MeshView, server: Resource) -> Iterator[Node]:
    """The ports of Services that lead to ports of the Server."""
    for workload in workloads_of_server(mesh, server):
        ports = ports_of(server, workload)
        for service in services_of(mesh, workload) if ports else ():
            yield from (found for port in ports if (found := port_to(service, workload, port)) is not None)


def _said(entry: Node) -> tuple[Node, str] | None:
    written = entry.get("appProtocol")
    if written is not None and written.text:
        return written, written.text.lower()
    name = entry.get("name")
    return (name, name.text.lower().partition("-")[0]) if name is not None else None
