"""Clients with sidecars go past the waypoint that enforces a policy.

## Why it matters
Only ztunnel sends traffic through a waypoint. A client with a sidecar connects straight to the pods, and so does
anything outside the mesh. What the waypoint refuses is let in that way, unless ztunnel refuses it too.

## Wrong
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
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: example.com/cart:1}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRefs:
  - {group: "", kind: Service, name: cart}
  action: DENY
  rules:
  - to:
    - operation: {paths: [/admin/*]}
---
apiVersion: v1
kind: Namespace
metadata: {name: web, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: example.com/web:1}]}
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
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: example.com/cart:1}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRefs:
  - {group: "", kind: Service, name: cart}
  action: DENY
  rules:
  - to:
    - operation: {paths: [/admin/*]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: only-the-waypoint, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  action: DENY
  rules:
  - from:
    - source: {notPrincipals: [cluster.local/ns/shop/sa/waypoint]}
---
apiVersion: v1
kind: Namespace
metadata: {name: web, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: example.com/web:1}]}
```

## When it stays quiet
No workload of the input has a sidecar. Any policy without targets selects the pods: then ztunnel looks at connections
too. The pods behind the service are not loaded or not in ambient mode.

## Fix safety
There is no fix: clients that bypass the waypoint on purpose would be cut off.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import Point, Target, point_of, policies_selecting, targets
from service_mesh.posture.istio.waypoints import service_waypoint
from service_mesh.rules.ambient._reach import REACH_KINDS
from service_mesh.rules.rule import rule


@rule(
    "AM113",
    category=Category.SECURITY,
    severity=Severity.INFO,
    about=(AUTHORIZATION_POLICY,),
    reads=REACH_KINDS,
    sources=(
        "istio/istio: pilot/pkg/xds/endpoints/endpoint_builder.go",
        "https://istio.io/latest/docs/ambient/usage/waypoint/",
    ),
)
def waypoint_bypassed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a target whose pods take connections past the waypoint, where clients with sidecars are there."""
    client = mesh.index(_with_sidecar).get(resource.cluster)
    for target in targets(resource) if client is not None else ():
        open_one = _open(target, resource, mesh)
        if client is not None and open_one is not None:
            message = f"clients with sidecars, such as '{client.title}', reach these pods past the waypoint"
            yield target.node.finding(message, related=(open_one.labels_node.note("no policy of ztunnel selects it"),))


def _open(target: Target, policy: Resource, mesh: MeshView) -> Workload | None:
    """A pod template behind a targeted Service that nothing but the waypoint guards."""
    is_service = target.kind.name == SERVICE.name and target.kind.group in ("", "core")
    service = mesh.find(SERVICE, policy.namespace, target.name, policy.cluster) if is_service else None
    use = service_waypoint(mesh, service) if service is not None else None
    if service is None or use is None or not use.serves:
        return None
    behind = (one for one in workloads_of(mesh, service) if point_of(mesh, one) is Point.ZTUNNEL)
    return next((one for one in behind if not policies_selecting(mesh, AUTHORIZATION_POLICY, one)), None)


def _with_sidecar(mesh: MeshView) -> Mapping[str, Workload]:
    """A workload with a sidecar, for each cluster that has one."""
    mesh.mark_read(*REACH_KINDS)
    found: dict[str, Workload] = {}
    for workload in workloads(mesh):
        if workload.cluster not in found and point_of(mesh, workload) is Point.SIDECAR:
            found[workload.cluster] = workload
    return found
