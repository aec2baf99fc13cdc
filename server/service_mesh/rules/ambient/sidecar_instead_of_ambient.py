"""Pods ask for ambient mode and get a sidecar.

## Why it matters
A pod with a sidecar is never captured by ztunnel. The label looks as if the workload were moved to ambient mode; it
is not, and what was set up for ambient mode is not what enforces.

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
    metadata: {labels: {app: web, istio.io/dataplane-mode: ambient}}
    spec: {containers: [{name: web, image: example.com/web:1}]}
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
    metadata: {labels: {app: web, istio.io/dataplane-mode: ambient, sidecar.istio.io/inject: "false"}}
    spec: {containers: [{name: web, image: example.com/web:1}]}
```

## When it stays quiet
The pods opt out of injection. The label is the namespace's: a namespace that asks for both is reported once.

## Fix safety
There is no fix: which of the two is meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import WORKLOADS
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import AMBIENT_LABEL, ENROLMENT_KINDS, Enrolled, asked_enrolment
from service_mesh.rules.rule import rule


@rule(
    "AM101",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=tuple(sorted(WORKLOADS)),
    needs=(AMBIENT_LABEL,),
    reads=ENROLMENT_KINDS,
    sources=(
        "istio/istio: cni/pkg/util/podutil.go",
        "https://istio.io/latest/docs/ambient/usage/add-workloads/",
        "kiali/kiali: business/checkers/ambient/ambient_workload_checker.go",
    ),
    upstream=("KIA1311",),
)
def sidecar_instead_of_ambient(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the label for ambient mode on pods that get a sidecar."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource or workload.is_machine:
        return
    label = workload.labels_node.key(AMBIENT_LABEL)
    if label is None or label.text != "ambient":
        return
    asked = asked_enrolment(mesh, workload)
    if asked.mode is Enrolled.SIDECAR:
        yield label.finding("pods get a sidecar, which keeps them out of ambient mode", related=asked.chain)
