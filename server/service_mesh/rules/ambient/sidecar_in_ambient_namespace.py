"""Workload keeps a sidecar in a namespace in ambient mode.

## Why it matters
Its traffic goes past waypoints, policies bound to a waypoint do not hold for what it sends, and it is missed when the
namespace is taken for migrated.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, sidecar.istio.io/inject: "true"}}
    spec: {containers: [{name: web, image: example.com/web:1}]}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, sidecar.istio.io/inject: "true", istio.io/dataplane-mode: none}}
    spec: {containers: [{name: web, image: example.com/web:1}]}
```

## When it stays quiet
The pods say `istio.io/dataplane-mode: none`, so it is on purpose (Kiali reports them all the same). They are a gateway.
The namespace asks for sidecars too, which is reported by itself.

## Fix safety
`istio.io/dataplane-mode: none` on the pods is safe: it says what happens anyway.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY, WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.posture.istio.enrolment import AMBIENT_LABEL, ENROLMENT_KINDS, Enrolled, asked_enrolment, has_proxy
from service_mesh.rules.ambient._reach import ambient_label, somewhere_ambient
from service_mesh.rules.rule import rule

_INJECT = "sidecar.istio.io/inject"
_TEMPLATES = "inject.istio.io/templates"


@rule(
    "AM102",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=tuple(sorted(WORKLOADS)),
    where=somewhere_ambient,
    reads=(GATEWAY, *ENROLMENT_KINDS),
    sources=(
        "istio/istio: cni/pkg/util/podutil.go",
        "https://istio.io/latest/docs/ambient/usage/add-workloads/",
        "kiali/kiali: business/checkers/ambient/ambient_workload_checker.go",
    ),
    upstream=("KIA1316",),
)
def sidecar_in_ambient_namespace(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report what gives a workload a sidecar in a namespace in ambient mode."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource or AMBIENT_LABEL in workload.labels:
        return
    label = ambient_label(mesh, workload.namespace, workload.cluster)
    if label is None or asked_enrolment(mesh, workload).mode is not Enrolled.SIDECAR or _is_gateway(mesh, workload):
        return
    node = workload.labels_node.key(_INJECT) or has_proxy(workload) or workload.labels_node
    message = "pods have a sidecar in a namespace in ambient mode, so ztunnel does not take them"
    yield node.finding(message, fix=_fix(workload.labels_node), related=(label.note("asks for ambient mode"),))


def _is_gateway(mesh: MeshView, workload: Workload) -> bool:
    return is_gateway_workload(mesh, workload) or workload.annotations.get(_TEMPLATES) == "gateway"


def _fix(labels: Node) -> Fix | None:
    if not labels.path or labels.path[-1] != "labels":
        return None
    title = f"say '{AMBIENT_LABEL}: none' on the pods"
    return Fix(title, True, (Insert(labels.resource, labels.path, AMBIENT_LABEL, "none"),))
