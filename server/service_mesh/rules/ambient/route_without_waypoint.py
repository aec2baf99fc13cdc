"""Routes for a service in ambient mode that no waypoint is in front of.

## Why it matters
ztunnel routes no requests. Clients in ambient mode follow HTTP routes only where a waypoint is in front of the service;
without one they spread over all pods, and splits, timeouts, retries and faults do nothing. A waypoint reads
VirtualServices of the service's namespace and of its own, and of no other one.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports:
  - {name: http, port: 80}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  hosts: [cart]
  http:
  - timeout: 3s
    route:
    - destination: {host: cart}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports:
  - {name: http, port: 80}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  hosts: [cart]
  http:
  - timeout: 3s
    route:
    - destination: {host: cart}
```

## When it stays quiet
The route is bound to gateways alone, or has TCP routes only. The service is not loaded or not in ambient mode. A label
chooses a waypoint; whether that one exists is told at the label. A VirtualService in the namespace of the waypoint
counts, though Kiali reports it.

## Fix safety
There is no fix: a waypoint has to be deployed.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateways import binds_sidecars
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, SERVICE, VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.waypoints import service_waypoint
from service_mesh.rules.ambient._reach import REACH_KINDS, in_ambient, somewhere_ambient
from service_mesh.rules.ambient._served import served
from service_mesh.rules.rule import rule


@rule(
    "AM114",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(VIRTUAL_SERVICE, HTTP_ROUTE, GRPC_ROUTE),
    where=somewhere_ambient,
    reads=(*REACH_KINDS, *INSTALLATION_KINDS),
    sources=(
        "istio/istio: pilot/pkg/networking/core/listener_waypoint.go",
        "https://istio.io/latest/docs/ambient/usage/l7-features/",
        "kiali/kiali: business/checkers/ambient_policy_checker.go",
    ),
    upstream=("KIA1109", "KIA1113", "KIA1114"),
)
def route_without_waypoint(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each host or parent of a route that clients in ambient mode do not follow it for."""
    if resource.kind != VIRTUAL_SERVICE:
        yield from _of_parents(resource, mesh)
    elif binds_sidecars(resource) and any(resource.get(f"spec.{part}") is not None for part in ("http", "tls")):
        for host in resource.each("spec.hosts[]"):
            yield from _of_host(host, mesh)


def _of_host(host: Node, mesh: MeshView) -> Iterator[Draft]:
    found = served(mesh, host)
    if found is None:
        return
    service, route = found.service, host.resource
    if found.use is None:
        yield _unserved(host, service, found.label)
    elif found.use.gateway is not None and route.namespace not in (service.namespace, found.use.namespace):
        places = " or ".join(f"'{place}'" for place in dict.fromkeys((service.namespace, found.use.namespace)))
        message = (
            f"waypoint '{found.use.name}' in front of '{service.name}' reads VirtualServices of namespace {places} only"
        )
        yield host.finding(message, related=(found.use.node.note("chooses the waypoint"),))


def _of_parents(route: Resource, mesh: MeshView) -> Iterator[Draft]:
    for parent in route.each("spec.parentRefs[]"):
        group, kind, name = (parent.get(field) for field in ("group", "kind", "name"))
        if kind is None or kind.text != SERVICE.name or group is None or group.text not in ("", "core") or name is None:
            continue
        place = parent.get("namespace")
        service = mesh.find(SERVICE, (place.text if place else "") or route.namespace, name.text, route.cluster)
        label = in_ambient(mesh, service.namespace, service.cluster) if service is not None else None
        if service is not None and label is not None and service_waypoint(mesh, service) is None:
            yield _unserved(name, service, label)


def _unserved(node: Node, service: Resource, label: Node) -> Draft:
    name = f"{service.namespace}/{service.name}"
    message = f"clients in ambient mode ignore these routes: no waypoint is in front of Service '{name}'"
    return node.finding(message, related=(label.note("its namespace is in ambient mode"),))
