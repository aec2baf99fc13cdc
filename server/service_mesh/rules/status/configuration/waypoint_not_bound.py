"""Service is not bound to the waypoint that it asks for.

## Why it matters
Its traffic goes from ztunnel straight to the pods: routes and policies of the waypoint are skipped without an error.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  ports:
  - {name: http, port: 80}
status:
  conditions:
  - type: istio.io/WaypointBound
    status: "False"
    reason: NoWaypoint
    message: waypoint shop/waypoint is not ready
    lastTransitionTime: "2026-10-01T08:00:00Z"
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  ports:
  - {name: http, port: 80}
status:
  conditions:
  - type: istio.io/WaypointBound
    status: "True"
    reason: WaypointAccepted
    message: Successfully attached to waypoint shop/waypoint
    lastTransitionTime: "2026-10-01T08:00:00Z"
```

## When it stays quiet
The condition was made for an older generation. No pod of the waypoint is ready, which is reported by itself. The
objects of one namespace are told of once.

## Fix safety
No fix: what has to change depends on what istiod says.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.running_gateways import lacks_pods, workloads_for
from service_mesh.posture.istio.waypoints import WAYPOINT_KINDS, service_waypoint
from service_mesh.rules.rule import rule
from service_mesh.rules.status._conditions import Condition, explained, named

_BOUND = "istio.io/WaypointBound"


@rule(
    "ST604",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(SERVICE, SERVICE_ENTRY),
    reads=WAYPOINT_KINDS,
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/ambient/services.go",
        "istio/istio: pkg/config/analysis/analyzers/conditions/conditions.go",
    ),
)
def waypoint_not_bound(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first Service of a namespace that is not bound to the waypoint it asks for."""
    group = mesh.index(_unbound).get((resource.cluster, resource.namespace), ())
    if not group or group[0].node.resource is not resource:
        return
    first = group[0]
    also = f", nor are {len(group) - 1} more of its namespace" if group[1:] else ""
    message = f"'{resource.title}' is not bound to the waypoint that it asks for{explained(first)}{also}"
    yield first.status.problem(message, kubectl.command("istioctl", "waypoint", "status", "-n", resource.namespace))


def _unbound(mesh: MeshView) -> Mapping[tuple[str, str], list[Condition]]:
    mesh.mark_read(*WAYPOINT_KINDS)
    found: dict[tuple[str, str], list[Condition]] = {}
    for kind in (SERVICE, SERVICE_ENTRY):
        for one in mesh.of_kind(kind):
            bound = named(one.get("status"), _BOUND)
            if bound is not None and bound.holds is False and not _is_told(mesh, one):
                found.setdefault((one.cluster, one.namespace), []).append(bound)
    return found


def _is_told(mesh: MeshView, service: Resource) -> bool:
    """Whether the waypoint itself is what does not work."""
    use = service_waypoint(mesh, service)
    made = workloads_for(mesh, use.gateway) if use is not None and use.gateway is not None else ()
    return any(lacks_pods(mesh, workload) is not None for workload in made)
