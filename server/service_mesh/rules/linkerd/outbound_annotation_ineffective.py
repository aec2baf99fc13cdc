"""Annotation about retries, timeouts or circuit breaking has a name or stands in a place that nobody reads.

## Why it matters
Clients' proxies take retries and timeouts from the Service, or from an HTTPRoute or GRPCRoute for it, which then
overrides them all; circuit breaking from the Service alone. Everywhere else, and under any other name, the annotation
is accepted and nothing happens.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: cart
  namespace: shop
  annotations:
    balancer.linkerd.io/failure-accrual: consecutive
spec:
  parentRefs:
  - {group: "", kind: Service, name: cart, port: 80}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: cart
  namespace: shop
  annotations:
    retry.linkerd.io/http: 5xx
spec:
  parentRefs:
  - {group: "", kind: Service, name: cart, port: 80}
```

## When it stays quiet
Names in these domains that are near to no known one, which a newer release may read; pods and ReplicaSets that an owner
in the input made.

## Fix safety
A known name is offered if exactly one is near; unsafe, because it takes effect then.
"""

from collections.abc import Iterator

from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import EGRESS_NETWORK, GRPC_ROUTE, SERVICE, SERVICE_PROFILE
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._annotated import BEARERS, places
from service_mesh.rules.linkerd._outbound import BREAKER, GRPC_CONDITIONS, HTTP_CONDITIONS, KNOWN, is_outbound
from service_mesh.rules.linkerd._routes import ROUTES, parents
from service_mesh.rules.rule import rule

_DESTINATIONS = (SERVICE, EGRESS_NETWORK)
_SINCE = (24, 8, 2)


@rule(
    "LD176",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(*ROUTES, EGRESS_NETWORK, SERVICE_PROFILE, *BEARERS),
    where=has_linkerd,
    reads=WORKLOAD_KINDS,
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index.rs",
        "https://linkerd.io/2/reference/retries/",
        "https://linkerd.io/2/reference/timeouts/",
        "https://linkerd.io/2/reference/circuit-breaking/",
    ),
)
def outbound_annotation_ineffective(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each annotation of these domains that is misspelt, or that is not read where it stands."""
    for annotation in _annotations(resource, mesh):
        name = str(annotation.path[-1])
        if name in KNOWN:
            reason = _idle(name, resource, mesh)
            if reason:
                yield annotation.finding(f"annotation '{name}' {reason}", anchor=Anchor.KEY)
        elif (near := _meant(name)) is not None:
            message = f"annotation '{name[:120]}' is not known to Linkerd"
            yield annotation.finding(message, fix=Fix.rename(annotation, near), anchor=Anchor.KEY)


def _annotations(resource: Resource, mesh: MeshView) -> Iterator[Node]:
    if resource.kind in BEARERS:
        held = [node for place in places(resource, mesh) for node in place.annotations]
    else:
        held = list(resource.each("metadata.annotations.{}"))
    return (node for node in held if is_outbound(node.path[-1]))


def _idle(name: str, resource: Resource, mesh: MeshView) -> str:
    """Why an annotation does nothing, or nothing."""
    kind = resource.kind
    if name.startswith("balancer."):
        if kind not in _DESTINATIONS:
            return f"is read from Services and has no effect on {kind.name}s"
        is_alone = name.startswith(f"{BREAKER}-") and BREAKER not in resource.annotations
        return f"has no effect without '{BREAKER}', which switches circuit breaking on" if is_alone else ""
    if kind not in (*_DESTINATIONS, *ROUTES) or kind.name in ("TLSRoute", "TCPRoute"):
        return f"is read from Services, HTTPRoutes and GRPCRoutes and has no effect on {kind.name}s"
    if mesh.release("linkerd") < _SINCE:
        return "is read by Linkerd 2.16 and newer alone"
    return _idle_on_route(name, resource) if kind in ROUTES else ""


def _idle_on_route(name: str, route: Resource) -> str:
    other = HTTP_CONDITIONS if route.kind == GRPC_ROUTE else GRPC_CONDITIONS
    if name == other:
        return f"has no effect on {route.kind.name}s"
    has_parents = any(True for _ in route.each("spec.parentRefs[]"))
    if has_parents and not any(parents(route, *_DESTINATIONS)):
        return "has no effect on a route that no Service is a parent of"
    return ""


def _meant(name: str) -> str | None:
    domain, _, own = name.partition("/")
    same = (known.partition("/")[2] for known in KNOWN if known.startswith(f"{domain}/"))
    near = nearest(own, same, unique=True)
    return f"{domain}/{near}" if near else None
