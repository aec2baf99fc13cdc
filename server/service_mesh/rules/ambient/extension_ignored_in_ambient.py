"""Extension or telemetry of requests does nothing in ambient mode.

## Why it matters
ztunnel runs no filters and knows no requests. A WasmPlugin or EnvoyFilter reaches a waypoint only through `targetRefs`,
and so does a Telemetry with labels; one for a whole namespace needs a waypoint there. Otherwise it is accepted and
nothing happens.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: traces, namespace: shop}
spec:
  tracing:
  - providers: [{name: zipkin}]
    randomSamplingPercentage: 10
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
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: traces, namespace: shop}
spec:
  tracing:
  - providers: [{name: zipkin}]
    randomSamplingPercentage: 10
```

## When it stays quiet
The object has targets, or nothing it selects is in ambient mode, or something it selects has a sidecar, or may have
one. A Telemetry without tracing, access logs and overrides of metrics, or for a namespace with a waypoint of its own
(Kiali asks for targets there too). Objects of the root namespace without labels, which are for gateways as well.

## Fix safety
`targetRefs` can be written where a waypoint is in front of the one service, or of all services of the namespace, that
the object is for. Unsafe: it starts to work.
"""

from collections.abc import Iterator

from service_mesh.mesh.selection import policy_selector
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ENVOY_FILTER, TELEMETRY, WASM_PLUGIN
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import Point, namespace_of_scope, points_of, targets
from service_mesh.posture.istio.waypoints import waypoints
from service_mesh.rules.ambient._reach import REACH_KINDS, reached, somewhere_ambient
from service_mesh.rules.ambient._targets import target_fix
from service_mesh.rules.rule import rule

_ELSEWHERE = (Point.SIDECAR, Point.GATEWAY, Point.UNKNOWN)


@rule(
    "AM117",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(WASM_PLUGIN, TELEMETRY, ENVOY_FILTER),
    where=somewhere_ambient,
    reads=REACH_KINDS,
    sources=(
        "istio/istio: pilot/pkg/model/policyattachment.go",
        "istio/istio: pilot/pkg/model/telemetry.go",
        "https://istio.io/latest/docs/ambient/usage/extend-waypoint-wasm/",
        "kiali/kiali: business/checkers/ambient/l7_classification.go",
    ),
    upstream=("KIA1111", "KIA1112", "KIA1116", "KIA1117"),
)
def extension_ignored_in_ambient(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an object for requests that no proxy of what it selects can run."""
    place = _place(resource)
    is_wide = policy_selector(resource).is_empty
    if place is None or targets(resource) or (is_wide and namespace_of_scope(mesh, resource) is None):
        return
    if resource.kind == TELEMETRY and is_wide and waypoints(mesh, resource.namespace, resource.cluster):
        return
    shown = reached(mesh, resource, attached=False)
    if shown and not points_of(mesh, resource) & set(_ELSEWHERE):
        message = "does nothing for workloads in ambient mode: ztunnel cannot run it, and no waypoint gets it this way"
        yield place.finding(message, fix=_fix(mesh, resource), related=shown)


def _place(resource: Resource) -> Node | None:
    """The field that is told about; None for a Telemetry that is not about requests."""
    selector = resource.get("spec.selector") or resource.get("spec.workloadSelector")
    if resource.kind != TELEMETRY:
        return selector or resource.get("spec")
    places = ("spec.tracing", "spec.accessLogging", "spec.metrics[].overrides")
    found = (node for place in places for node in resource.each(place) if node.items)
    return next(found, None)


def _fix(mesh: MeshView, resource: Resource) -> Fix | None:
    return None if resource.kind == ENVOY_FILTER else target_fix(mesh, resource)
