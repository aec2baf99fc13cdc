"""Pods of a namespace in ambient mode still run a sidecar.

## Why it matters
A sidecar keeps a pod out of ambient mode: ztunnel does not take its traffic, and what it sends goes past the waypoints,
so that policies there do not hold for it. Sidecars go only when pods are made anew.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: example.com/web:1}
  - {name: istio-proxy, image: example.com/proxyv2:1}
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
metadata: {name: web, namespace: shop, annotations: {ambient.istio.io/redirection: enabled}}
spec:
  containers:
  - {name: web, image: example.com/web:1}
status: {phase: Running}
```

## When it stays quiet
The pods say `istio.io/dataplane-mode: none`, so that it is on purpose, or they are a gateway or a waypoint. The
namespace asks for sidecars too, which win. Pods of one workload are told of once.

## Fix safety
No fix: pods have to be made anew, and waypoints have to be there for policies that need them.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY, WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.posture.istio.enrolment import (
    AMBIENT_LABEL,
    ENROLMENT_KINDS,
    Enrolled,
    asked_enrolment,
    running_enrolment,
)
from service_mesh.posture.istio.namespaces import namespace_enrolment
from service_mesh.posture.istio.proxies import own_workload, running_pods
from service_mesh.rules.rule import rule


@rule(
    "ST207",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=tuple(sorted(WORKLOADS)),
    reads=(GATEWAY, *ENROLMENT_KINDS),
    sources=("istio/istio: cni/pkg/util/podutil.go", "https://istio.io/latest/docs/ambient/usage/add-workloads/"),
)
def sidecar_kept_in_ambient(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of a workload that runs a sidecar where ambient mode is asked for."""
    workload = own_workload(mesh, resource)
    label = _label(mesh, workload) if workload is not None else None
    if workload is None or label is None or is_gateway_workload(mesh, workload):
        return
    pods = running_pods(mesh, workload)
    found = [running for pod in pods if (running := running_enrolment(pod)).mode is Enrolled.SIDECAR]
    if not found:
        return
    proxy = found[0].chain[0].node
    share = "the pod" if len(pods) == 1 else f"{len(found)} of {len(pods)} pods"
    asked = asked_enrolment(mesh, workload).mode
    why = "labels ask for it too" if asked is Enrolled.SIDECAR else "made before ambient mode was asked for"
    verb = "runs" if len(found) == 1 else "run"
    message = f"{share} of '{workload.title}' {verb} a sidecar in a namespace in ambient mode ({why})"
    pod = proxy.resource
    command = kubectl.command("istioctl", "ztunnel-config", "workload", "--workload-namespace", pod.namespace)
    yield proxy.problem(message, command, related=(label.note("asks for ambient mode"),))


def _label(mesh: MeshView, workload: Workload) -> Node | None:
    """Where the namespace asks for ambient mode, unless the workload says otherwise."""
    asked = namespace_enrolment(mesh, workload.namespace, workload.cluster)
    if asked.mode is not Enrolled.AMBIENT or workload.labels.get(AMBIENT_LABEL) == "none":
        return None
    return asked.label
