"""Route sets something per rule that its implementation does not read.

## Why it matters
Timeouts, retries and session persistence are optional parts of the Gateway API. An implementation that does not serve
them leaves them out without a word: the route works, requests hang as long as before, and are sent to any pod. Linkerd
reads timeouts and retries of Gateway API routes from annotations, and never from these fields.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: cart
  namespace: shop
  annotations: {retry.linkerd.io/http: 5xx}
spec:
  parentRefs: [{group: "", kind: Service, name: cart, port: 80}]
  rules:
  - timeouts: {request: 3s}
    backendRefs: [{name: cart, port: 80}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: cart
  namespace: shop
  annotations: {retry.linkerd.io/http: 5xx, timeout.linkerd.io/request: 3s}
spec:
  parentRefs: [{group: "", kind: Service, name: cart, port: 80}]
  rules:
  - backendRefs: [{name: cart, port: 80}]
```

## When it stays quiet
The implementation is not known, or another one than Istio, Linkerd and Cilium; the same is set by the annotation that
Linkerd reads; nothing is known of the field in the release that is judged by.

## Fix safety
There is no fix: an annotation counts for every rule of a route, and the field for one.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.implementations import READER_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._serving import TITLES, readers, unserved
from service_mesh.rules.rule import rule

_FIELDS = ("timeouts", "retry", "sessionPersistence")
_INSTEAD: Mapping[str, str] = {"timeouts": "timeout.linkerd.io/", "retry": "retry.linkerd.io/"}


@rule(
    "GW131",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(GRPC_ROUTE, HTTP_ROUTE),
    reads=READER_KINDS,
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index/http.rs (convert_gateway_rule)",
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go (convertHTTPRoute)",
        "cilium/cilium: operator/pkg/model/ingestion/gateway.go (extractRoutes)",
        "https://linkerd.io/2/reference/timeouts/",
        "https://linkerd.io/2/reference/retries/",
    ),
)
def route_field_unserved(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each field of a rule that an implementation, which reads the route, passes over."""
    found = [node for name in _FIELDS for node in resource.each(f"spec.rules[].{name}")]
    read = readers(resource, mesh) if found else ()
    for node in found:
        name = str(node.path[-1])
        missing = unserved(mesh, read, f"field {name}")
        if missing is None:
            continue
        instead = _INSTEAD.get(name, "") if missing.title == TITLES["linkerd"] else ""
        if instead and any(str(key).startswith(instead) for key in resource.annotations):
            continue
        hint = f": it reads annotations '{instead}…'" if instead else ""
        message = f"{missing.title} does not read '{name}' of {resource.kind.name}s, {missing.gap.effect}{hint}"
        yield node.finding(message, related=(missing.parent.name_node.note(f"is served by {missing.title}"),))
