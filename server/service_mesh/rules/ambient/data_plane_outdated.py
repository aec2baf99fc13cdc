"""Running pods are on another data plane than their labels ask for.

## Why it matters
Sidecars come and go only when pods are made anew. After a namespace was moved between sidecars and ambient mode the old
pods stay as they were: policies and waypoints of the new mode do not hold for them.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  uid: 0c6ecc67-1d5c-4a52-b8a2-6c5c7bb6a4ab
  annotations: {ambient.istio.io/redirection: enabled}
spec:
  containers:
  - {name: web, image: example.com/web:1}
status: {phase: Running}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  uid: 0c6ecc67-1d5c-4a52-b8a2-6c5c7bb6a4ab
  annotations: {ambient.istio.io/redirection: enabled}
spec:
  containers:
  - {name: web, image: example.com/web:1}
status: {phase: Running}
```

## When it stays quiet
The Pod is a manifest: it has neither uid nor status. It runs what is asked for, or no proxy where a sidecar is asked
for, which is reported by itself. Of the pods of one workload the first is reported and the others are counted.

## Fix safety
There is no fix: pods have to be made anew.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import pods_of, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import POD
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import (
    ENROLMENT_KINDS,
    Enrolled,
    asked_enrolment,
    is_live,
    running_enrolment,
)
from service_mesh.rules.rule import rule

_TOLD: Mapping[tuple[Enrolled, Enrolled], str] = {
    (Enrolled.SIDECAR, Enrolled.AMBIENT): "ask for a sidecar, but ztunnel takes their traffic",
    (Enrolled.AMBIENT, Enrolled.SIDECAR): "ask for ambient mode, but run a sidecar",
    (Enrolled.AMBIENT, Enrolled.NONE): "ask for ambient mode, but are not redirected to ztunnel",
}


@rule(
    "AM103",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(POD,),
    reads=ENROLMENT_KINDS,
    sources=(
        "istio/istio: cni/pkg/util/podutil.go",
        "https://istio.io/latest/docs/ambient/usage/add-workloads/",
        "kiali/kiali: business/checkers/ambient/ambient_workload_checker.go",
    ),
    upstream=("KIA1314", "KIA1315"),
)
def data_plane_outdated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first running pod of a workload that is not on the data plane its labels ask for."""
    workload = workload_of(mesh, resource)
    if workload is None or not _is_running(resource):
        return
    asked, found = asked_enrolment(mesh, workload), running_enrolment(resource)
    told = _TOLD.get((asked.mode, found.mode))
    if told is None:
        return
    alike = [p for p in pods_of(mesh, workload) if _is_running(p) and running_enrolment(p).mode is found.mode]
    if alike and alike[0] is resource:
        who = f"pods of '{workload.title}'" if len(alike) > 1 else f"labels of pod '{resource.name}'"
        node = found.chain[0].node
        yield node.finding(f"{who} {told}", related=asked.chain)


def _is_running(pod: Resource) -> bool:
    phase = pod.get("status.phase")
    return is_live(pod) and (phase is None or phase.text == "Running")
