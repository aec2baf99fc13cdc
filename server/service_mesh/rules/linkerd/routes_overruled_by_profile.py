"""Route or annotation is for a Service with a ServiceProfile, which takes its place.

## Why it matters
A proxy asks for both and uses the ServiceProfile as soon as it has a route or a `dstOverrides`: HTTPRoutes and
GRPCRoutes of the Service, their weights, filters and timeouts, and the retry and timeout annotations are ignored for as
long as the profile exists. A canary set up by a route gets no traffic.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
  annotations: {retry.linkerd.io/http: 5xx}
spec:
  selector: {app: cart}
  ports: [{port: 80}]
---
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: cart.shop.svc.cluster.local, namespace: shop}
spec:
  routes:
  - name: GET /
    condition: {method: GET, pathRegex: /}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
  annotations: {retry.linkerd.io/http: 5xx}
spec:
  selector: {app: cart}
  ports: [{port: 80}]
```

## When it stays quiet
A profile without routes and overrides, or one that stands in a namespace other than that of the Service or of the
route; TLSRoutes and TCPRoutes; an annotation about circuit breaking, which the balancer uses either way.

## Fix safety
None is offered: which of the two is to stay is a decision.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft, Note
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import ServiceName
from service_mesh.model.kinds import GRPC_ROUTE, SERVICE, SERVICE_PROFILE
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.profiles import profiles_of, takes_over
from service_mesh.rules.linkerd._routes import HTTP_ROUTES, parents
from service_mesh.rules.rule import rule

_PREFIXES = ("retry.linkerd.io/", "timeout.linkerd.io/")


@rule(
    "LD167",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(*HTTP_ROUTES, GRPC_ROUTE, SERVICE),
    reads=(SERVICE_PROFILE,),
    sources=(
        "linkerd/linkerd2-proxy: linkerd/app/outbound/src/http/logical/profile.rs",
        "https://linkerd.io/2/reference/httproute/#parentreference",
        "https://linkerd.io/2/reference/timeouts/",
    ),
)
def routes_overruled_by_profile(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each parent, and each annotation of a Service, that a profile takes the place of."""
    if resource.kind == SERVICE:
        yield from _annotations(resource, mesh)
        return
    for parent in parents(resource, SERVICE):
        name, namespace = parent.get("name"), parent.get("namespace")
        place = (namespace.text if namespace is not None else "") or resource.namespace
        note = _overruling(mesh, ServiceName(place, name.text if name is not None else ""), resource)
        if note is not None and name is not None:
            message = f"proxies use the ServiceProfile of '{place}/{name.text}' and ignore the route"
            yield name.finding(message, related=(note,))


def _annotations(service: Resource, mesh: MeshView) -> Iterator[Draft]:
    names = [name for name in service.annotations if str(name).startswith(_PREFIXES)]
    annotations = service.get("metadata.annotations")
    note = _overruling(mesh, ServiceName(service.namespace, service.name), service) if names else None
    for name in names if note is not None else ():
        node = annotations.key(name) if annotations is not None else None
        if node is not None and note is not None:
            message = f"proxies use the ServiceProfile of the Service and ignore '{name}'"
            yield node.finding(message, related=(note,), anchor=Anchor.KEY)


def _overruling(mesh: MeshView, service: ServiceName, user: Resource) -> Note | None:
    places = (service.namespace, user.namespace)
    found = (takes_over(one) for one in profiles_of(mesh, service, user.cluster) if one.namespace in places)
    part = next((part for part in found if part is not None), None)
    return part.note("takes the place of routes and annotations") if part is not None else None
