"""ServiceProfile sends requests to a destination that nobody finds, or to none at all.

## Why it matters
With `dstOverrides` the requests to a Service go to these destinations instead, by weight. The authority of one is the
full name of a Service, with or without a port; for a short name there are no endpoints, and its share of requests
fails. Entries without a weight have 0, and where all have 0 nothing is left to send requests to.

## Wrong
```yaml
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: api.example.com, namespace: shop}
spec:
  dstOverrides:
  - {authority: "cart-v2:80", weight: 100m}
  - {authority: "cart.shop.svc.cluster.local:80", weight: 900m}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart-v2, namespace: shop}
spec: {selector: {app: cart-v2}, ports: [{port: 80}]}
```

## Right
```yaml
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: api.example.com, namespace: shop}
spec:
  dstOverrides:
  - {authority: "cart-v2.shop.svc.cluster.local:80", weight: 100m}
  - {authority: "cart.shop.svc.cluster.local:80", weight: 900m}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart-v2, namespace: shop}
spec: {selector: {app: cart-v2}, ports: [{port: 80}]}
```

## When it stays quiet
Names of hosts outside the cluster; Services that a Link brings from another cluster and federated ones; Services of a
namespace that is not loaded as a whole.

## Fix safety
The full name is offered for a short one; unsafe, because requests then go there.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import ServiceName
from service_mesh.model.kinds import SERVICE_PROFILE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.profiles import is_idle, split_name
from service_mesh.rules.linkerd._profiles import PROFILE_KINDS, full_name, is_short_name, is_unknown_service
from service_mesh.rules.rule import rule


@rule(
    "LD166",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(SERVICE_PROFILE,),
    reads=tuple(kind for kind in PROFILE_KINDS if kind != SERVICE_PROFILE),
    sources=(
        "linkerd/linkerd2: controller/api/destination/profile_translator.go",
        "https://linkerd.io/2/reference/service-profiles/",
    ),
)
def profile_override_unusable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each authority that is no full name of a Service, negative weights, and a sum of 0."""
    overrides = resource.get("spec.dstOverrides")
    if overrides is None or not overrides.items:
        return
    entries = [entry for entry in overrides.items if isinstance(entry.value, dict)]
    for entry in entries:
        yield from _authority(entry, mesh)
        weight = entry.get("weight")
        if weight is not None and str(weight.value).startswith("-"):
            yield weight.finding(f"weight {weight.value} is negative")
    if entries and all(map(is_idle, entries)):
        yield overrides.finding("all destinations have weight 0, so requests go nowhere")


def _authority(entry: Node, mesh: MeshView) -> Iterator[Draft]:
    authority = entry.get("authority")
    if authority is None or authority.value in (None, ""):
        yield entry.finding("a destination has no authority, so it is nowhere")
        return
    host, colon, port = authority.text.partition(":")
    named, place = split_name(host), entry.resource
    if host and named is None and is_short_name(mesh, host, place):
        fix = Fix.replace(authority, f"{full_name(mesh, host, place)}{colon}{port}")
        yield authority.finding(f"'{host}' is no full name of a Service, so its requests fail", fix=fix)
    elif named is not None and _is_missing(named[0], entry, mesh):
        shown = f"{named[0].namespace}/{named[0].name}"
        yield authority.finding(f"Service '{shown}' does not exist, so its requests fail")


def _is_missing(service: ServiceName, entry: Node, mesh: MeshView) -> bool:
    cluster = entry.resource.cluster
    return mesh.is_complete(service.namespace, cluster) and is_unknown_service(mesh, service, cluster)
