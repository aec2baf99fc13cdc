"""A container of a mesh's control plane or node agent is restarted often.

## Why it matters
Each restart cuts its connections: proxies reconnect to a control plane, and an agent of a node leaves changes undone
meanwhile. It is a crash loop in the making, or a liveness probe that is not answered in time.

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
    restartCount: 9
    state: {running: {}}
    lastState: {terminated: {exitCode: 137, reason: Error, finishedAt: "2026-11-20T11:40:00Z"}}
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
    restartCount: 9
    state: {running: {}}
    lastState: {terminated: {exitCode: 137, reason: Error, finishedAt: "2026-10-20T11:40:00Z"}}
```

## When it stays quiet
Fewer than three restarts, the last one more than an hour before the cluster was read, or that time is not known. The
container crashes again and again now (ST103), was killed for its use of memory (ST107), or no pod of its component is
ready (ST101). Of several pods of one component the first is reported and the others are counted.

## Fix safety
No fix: the log of the container that ended tells why.
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

_OFTEN = 3
_HOUR = 3600


@rule(
    "ST108",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(POD,),
    reads=COMPONENT_KINDS,
    sources=("https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/",),
)
def restarts_frequent(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first container of a component that was restarted three times or more, and within the last hour."""
    found = first_of(mesh, resource, _is_recent_of_many)
    if found is not None:
        ending, also = found
        message = f"container '{ending.container}' of pod '{resource.name}' was restarted {ending.restarts} times"
        command = kubectl.logs(resource, "-c", ending.container, "--previous")
        yield ending.counter.problem(f"{message}, the last time {ending.ago}{also}", command)


def _is_recent_of_many(ending: Ending) -> bool:
    return ending.reason.text != "OOMKilled" and ending.restarts >= _OFTEN and ending.seconds_ago <= _HOUR
