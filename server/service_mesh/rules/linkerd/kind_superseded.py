"""Object is of a kind that Linkerd has replaced by another one.

## Why it matters
ServerAuthorization has given way to AuthorizationPolicy, which has routes and namespaces as targets too. The HTTPRoute
of `policy.linkerd.io` is kept for what exists, and new features go into that of the Gateway API. TrafficSplit needs the
extension linkerd-smi, which is deprecated, as SMI is: without it nothing splits the traffic.

## Wrong
```yaml
apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata: {name: cart, namespace: shop}
spec:
  service: cart
  backends:
  - {service: cart-v1, weight: 90}
  - {service: cart-v2, weight: 10}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {group: "", kind: Service, name: cart, port: 80}
  rules:
  - backendRefs:
    - {name: cart-v1, port: 80, weight: 90}
    - {name: cart-v2, port: 80, weight: 10}
```

## When it stays quiet
An HTTPRoute of `policy.linkerd.io` up to 2.17, where the documentation still leads to it. TrafficSplit is a warning,
the two others are told for information: they work.

## Fix safety
None is offered: the other kind is written in another way.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_HTTP_ROUTE, SERVER_AUTHORIZATION, TRAFFIC_SPLIT, Kind
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_SUCCESSORS: Mapping[Kind, tuple[tuple[int, ...], str]] = {
    SERVER_AUTHORIZATION: ((0,), "AuthorizationPolicy has taken the place of ServerAuthorization"),
    LINKERD_HTTP_ROUTE: (
        (25, 4, 4),
        "HTTPRoute of 'gateway.networking.k8s.io' has taken the place of that of 'policy.linkerd.io'",
    ),
    TRAFFIC_SPLIT: ((0,), "TrafficSplit needs the deprecated extension linkerd-smi, and HTTPRoutes split traffic now"),
}


@rule(
    "LD187",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=tuple(_SUCCESSORS),
    sources=(
        "https://linkerd.io/2/reference/authorization-policy/#serverauthorization",
        "https://linkerd.io/2/features/gateway-api/",
        "https://linkerd.io/2/tasks/linkerd-smi/",
    ),
)
def kind_superseded(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an object of such a kind, once at its kind."""
    since, message = _SUCCESSORS[resource.kind]
    if mesh.release("linkerd") >= since:
        severity = None if resource.kind == TRAFFIC_SPLIT else Severity.INFO
        node = resource.get("kind") or resource.root
        yield node.finding(message, severity=severity, anchor=Anchor.VALUE)
