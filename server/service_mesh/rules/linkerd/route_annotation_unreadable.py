"""Annotation of a route about retries, timeouts or circuit breaking is one that Linkerd cannot read.

## Why it matters
The admission webhook refuses the route. Durations are a whole number and a unit of `ms`, `s`, `m`, `h`, `d`, not a
fraction and not two units; conditions for retries are separated by a comma without a space.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: cart
  namespace: shop
  annotations:
    retry.linkerd.io/http: 5xx, 429
spec:
  parentRefs:
  - {group: core, kind: Service, name: cart, port: 80}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: cart
  namespace: shop
  annotations:
    retry.linkerd.io/http: 5xx,429
spec:
  parentRefs:
  - {group: core, kind: Service, name: cart, port: 80}
```

## When it stays quiet
Routes whose parents are Servers or gateways, where these annotations are not read; the same annotations on a Service,
which the webhook does not see. Of circuit breaking, only the mode and the form of the two penalties are checked.

## Fix safety
Removing spaces around conditions is safe where all of them are known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import EGRESS_NETWORK, GRPC_ROUTE, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._outbound import GRPC_CONDITIONS, HTTP_CONDITIONS, unreadable
from service_mesh.rules.linkerd._routes import HTTP_ROUTES, parents
from service_mesh.rules.rule import rule


@rule(
    "LD119",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(*HTTP_ROUTES, GRPC_ROUTE),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index.rs",
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index/http.rs",
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index/grpc.rs",
        "https://linkerd.io/2/reference/retries/",
    ),
)
def route_annotation_unreadable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each annotation whose value the controller cannot read."""
    annotations = resource.get("metadata.annotations")
    if annotations is None or not any(parents(resource, SERVICE, EGRESS_NETWORK)):
        return
    yield from unreadable(annotations, GRPC_CONDITIONS if resource.kind == GRPC_ROUTE else HTTP_CONDITIONS)
