"""Proxy of a pod does not run.

## Why it matters
All traffic of the pod goes through its proxy, so that it neither reaches anything nor can be reached: the pod is not
ready, and what is inside it may wait for the network forever.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: example.com/web:1}
  initContainers:
  - {name: istio-proxy, image: example.com/proxyv2:1, restartPolicy: Always}
status:
  phase: Pending
  initContainerStatuses:
  - name: istio-proxy
    image: example.com/proxyv2:1
    imageID: ""
    ready: false
    restartCount: 7
    state: {waiting: {reason: CrashLoopBackOff}}
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: example.com/web:1}
  initContainers:
  - {name: istio-proxy, image: example.com/proxyv2:1, restartPolicy: Always}
status:
  phase: Running
  initContainerStatuses:
  - name: istio-proxy
    image: example.com/proxyv2:1
    imageID: ""
    ready: true
    restartCount: 0
    state: {running: {startedAt: "2026-10-01T08:00:00Z"}}
```

## When it stays quiet
The pod is younger than three minutes, finished or being deleted. The application beside the proxy is what does not
run. The proxy waits for an istiod that has no ready pod, or it is a gateway: both are reported by themselves. Of the
pods of one workload with the same container the first is reported and the others are counted.

## Fix safety
No fix: the log of the container tells the cause.
"""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.component_pods import component_of_pod
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.pod_states import Trouble, is_settled, trouble
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY, WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.posture.istio.enrolment import Enrolled, running_enrolment
from service_mesh.posture.istio.proxies import PROXY, own_workload, running_pods
from service_mesh.rules.rule import rule
from service_mesh.rules.status._istiod import is_istiod_down
from service_mesh.rules.status._words import counted, told

_CONTAINERS = frozenset({"istio-init", "istio-validation", PROXY})


class _Found(NamedTuple):
    pod: Resource
    container: str
    node: Node
    text: str


@rule(
    "ST202",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=tuple(sorted(WORKLOADS)),
    reads=(GATEWAY, *WORKLOAD_KINDS, *INSTALLATION_KINDS),
    sources=(
        "istio/istio: manifests/charts/istio-control/istio-discovery/files/injection-template.yaml",
        "istio/istio: cni/pkg/repair/repaircontroller.go",
    ),
)
def proxy_not_running(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of a workload whose proxy, or what prepares the way for it, does not run."""
    workload = own_workload(mesh, resource)
    if workload is None or is_gateway_workload(mesh, workload):
        return
    found = [one for pod in running_pods(mesh, workload) if (one := _found(mesh, pod)) is not None]
    if not found:
        return
    first = found[0]
    same = sum(one.container == first.container for one in found) - 1
    also = f", and {counted(same, 'further pod')} of '{workload.title}'" if same else ""
    message = f"container '{first.container}' of pod '{first.pod.name}' {told(first.text)}{also}"
    yield first.node.problem(message, _next(first))


def _found(mesh: MeshView, pod: Resource) -> _Found | None:
    held = _troubled(mesh, pod)
    if held is None or running_enrolment(pod).mode is not Enrolled.SIDECAR or not is_settled(mesh, pod):
        return None
    return held if component_of_pod(mesh, pod) is None else None


def _troubled(mesh: MeshView, pod: Resource) -> _Found | None:
    """What keeps the proxy from running, what prepares the way for it before the proxy itself."""
    for path in ("status.initContainerStatuses[]", "status.containerStatuses[]"):
        for status in pod.each(path):
            name = status.get("name")
            held = trouble(status) if name is not None and name.text in _CONTAINERS else None
            if held is not None and name is not None and not _waits_for_istiod(mesh, held):
                return _Found(pod, name.text, *held)
    return None


def _waits_for_istiod(mesh: MeshView, held: Trouble) -> bool:
    """Whether it only is not ready while no istiod is: proxies do not become ready without configuration."""
    return held.node.path[-1] == "ready" and is_istiod_down(mesh, held.node.resource.cluster)


def _next(found: _Found) -> str:
    if "waiting" not in found.node.path:
        return kubectl.logs(found.pod, "-c", found.container, "--tail=50")
    if found.node.text == "CrashLoopBackOff":
        return kubectl.logs(found.pod, "-c", found.container, "--previous", "--tail=50")
    return kubectl.describe(found.pod)
