"""Pod that Linkerd's annotations ask a proxy for runs without one.

## Why it matters
Proxies are only added when a pod is made. A pod that was made before the annotation, or while the injector could not
be reached, sends and receives in plaintext, is refused by Servers that demand an identity, and shows in no metric.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: linkerd-identity
  namespace: linkerd
  labels: {linkerd.io/control-plane-component: identity}
spec:
  selector: {matchLabels: {app: identity}}
  template:
    metadata: {labels: {app: identity}}
    spec: {containers: [{name: identity, image: identity}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, creationTimestamp: "2026-11-19T12:00:00Z"}
spec:
  containers: [{name: cart, image: cart}]
status: {phase: Running}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: linkerd-identity
  namespace: linkerd
  labels: {linkerd.io/control-plane-component: identity}
spec:
  selector: {matchLabels: {app: identity}}
  template:
    metadata: {labels: {app: identity}}
    spec: {containers: [{name: identity, image: identity}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, creationTimestamp: "2026-11-19T12:00:00Z"}
spec:
  containers: [{name: cart, image: cart}, {name: linkerd-proxy, image: proxy}]
status: {phase: Running}
```

## When it stays quiet
Linkerd does not run in the cluster, the injector would leave the pod alone (host network, another mesh's proxy, an
exempt namespace, a Job's finished pod), or what its namespace says is not loaded. Pods of one workload are said once.

## Fix safety
No fix: the pod has to be made anew, which is a restart of the workload.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.pod_states import is_meant_to_run
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, MUTATING_WEBHOOK, NAMESPACE, POD
from service_mesh.model.kubectl import describe
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.linkerd.enrolment import asked_enrolment, proxy_of
from service_mesh.rules.rule import rule
from service_mesh.rules.status.data_plane._linkerd import Group, grouped, has_linkerd

_REST = tuple(kind for kind in WORKLOAD_KINDS if kind != POD)


@rule(
    "ST230",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(POD,),
    reads=(NAMESPACE, MUTATING_WEBHOOK, CONFIG_MAP, *_REST),
    sources=(
        "linkerd/linkerd2: pkg/inject/report.go",
        "https://linkerd.io/2/features/proxy-injection/",
    ),
    upstream=("l5d-data-plane-exists", "l5d-viz-pods-injection"),
)
def linkerd_pod_without_proxy(pod: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of each workload that should have a proxy and has none."""
    found = mesh.index(_bare).get(pod.key)
    if found is None:
        return
    workload, group = found
    chain = asked_enrolment(mesh, workload).chain
    message = f"{group.said} '{workload.title}' should have the proxy of Linkerd and run{_s(group)} without one"
    yield group.first.problem(message, describe(pod), related=chain)


def _s(group: Group) -> str:
    return "" if group.total > 1 and group.faulty > 1 else "s"


def _bare(mesh: MeshView) -> Mapping[ResourceKey, tuple[Workload, Group]]:
    pods = [pod for pod in mesh.of_kind(POD) if has_linkerd(mesh, pod.cluster) and is_meant_to_run(pod)]

    def bare(pod: Resource) -> Node | None:
        workload = workload_of(mesh, pod)
        if workload is None or proxy_of(pod) is not None or not asked_enrolment(mesh, workload).is_meshed:
            return None
        return pod.get("spec.containers") or pod.root

    return grouped(mesh, pods, bare)
