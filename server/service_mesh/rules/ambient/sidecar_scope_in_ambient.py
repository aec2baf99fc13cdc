"""Sidecar object is for workloads in ambient mode, which have no sidecar.

## Why it matters
What it limits is not limited: ztunnel knows all hosts of the mesh, and `outboundTrafficPolicy` of the object does not
keep pods from talking to anybody.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec:
  egress:
  - hosts: ["./*", istio-system/*]
  outboundTrafficPolicy: {mode: REGISTRY_ONLY}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec:
  egress:
  - hosts: ["./*", istio-system/*]
  outboundTrafficPolicy: {mode: REGISTRY_ONLY}
```

## When it stays quiet
Some workload it is for has a sidecar, or may have one. It lives in the root namespace: then it is the default of
namespaces with sidecars too.

## Fix safety
There is no fix: what is to be limited has to be said by a policy.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SIDECAR
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import Point, namespace_of_scope, points_of
from service_mesh.rules.ambient._reach import REACH_KINDS, reached, somewhere_ambient
from service_mesh.rules.rule import rule


@rule(
    "AM118",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(SIDECAR,),
    where=somewhere_ambient,
    reads=REACH_KINDS,
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/sidecar/selector.go",
        "https://istio.io/latest/docs/ambient/overview/",
    ),
    upstream=("IST0167",),
)
def sidecar_scope_in_ambient(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Sidecar whose workloads are all in ambient mode."""
    if namespace_of_scope(mesh, resource) is None:
        return
    shown = reached(mesh, resource, attached=False)
    if shown and not points_of(mesh, resource) & {Point.SIDECAR, Point.UNKNOWN}:
        node = resource.get("spec.workloadSelector") or resource.get("spec") or resource.root
        yield node.finding("has no effect: the workloads it is for are in ambient mode", related=shown)
