"""Proxy of Linkerd is not ready or does not stay up.

## Why it matters
The proxy is ready once it has its identity from the control plane. Until then its pod is ready for nobody: Services
leave it out, and what the application sends waits in the proxy and fails.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, creationTimestamp: "2026-11-19T12:00:00Z"}
spec:
  containers: [{name: cart, image: cart}, {name: linkerd-proxy, image: proxy}]
status:
  phase: Running
  containerStatuses:
  - {name: linkerd-proxy, image: proxy, imageID: "", ready: false, restartCount: 0, state: {running: {}}}
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, creationTimestamp: "2026-11-19T12:00:00Z"}
spec:
  containers: [{name: cart, image: cart}, {name: linkerd-proxy, image: proxy}]
status:
  phase: Running
  containerStatuses:
  - {name: linkerd-proxy, image: proxy, imageID: "", ready: true, restartCount: 0, state: {running: {}}}
```

## When it stays quiet
The pod is finished, being deleted or younger than three minutes, or it belongs to the mesh itself. Where a part of
the control plane has no ready pod, that is said instead of proxies that wait for it. Pods of one workload are said
once, and mildly while another pod of it serves.

## Fix safety
No fix: the proxy's log tells whether the control plane, the certificate or the resources keep it.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.pod_states import Trouble, container_status, is_settled, trouble
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import POD
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.linkerd.enrolment import PROXY
from service_mesh.rules.rule import rule
from service_mesh.rules.status.data_plane._linkerd import (
    Group,
    grouped,
    is_component,
    is_last_ready,
    is_served,
    meshed_pods,
    next_for,
)


@rule(
    "ST231",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(POD,),
    reads=tuple(kind for kind in WORKLOAD_KINDS if kind != POD),
    sources=(
        "linkerd/linkerd2: pkg/healthcheck/healthcheck.go",
        "linkerd/linkerd2-proxy: linkerd/app/admin/src/server/readiness.rs",
    ),
    upstream=("l5d-data-plane-ready",),
)
def linkerd_proxy_not_ready(pod: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of each workload whose proxy runs and is not ready, or does not run."""
    found = mesh.index(_troubled).get(pod.key)
    said = _trouble(pod) if found is not None else None
    if found is None or said is None:
        return
    workload, group = found
    severity = Severity.ERROR if is_last_ready(mesh, pod) else Severity.WARNING
    message = f"the proxy of {group.said} '{workload.title}' {said.text}"
    yield said.node.problem(message, next_for(pod, PROXY, said), severity=severity)


def _troubled(mesh: MeshView) -> Mapping[ResourceKey, tuple[Workload, Group]]:
    pods = (pod for pod, _ in meshed_pods(mesh) if not is_component(mesh, pod))

    def troubled(pod: Resource) -> Node | None:
        said = _trouble(pod) if is_settled(mesh, pod) else None
        if said is None or (said.node.path[-1] == "ready" and not is_served(mesh, pod.cluster)):
            return None
        return said.node

    return grouped(mesh, pods, troubled)


def _trouble(pod: Resource) -> Trouble | None:
    status = container_status(pod, PROXY)
    return trouble(status) if status is not None else None
