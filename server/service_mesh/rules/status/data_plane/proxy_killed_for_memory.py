"""Proxy of a pod was killed for lack of memory within the last hour.

## Why it matters
All connections of the pod break with it, and it comes back with the same limit. A proxy needs memory for every endpoint
it knows of, so that this mostly gets worse while the mesh grows.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: example.com/web:1}
  - {name: istio-proxy, image: example.com/proxyv2:1}
status:
  phase: Running
  containerStatuses:
  - name: istio-proxy
    image: example.com/proxyv2:1
    imageID: ""
    ready: true
    restartCount: 3
    state: {running: {startedAt: "2026-11-20T11:50:00Z"}}
    lastState: {terminated: {exitCode: 137, reason: OOMKilled, finishedAt: "2026-11-20T11:50:00Z"}}
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: example.com/web:1}
  - {name: istio-proxy, image: example.com/proxyv2:1}
status:
  phase: Running
  containerStatuses:
  - name: istio-proxy
    image: example.com/proxyv2:1
    imageID: ""
    ready: true
    restartCount: 0
    state: {running: {startedAt: "2026-11-20T11:50:00Z"}}
```

## When it stays quiet
The proxy does not run again yet, which is reported by itself; it was killed longer ago; the time of the reading is not
known. Of the pods of one workload the first is reported and the others are counted.

## Fix safety
No fix: how much memory it needs tells its use, and what it has to know can be narrowed by a Sidecar.
"""

from collections.abc import Iterator

from service_mesh.mesh.pod_states import container_status, trouble
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.instants import seconds_of
from service_mesh.model.kinds import WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.proxies import PROXY, own_workload, running_pods
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import counted

_HOUR = 3600


@rule(
    "ST211",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=tuple(sorted(WORKLOADS)),
    reads=WORKLOAD_KINDS,
    sources=("https://istio.io/latest/docs/ops/deployment/performance-and-scalability/",),
)
def proxy_killed_for_memory(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of a workload whose proxy was killed for lack of memory a short while ago."""
    workload = own_workload(mesh, resource)
    now = mesh.now(resource.cluster)
    if workload is None or now is None:
        return
    found = [node for pod in running_pods(mesh, workload) if (node := _killed(pod, now)) is not None]
    if found:
        pod = found[0].resource
        also = f", and that of {counted(len(found) - 1, 'further pod')} of '{workload.title}'" if found[1:] else ""
        message = f"proxy of pod '{pod.name}' was killed for lack of memory{also}"
        command = kubectl.command("kubectl", "-n", pod.namespace, "top", "pod", pod.name, "--containers")
        yield found[0].problem(message, command)


def _killed(pod: Resource, now: float) -> Node | None:
    status = container_status(pod, PROXY)
    reason = status.get("lastState.terminated.reason") if status is not None else None
    if status is None or reason is None or reason.text != "OOMKilled" or trouble(status) is not None:
        return None
    ended = status.get("lastState.terminated.finishedAt")
    at = seconds_of(ended.text) if ended is not None else None
    return reason if at is not None and 0 <= now - at < _HOUR else None
