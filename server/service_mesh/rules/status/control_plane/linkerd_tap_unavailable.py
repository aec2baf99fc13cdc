"""Tap of Linkerd's viz extension cannot be reached through the Kubernetes API.

## Why it matters
`linkerd viz tap`, `top` and the dashboard read requests through the API `tap.linkerd.io`, which the API server passes
on to the extension. If it is not available, these fail, and so may the deletion of namespaces, which asks every API.

## Wrong
```yaml
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1alpha1.tap.linkerd.io}
spec:
  group: tap.linkerd.io
  version: v1alpha1
  groupPriorityMinimum: 1000
  versionPriority: 100
  service: {name: tap, namespace: linkerd-viz}
status: {conditions: [{type: Available, status: "False", reason: FailedDiscoveryCheck}]}
```

## Right
```yaml
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1alpha1.tap.linkerd.io}
spec:
  group: tap.linkerd.io
  version: v1alpha1
  groupPriorityMinimum: 1000
  versionPriority: 100
  service: {name: tap, namespace: linkerd-viz}
status: {conditions: [{type: Available, status: "True", reason: Passed}]}
```

## When it stays quiet
The extension's tap has no ready pod, which is said instead, or APIServices were not listed.

## Fix safety
No fix: certificate, network policy or the extension itself keep it, and the condition tells which.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, Component, components_in
from service_mesh.mesh.pod_states import condition
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import API_SERVICE, DEPLOYMENT
from service_mesh.model.kubectl import command, describe
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_NAME = "v1alpha1.tap.linkerd.io"


@rule(
    "ST147",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(API_SERVICE, DEPLOYMENT),
    reads=tuple(kind for kind in COMPONENT_KINDS if kind != DEPLOYMENT),
    sources=("linkerd/linkerd2: viz/pkg/healthcheck/healthcheck.go",),
    upstream=("l5d-tap-api",),
)
def linkerd_tap_unavailable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report tap's API where it is not available, and tap where it has none."""
    tap = next((one for one in components_in(mesh, resource.cluster) if _is_tap(one)), None)
    if tap is not None and _is_down(tap.resource):
        return
    if resource.kind == API_SERVICE:
        yield from _unavailable(resource)
    elif tap is not None and tap.resource.key == resource.key and _is_unserved(mesh, resource.cluster):
        node = resource.get("metadata.name") or resource.root
        message = f"tap runs and the APIService '{_NAME}' does not exist"
        yield node.problem(message, command("linkerd", "viz", "check"))


def _is_unserved(mesh: MeshView, cluster: str) -> bool:
    return mesh.is_listed(API_SERVICE, cluster) and mesh.find(API_SERVICE, "", _NAME, cluster) is None


def _unavailable(service: Resource) -> Iterator[Draft]:
    found = condition(service, "Available") if service.name == _NAME else None
    status = found.get("status") if found is not None else None
    if found is not None and status is not None and status.text == "False":
        reason = _text(found.get("reason"))
        yield status.problem(f"tap's API is not available{f', {reason!r}' if reason else ''}", describe(service))


def _is_tap(part: Component) -> bool:
    return part.extension == "viz" and part.role == "tap"


def _is_down(deployment: Resource) -> bool:
    ready = deployment.get("status.readyReplicas")
    return deployment.get("status") is not None and (ready is None or not ready.number)


def _text(node: Node | None) -> str:
    return node.text[:80] if node is not None else ""
