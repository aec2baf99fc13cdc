"""Gateway has fewer ready pods than it wants.

## Why it matters
Without any ready pod nothing gets through the gateway, or, for a waypoint, to the services behind it. With some of them
missing the next loss of a node takes it down.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: public-istio, namespace: edge, creationTimestamp: "2026-10-01T08:00:00Z"}
spec:
  replicas: 2
  selector: {matchLabels: {gateway.networking.k8s.io/gateway-name: public}}
  template:
    metadata: {labels: {gateway.networking.k8s.io/gateway-name: public}}
    spec: {containers: [{name: istio-proxy, image: example.com/proxyv2:1}]}
status: {observedGeneration: 1, replicas: 2, unavailableReplicas: 2}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: public-istio, namespace: edge, creationTimestamp: "2026-10-01T08:00:00Z"}
spec:
  replicas: 2
  selector: {matchLabels: {gateway.networking.k8s.io/gateway-name: public}}
  template:
    metadata: {labels: {gateway.networking.k8s.io/gateway-name: public}}
    spec: {containers: [{name: istio-proxy, image: example.com/proxyv2:1}]}
status: {observedGeneration: 1, replicas: 2, readyReplicas: 2}
```

## When it stays quiet
It is scaled to zero, or younger than five minutes. Some pods are ready and one that is not is younger than three
minutes. The proxies wait for an istiod that is not ready, which is reported by itself.

## Fix safety
No fix: the pods tell the cause.
"""

from collections.abc import Iterator

from service_mesh.mesh.pod_states import container_status, is_ready, is_settled, trouble
from service_mesh.mesh.replica_counts import replica_counts
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft, Note
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DAEMON_SET, DEPLOYMENT, GATEWAY_CLASS, STATEFUL_SET
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import gateway_of
from service_mesh.posture.istio.proxies import PROXY, own_workload, running_pods
from service_mesh.posture.istio.running_gateways import GATEWAY_KINDS, is_running_gateway
from service_mesh.posture.istio.waypoints import is_waypoint
from service_mesh.rules.rule import rule
from service_mesh.rules.status._istiod import is_istiod_down
from service_mesh.rules.status._words import told

_WHILE = 300


@rule(
    "ST306",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(DAEMON_SET, DEPLOYMENT, STATEFUL_SET),
    reads=(GATEWAY_CLASS, *GATEWAY_KINDS),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/deploymentcontroller.go",
        "https://istio.io/latest/docs/setup/additional-setup/gateway/",
    ),
)
def gateway_short_of_pods(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a gateway or waypoint with fewer ready pods than it wants."""
    workload = own_workload(mesh, resource)
    counts = replica_counts(resource)
    if workload is None or counts is None or counts.ready >= counts.wanted or not is_settled(mesh, resource, _WHILE):
        return
    if is_running_gateway(mesh, workload):
        yield from _told(mesh, workload, *counts)


def _told(mesh: MeshView, workload: Workload, ready: int, wanted: int, node: Node) -> Iterator[Draft]:
    pods = [pod for pod in running_pods(mesh, workload) if not is_ready(pod)]
    if ready and any(not is_settled(mesh, pod) for pod in pods):
        return
    notes = [note for pod in pods if (note := _note(pod)) is not None][:1]
    if is_istiod_down(mesh, workload.cluster) and not notes:
        return
    gateway = gateway_of(mesh, workload)
    what = "waypoint" if gateway is not None and is_waypoint(mesh, gateway) else "gateway"
    if ready:
        message = f"{what} '{workload.resource.name}' has {ready} of {wanted} pods ready"
        severity = Severity.WARNING
    else:
        message = f"{what} '{workload.resource.name}' has no ready pod of {wanted}, so it carries no traffic"
        severity = Severity.ERROR
    command = kubectl.describe(workload.resource)
    yield node.problem(message, command, related=tuple(notes), severity=severity)


def _note(pod: Resource) -> Note | None:
    status = container_status(pod, PROXY)
    held = trouble(status) if status is not None else None
    is_told = held is not None and held.node.path[-1] != "ready"
    return held.node.note(f"the proxy {told(held.text)}") if held is not None and is_told else None
