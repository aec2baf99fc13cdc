"""Route uses a filter that its implementation does not serve.

## Why it matters
Filters beyond the core of the Gateway API are optional. The API server takes them all. What an implementation makes of
one that it does not serve differs: Istio and Linkerd leave out the whole route, with an answer of 500 where the filter
is one of a backend in Linkerd; Cilium serves the route as if the filter were not there, so that requests miss an
authorization or a rewrite without any sign.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: public}]
  rules:
  - filters:
    - type: ExtensionRef
      extensionRef: {group: example.org, kind: RateLimit, name: slow}
    backendRefs: [{name: web, port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: public}]
  rules:
  - filters:
    - type: RequestHeaderModifier
      requestHeaderModifier: {remove: [x-debug]}
    backendRefs: [{name: web, port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## When it stays quiet
The implementation is not Istio with Envoy, Linkerd or Cilium, or cannot be told: the Gateway is not loaded or of an
unknown class, or, for a Service as the parent, the input shows no mesh or several. Nothing is known of the filter in
the release that is judged by.

## Fix safety
There is no fix: what the filter was to do has to be done elsewhere.
"""

from collections.abc import Iterable, Iterator

from service_mesh.mesh.implementations import READER_KINDS
from service_mesh.mesh.route_references import Reference
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._serving import readers, unserved
from service_mesh.rules.rule import rule

Readers = Iterable[tuple[Reference, str]]

_SHARES = ("percent", "fraction")


@rule(
    "GW130",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(GRPC_ROUTE, HTTP_ROUTE),
    reads=READER_KINDS,
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go (convertHTTPRoute, buildHTTPDestination)",
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index/http.rs (convert_gateway_filter)",
        "cilium/cilium: operator/pkg/model/ingestion/gateway.go (extractRoutes)",
        "kubernetes-sigs/gateway-api: conformance/reports",
    ),
)
def route_filter_unserved(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each filter that an implementation, which reads the route, does not serve."""
    filters = tuple(resource.each("spec.rules[].filters[]"))
    of_backends = tuple(resource.each("spec.rules[].backendRefs[].filters[]"))
    read = readers(resource, mesh) if filters or of_backends else ()
    for node in filters:
        yield from _judge(node, "filter", read, mesh)
        yield from _share(node, read, mesh)
    for node in of_backends:
        yield from _judge(node, "backend filter", read, mesh)


def _judge(node: Node, what: str, read: Readers, mesh: MeshView) -> Iterator[Draft]:
    sort = node.get("type")
    missing = unserved(mesh, read, f"{what} {sort.text}") if sort is not None else None
    if sort is None or missing is None:
        return
    place = " of a backend" if what != "filter" else ""
    message = f"{missing.title} does not serve the filter '{sort.text}'{place}, {missing.gap.effect}"
    related = (missing.parent.name_node.note(f"is served by {missing.title}"),)
    yield sort.finding(message, severity=None if missing.gap.is_fatal else Severity.WARNING, related=related)


def _share(node: Node, read: Readers, mesh: MeshView) -> Iterator[Draft]:
    """A mirror that is to get a part of the requests and gets all of them."""
    mirror = node.get("requestMirror")
    share = next((held for name in _SHARES if mirror is not None and (held := mirror.get(name)) is not None), None)
    missing = unserved(mesh, read, "share of RequestMirror") if share is not None else None
    if share is not None and missing is not None:
        message = f"{missing.title} of this release knows no share of mirrored requests, so all of them are copied"
        yield share.finding(message, severity=Severity.WARNING)
