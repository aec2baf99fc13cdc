"""A container of a mesh's control plane or node agent was killed for its use of memory.

## Why it matters
The kernel ended it when it passed its memory limit, or when the node had none left. It will come that far again: the
memory of a control plane grows with the services and proxies that it serves.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  replicas: 2
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {replicas: 2, readyReplicas: 2}
---
apiVersion: v1
kind: Pod
metadata: {name: istiod-a1, namespace: istio-system, labels: {app: istiod}}
spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status:
  phase: Running
  containerStatuses:
  - name: discovery
    image: istio/pilot:1.28.0
    imageID: istio/pilot:1.28.0
    ready: true
    restartCount: 1
    state: {running: {}}
    lastState: {terminated: {exitCode: 137, reason: OOMKilled, finishedAt: "2026-11-20T09:00:00Z"}}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  replicas: 2
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {replicas: 2, readyReplicas: 2}
---
apiVersion: v1
kind: Pod
metadata: {name: istiod-a1, namespace: istio-system, labels: {app: istiod}}
spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status:
  phase: Running
  containerStatuses:
  - name: discovery
    image: istio/pilot:1.28.0
    imageID: istio/pilot:1.28.0
    ready: true
    restartCount: 1
    state: {running: {}}
    lastState: {terminated: {exitCode: 137, reason: OOMKilled, finishedAt: "2026-11-12T09:00:00Z"}}
```

## When it stays quiet
It happened more than a day before the cluster was read, or that time is not known. The container crashes again and
again now (ST103), or no pod of its component is ready (ST101). Of several pods of one component the first is reported
and the others are counted.

## Fix safety
No fix: how much memory it may take has to be decided.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import POD
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.control_plane._restarts import Ending, first_of

_DAY = 86_400


@rule(
    "ST107",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(POD,),
    reads=COMPONENT_KINDS,
    sources=("https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/",),
)
def memory_exhausted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first container of a component that was killed for its use of memory within the last day."""
    found = first_of(mesh, resource, _is_recent_kill)
    if found is not None:
        ending, also = found
        message = f"container '{ending.container}' of pod '{resource.name}' was killed for its use of memory"
        yield ending.reason.problem(f"{message} {ending.ago}{also}", kubectl.describe(resource))


def _is_recent_kill(ending: Ending) -> bool:
    return ending.reason.text == "OOMKilled" and ending.seconds_ago <= _DAY
