"""Pods run without the proxy that their labels ask for.

## Why it matters
They send and take plaintext, no policy is enforced for them, and servers with STRICT mTLS refuse them. A proxy comes
with a new pod only: these were made before the namespace was labelled, or while the injector was not reachable.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
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
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: example.com/web:1}
  initContainers:
  - {name: istio-proxy, image: example.com/proxyv2:1, restartPolicy: Always}
status: {phase: Running}
```

## When it stays quiet
The pod opts out, shares the node's network, has finished or is being deleted; no injector serves what its namespace
asks for. Pods of one workload are told of once.

## Fix safety
No fix: pods have to be made anew, which interrupts what they do.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import WORKLOADS
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, asked_enrolment, running_enrolment
from service_mesh.posture.istio.proxies import own_workload, running_pods
from service_mesh.rules.rule import rule


@rule(
    "ST201",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=tuple(sorted(WORKLOADS)),
    reads=ENROLMENT_KINDS,
    sources=(
        "istio/istio: pkg/kube/inject/inject.go",
        "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/",
    ),
)
def proxy_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of a workload that runs without the proxy that is asked for."""
    workload = own_workload(mesh, resource)
    if workload is None or asked_enrolment(mesh, workload).mode is not Enrolled.SIDECAR:
        return
    pods = running_pods(mesh, workload)
    bare = [pod for pod in pods if running_enrolment(pod).mode is Enrolled.NONE]
    if not bare:
        return
    first = bare[0]
    share = "the pod" if len(pods) == 1 else f"{len(bare)} of {len(pods)} pods"
    verb = "runs" if len(bare) == 1 else "run"
    message = f"{share} of '{workload.title}' {verb} without a proxy, so nothing protects the traffic"
    command = kubectl.command("istioctl", "experimental", "check-inject", first.name, "-n", first.namespace)
    node = first.get("spec.containers") or first.root
    yield node.problem(message, command, related=asked_enrolment(mesh, workload).chain)
