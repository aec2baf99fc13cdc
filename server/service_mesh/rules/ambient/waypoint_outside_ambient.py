"""Waypoint is chosen for workloads that are not in ambient mode.

## Why it matters
Only clients with ztunnel send traffic through a waypoint. Workloads with a sidecar, or outside the mesh, go straight to
the pods and past every policy of the waypoint; mostly the label for ambient mode was forgotten.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled, istio.io/use-waypoint: waypoint}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
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
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: example.com/web:1}]}
```

## When it stays quiet
Some workload of the namespace is in ambient mode, or how it is enrolled is not known. The namespace has no workloads
apart from gateways, or has ServiceEntries: hosts outside the cluster are reached through a waypoint from anywhere. The
label stands on a Service, whose clients may be elsewhere.

## Fix safety
There is no fix: moving workloads to ambient mode is more than a label.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workload_of, workloads_in
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY, NAMESPACE, SERVICE_ENTRY, WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.posture.istio.waypoints import USE_WAYPOINT
from service_mesh.rules.rule import rule

_ELSEWHERE = (Enrolled.SIDECAR, Enrolled.NONE)


@rule(
    "AM104",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(NAMESPACE, *sorted(WORKLOADS)),
    needs=(USE_WAYPOINT,),
    reads=(SERVICE_ENTRY, GATEWAY, *ENROLMENT_KINDS),
    sources=(
        "istio/ztunnel: src/proxy/outbound.rs",
        "https://istio.io/latest/docs/ambient/usage/waypoint/",
        "kiali/kiali: business/checkers/ambient/ambient_workload_checker.go",
    ),
    upstream=("KIA1312",),
)
def waypoint_outside_ambient(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the label that chooses a waypoint where nothing is in ambient mode."""
    if resource.kind == NAMESPACE:
        label = _chosen(resource.get("metadata.labels"))
        if label is not None and _is_elsewhere(mesh, resource):
            yield label.finding(
                f"no workload of namespace '{resource.name}' is in ambient mode, so the waypoint is bypassed"
            )
        return
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource or workload.is_machine:
        return
    label = _chosen(workload.labels_node)
    if label is not None and enrolment(mesh, workload).mode in _ELSEWHERE:
        message = "these pods are not in ambient mode, so the waypoint is bypassed"
        yield label.finding(message, related=enrolment(mesh, workload).chain)


def _chosen(labels: Node | None) -> Node | None:
    label = labels.key(USE_WAYPOINT) if labels is not None else None
    return label if label is not None and label.text not in ("", "none") else None


def _is_elsewhere(mesh: MeshView, namespace: Resource) -> bool:
    if mesh.index(_entries).get((namespace.cluster, namespace.name)):
        return False
    found = workloads_in(mesh, namespace.name, namespace.cluster)
    staff = [workload for workload in found if not is_gateway_workload(mesh, workload)]
    return bool(staff) and all(enrolment(mesh, workload).mode in _ELSEWHERE for workload in staff)


def _entries(mesh: MeshView) -> Mapping[tuple[str, str], bool]:
    return {(entry.cluster, entry.namespace): True for entry in mesh.of_kind(SERVICE_ENTRY)}
