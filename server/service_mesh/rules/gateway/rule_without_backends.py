"""Rule of a route has no backend that gets requests, so each of them is answered with an error.

## Why it matters
A rule without backends, or with backends of weight 0 alone, answers 500 to every request that it matches, and
`UNAVAILABLE` to calls of gRPC, unless a filter answers instead. Connections of TCP and TLS are closed.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: public}]
  rules:
  - backendRefs:
    - {name: web, port: 80, weight: 0}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: public}]
  rules:
  - backendRefs:
    - {name: web, port: 80, weight: 1}
```

## When it stays quiet
The rule redirects, or has a filter of an implementation's own, which may answer. A route of a Service, which a mesh
may send on to that Service; a route of a Server of Linkerd, which has no backends.

## Fix safety
No fix is offered: where the requests are to go is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.attachments import of_gateways_only
from service_mesh.mesh.route_references import ROUTES
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_ANSWERING = ("requestRedirect", "extensionRef")
_KNOWN = frozenset(
    {"RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "URLRewrite", "CORS", "ExternalAuth"}
)


@rule(
    "GW115",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=ROUTES,
    needs=("rules",),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule",
        "https://gateway-api.sigs.k8s.io/reference/spec/#backendref",
    ),
)
def rule_without_backends(resource: Resource, _mesh: MeshView) -> Iterator[Draft]:
    """Report each rule that answers with an error, whatever its backends do."""
    if not of_gateways_only(resource):
        return
    for found in resource.each("spec.rules[]"):
        if isinstance(found.value, dict) and not _is_answered(found):
            backends = tuple(found.each("backendRefs[]"))
            if not backends and resource.kind in (HTTP_ROUTE, GRPC_ROUTE):
                yield found.finding(f"this rule has no backend, so {_outcome(resource)}")
            elif backends and all(_weight(node) == 0 for node in backends):
                node = backends[0].get("weight") or backends[0]
                yield node.finding(f"every backend of this rule has weight 0, so {_outcome(resource)}")


def _is_answered(found: Node) -> bool:
    """Whether a filter answers the requests, or one of an unknown type may."""
    return any(
        (kind := node.get("type")) is None or kind.text not in _KNOWN or any(node.get(name) for name in _ANSWERING)
        for node in found.each("filters[]")
    )


def _weight(backend: Node) -> int | float | None:
    weight = backend.get("weight")
    return weight.number if weight is not None else 1


def _outcome(route: Resource) -> str:
    if route.kind == HTTP_ROUTE:
        return "each request that it matches gets 500"
    return "each call that it matches fails" if route.kind == GRPC_ROUTE else "no connection gets through"
