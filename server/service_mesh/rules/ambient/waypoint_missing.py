"""Label chooses a waypoint that is not there, or that does not take this traffic.

## Why it matters
ztunnel gets no waypoint then and sends the traffic straight to the pods: routes and policies of the waypoint are
skipped without an error.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypont}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: waypoint, namespace: shop}
spec:
  gatewayClassName: istio-waypoint
  listeners:
  - {name: mesh, port: 15008, protocol: HBONE}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: waypoint, namespace: shop}
spec:
  gatewayClassName: istio-waypoint
  listeners:
  - {name: mesh, port: 15008, protocol: HBONE}
```

## When it stays quiet
The Gateway is there and its class is not one of Istio's own: other projects make waypoints too. A waypoint for services
alone, chosen by a namespace: its pods do not use it, which is the usual case. If the namespace of the waypoint was not
loaded as a whole, the finding about a missing one is reported as not checked.

## Fix safety
Offered when exactly one waypoint of that namespace has a near name; unsafe, because traffic takes another way.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS, NAMESPACE, SERVICE, SERVICE_ENTRY, WORKLOADS
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.waypoints import (
    USE_WAYPOINT,
    WaypointUse,
    namespace_waypoint,
    service_waypoint,
    waypoints,
    workload_waypoint,
)
from service_mesh.rules.rule import rule

_OTHER_CLASSES = ("istio", "istio-remote", "istio-east-west")


@rule(
    "AM105",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(NAMESPACE, SERVICE, SERVICE_ENTRY, *sorted(WORKLOADS)),
    needs=(USE_WAYPOINT,),
    reads=(GATEWAY_API_GATEWAY, GATEWAY_CLASS, *WORKLOAD_KINDS),
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/ambient/waypoints.go",
        "https://istio.io/latest/docs/ambient/usage/waypoint/",
        "kiali/kiali: business/checkers/ambient/ambient_workload_checker.go",
    ),
    upstream=("KIA1313",),
)
def waypoint_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the label of an object that names a waypoint which does not serve it."""
    use = _own_use(resource, mesh)
    if use is None:
        return
    if use.gateway is None:
        yield from _missing(use, mesh)
    elif not use.admits:
        message = f"waypoint '{use.namespace}/{use.name}' does not admit namespace '{_namespace(resource)}'"
        yield use.node.finding(message, related=(use.gateway.root.note("admits namespaces by its listener"),))
    elif not use.takes:
        what = "pods" if resource.kind in WORKLOADS else "services"
        message = f"waypoint '{use.name}' takes no traffic addressed to {what}"
        yield use.node.finding(message, related=(use.gateway.root.note("takes what 'istio.io/waypoint-for' says"),))


def _own_use(resource: Resource, mesh: MeshView) -> WaypointUse | None:
    """The use that a label of the object itself asks for."""
    if resource.kind == NAMESPACE:
        return namespace_waypoint(mesh, resource)
    if resource.kind in (SERVICE, SERVICE_ENTRY):
        use = service_waypoint(mesh, resource)
        return use if use is not None and use.node.resource is resource else None
    workload: Workload | None = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource:
        return None
    use = workload_waypoint(mesh, workload)
    return use if use is not None and use.node.resource is resource else None


def _missing(use: WaypointUse, mesh: MeshView) -> Iterator[Draft]:
    cluster = use.node.resource.cluster
    found = mesh.find(GATEWAY_API_GATEWAY, use.namespace, use.name, cluster)
    if found is not None:
        kind = found.get("spec.gatewayClassName")
        if kind is not None and kind.text in _OTHER_CLASSES:
            message = f"Gateway '{use.name}' is no waypoint: its class is '{kind.text}'"
            yield use.node.finding(message, related=(kind.note("is the class"),))
        return
    known = [gateway.name for gateway in waypoints(mesh, use.namespace, cluster)]
    near = nearest(use.name, known, unique=True)
    yield use.node.finding(
        f"waypoint '{use.name}' does not exist in namespace '{use.namespace}'",
        fix=Fix.replace(use.node, near, title=f"rename to '{near}'") if near else None,
        partial=not mesh.is_complete(use.namespace, cluster),
    )


def _namespace(resource: Resource) -> str:
    return resource.name if resource.kind == NAMESPACE else resource.namespace
