"""Workload is covered by no AuthorizationPolicy, while others of its namespace are.

## Why it matters
Without a policy everybody is let in. Where the neighbours are protected, the one that was left out is easily a
mistake: it was added later, or its labels changed.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: example.com/web:1}]}
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
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  rules:
  - from: [{source: {namespaces: [ingress]}}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports: [{name: http, port: 80}]
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: example.com/web:1}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  rules:
  - from: [{source: {namespaces: [ingress]}}]
```

## When it stays quiet
No workload of the namespace is covered: then there is nothing to compare with (Kiali reports every workload). So it is
where the others are covered by CUSTOM and AUDIT alone, which are for chosen requests. The workload has no service that
is loaded, so that nobody is meant to call it. It is not in the mesh, is a gateway, or has a service behind a waypoint,
where policies name the service. The namespace or the root namespace was not loaded as a whole.

## Fix safety
There is no fix: who may call it is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of, workloads
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY, WORKLOADS
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import ATTACHMENT_KINDS, Point, point_of, policies_selecting
from service_mesh.posture.istio.waypoints import WAYPOINT_KINDS, service_waypoint
from service_mesh.rules.istio._authorization import action
from service_mesh.rules.rule import rule


@rule(
    "IS243",
    category=Category.SECURITY,
    severity=Severity.INFO,
    about=tuple(sorted(WORKLOADS)),
    reads=(AUTHORIZATION_POLICY, *ATTACHMENT_KINDS, *WAYPOINT_KINDS),
    sources=(
        "https://istio.io/latest/docs/concepts/security/#implicit-enablement",
        "kiali/kiali: business/checkers/workloads/uncovered_workload_checker.go",
    ),
    upstream=("KIA1301",),
)
def workload_without_authorization(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a workload that no policy covers where one covers another of its namespace."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource or not _is_known(mesh, workload):
        return
    covered = mesh.index(_covered).get((workload.cluster, workload.namespace))
    if covered is None or policies_selecting(mesh, AUTHORIZATION_POLICY, workload):
        return
    is_guarded = point_of(mesh, workload) in (Point.SIDECAR, Point.ZTUNNEL)
    services = services_of(mesh, workload) if is_guarded else ()
    if services and all(service_waypoint(mesh, service) is None for service in services):
        message = "no AuthorizationPolicy covers these pods, so everybody is let in"
        yield workload.labels_node.finding(message, related=(covered.root.note("covers others of this namespace"),))


def _is_known(mesh: MeshView, workload: Workload) -> bool:
    places = {workload.namespace, root_namespace(mesh, workload.cluster)}
    return all(mesh.is_complete(place, workload.cluster) for place in places)


def _covered(mesh: MeshView) -> Mapping[tuple[str, str], Resource]:
    """A policy that covers some workload, for each namespace with one."""
    mesh.mark_read(*ATTACHMENT_KINDS, *WAYPOINT_KINDS)
    found: dict[tuple[str, str], Resource] = {}
    for workload in workloads(mesh):
        place = workload.cluster, workload.namespace
        if place in found:
            continue
        policies = policies_selecting(mesh, AUTHORIZATION_POLICY, workload)
        decisive = next((policy for policy in policies if action(policy) in ("ALLOW", "DENY")), None)
        if decisive is not None:
            found[place] = decisive
    return found
