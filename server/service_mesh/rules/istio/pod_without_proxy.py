"""Pod runs without a proxy although its labels ask for one.

## Why it matters
It sends and takes plaintext, no policy is enforced for it, and servers with STRICT mTLS refuse it. Mostly it was made
before the namespace was labelled, or while the injector was not reachable.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, uid: 0c6ecc67-1d5c-4a52-b8a2-6c5c7bb6a4ab}
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
metadata: {name: web, namespace: shop, uid: 0c6ecc67-1d5c-4a52-b8a2-6c5c7bb6a4ab}
spec:
  containers:
  - {name: web, image: example.com/web:1}
  - {name: istio-proxy, image: example.com/proxyv2:1}
status: {phase: Running}
```

## When it stays quiet
The Pod is a manifest and not what runs: it has neither uid nor status, and no other Pod of its namespace carries a
proxy. It opts out, shares the node's network, or no injector serves its namespace, which is reported by itself. It is
redirected to ztunnel. Of the pods of one workload the first is reported and the others are counted.

## Fix safety
There is no fix: pods have to be made anew.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, pods_of, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import POD
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import (
    ENROLMENT_KINDS,
    Enrolled,
    Enrolment,
    asked_enrolment,
    is_live,
    running_enrolment,
)
from service_mesh.rules.rule import rule

_PROXY = "istio-proxy"


@rule(
    "IS231",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(POD,),
    reads=ENROLMENT_KINDS,
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/injection/injection.go",
        "istio/istio: pkg/kube/inject/inject.go",
    ),
    upstream=("IST0103",),
)
def pod_without_proxy(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of a workload that runs without the proxy that is asked for."""
    workload = workload_of(mesh, resource)
    if workload is None or not _runs_bare(mesh, resource):
        return
    asked = asked_enrolment(mesh, workload)
    bare = [pod for pod in pods_of(mesh, workload) if _runs_bare(mesh, pod)]
    if asked.mode is Enrolled.SIDECAR and bare and bare[0] is resource:
        yield _told(resource, workload, len(bare), asked)


def _told(pod: Resource, workload: Workload, count: int, asked: Enrolment) -> Draft:
    node = pod.get("spec.containers") or pod.root
    if count == 1:
        message = f"pod '{pod.name}' runs without a proxy, which its labels ask for"
    else:
        message = f"{count} pods of '{workload.title}' run without a proxy, which their labels ask for"
    return node.finding(message, related=asked.chain)


def _runs_bare(mesh: MeshView, pod: Resource) -> bool:
    is_running = is_live(pod) or (pod.cluster, pod.namespace) in mesh.index(_seen_injected)
    return is_running and running_enrolment(pod).mode is Enrolled.NONE


def _seen_injected(mesh: MeshView) -> Mapping[tuple[str, str], bool]:
    """Namespaces with an injected Pod: their Pods are what runs, though saved without status."""
    return {
        (pod.cluster, pod.namespace): True
        for pod in mesh.of_kind(POD)
        for place in ("spec.containers[]", "spec.initContainers[]")
        for container in pod.each(place)
        if _is_injected(container.value)
    }


def _is_injected(container: object) -> bool:
    return isinstance(container, dict) and container.get("name") == _PROXY and container.get("image") != "auto"
