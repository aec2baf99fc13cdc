"""One destination is listed twice in a route.

## Why it matters
The weights of both entries add up for the same pods, so that the split is not the one that it seems to be. Mostly one
of them was meant for another subset.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [reviews]
  http:
  - route:
    - destination: {host: reviews, subset: v1}
      weight: 80
    - destination: {host: reviews, subset: v1}
      weight: 20
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [reviews]
  http:
  - route:
    - destination: {host: reviews, subset: v1}
      weight: 80
    - destination: {host: reviews, subset: v2}
      weight: 20
```

## When it stays quiet
The entries differ in host, subset or port, or in the headers that they change. Of hosts the full names are compared.

## Fix safety
No fix is offered: which subset is meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import filled_sections
from service_mesh.model.canonical import canonical
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import resolve_host
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "IS181",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(VIRTUAL_SERVICE,),
    sources=("https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination",),
    upstream=("KIA1105",),
)
def route_destination_repeated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each destination that an earlier entry of the same route has already."""
    for section in filled_sections(resource):
        for route in resource.each(f"spec.{section}[].route"):
            if isinstance(route.value, list) and len(route.value) > 1:
                yield from _repeated(route)


def _repeated(route: Node) -> Iterator[Draft]:
    first: dict[str, Node] = {}
    for share in route.items:
        host = share.get("destination.host")
        if host is None or not host.text:
            continue
        earlier = first.setdefault(_identity(share, host), host)
        if earlier is not host:
            subset = share.get("destination.subset")
            named = f"'{host.text}'" + (f" subset '{subset.text}'" if subset is not None and subset.text else "")
            message = f"destination {named} is listed twice in this route, so its weights add up"
            yield host.finding(message, related=(earlier.note("is the same destination"),))


def _identity(share: Node, host: Node) -> str:
    parts = (share.get(path) for path in ("destination.subset", "destination.port", "headers"))
    values = [part.value if part is not None else None for part in parts]
    return canonical([resolve_host(host.text, host.resource.namespace), *values])
