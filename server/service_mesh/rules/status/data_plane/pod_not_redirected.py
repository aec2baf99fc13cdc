"""Pods in ambient mode are not redirected to ztunnel.

## Why it matters
istio-cni redirects a pod's traffic when the pod starts or its namespace is labelled, and says so by an annotation. A
pod without it sends and takes plaintext past the mesh: no policy is enforced for it, and STRICT mTLS refuses it.

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
The pod is younger than three minutes, does not run yet, is finished or being deleted; it opts out or shares the node's
network. Pods of one workload are told of once.

## Fix safety
No fix: istio-cni has to see the pod again, mostly by making it anew.
"""

from collections.abc import Iterator

from service_mesh.mesh.pod_states import is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import WORKLOADS
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, asked_enrolment, running_enrolment
from service_mesh.posture.istio.proxies import own_workload, running_pods
from service_mesh.rules.rule import rule
from service_mesh.rules.status.data_plane._nodes import agent_on


@rule(
    "ST208",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=tuple(sorted(WORKLOADS)),
    reads=ENROLMENT_KINDS,
    sources=("istio/istio: cni/pkg/nodeagent/net.go", "istio/istio: cni/pkg/util/podutil.go"),
)
def pod_not_redirected(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of a workload that asks for ambient mode and is not redirected."""
    workload = own_workload(mesh, resource)
    if workload is None or asked_enrolment(mesh, workload).mode is not Enrolled.AMBIENT:
        return
    pods = [pod for pod in running_pods(mesh, workload) if _runs(pod) and is_settled(mesh, pod)]
    bare = [pod for pod in pods if running_enrolment(pod).mode is Enrolled.NONE]
    if not bare:
        return
    first = bare[0]
    share = "the pod" if len(pods) == 1 else f"{len(bare)} of {len(pods)} pods"
    verb = "is" if len(bare) == 1 else "are"
    message = f"{share} of '{workload.title}' {verb} not redirected to ztunnel, so nothing protects the traffic"
    node = first.get("metadata.annotations") or first.get("metadata") or first.root
    yield node.problem(message, _next(mesh, first), related=asked_enrolment(mesh, workload).chain)


def _runs(pod: Resource) -> bool:
    phase = pod.get("status.phase")
    return phase is not None and phase.text == "Running"


def _next(mesh: MeshView, pod: Resource) -> str:
    """The log of the agent on the pod's node, where it is known."""
    agent = agent_on(mesh, "istio-cni", pod)
    return kubectl.logs(agent, "--tail=100") if agent is not None else kubectl.describe(pod)
