"""CNI agent of Istio is more than a minor release away from every control plane.

## Why it matters
The agent redirects the traffic of pods to proxies that a control plane configured. The two are tested one minor
release apart at most: further apart, new pods may come up without redirection, or not at all.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "example.com/pilot:1.31.2"}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: istio-cni-node, namespace: istio-system}
spec:
  selector: {matchLabels: {k8s-app: istio-cni-node}}
  template:
    metadata: {labels: {k8s-app: istio-cni-node}}
    spec: {containers: [{name: install-cni, image: "example.com/install-cni:1.29.6"}]}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "example.com/pilot:1.31.2"}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: istio-cni-node, namespace: istio-system}
spec:
  selector: {matchLabels: {k8s-app: istio-cni-node}}
  template:
    metadata: {labels: {k8s-app: istio-cni-node}}
    spec: {containers: [{name: install-cni, image: "example.com/install-cni:1.30.5"}]}
```

## When it stays quiet
An image names no release, or one of several control planes is near enough.

## Fix safety
No fix: the agent is replaced node by node, and pods that start meanwhile wait for it.
"""

from collections.abc import Iterator

from service_mesh.catalog.support import allowed_skew
from service_mesh.mesh.components import component_of, components_in
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DAEMON_SET
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.versions._running import ABOUT, READS, minor


@rule(
    "ST407",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(DAEMON_SET,),
    reads=(*READS, *(kind for kind in ABOUT if kind != DAEMON_SET)),
    sources=(
        "https://istio.io/latest/docs/setup/additional-setup/cni/",
        "https://docs.redhat.com/en/documentation/red_hat_openshift_service_mesh/3.2/html/updating/ossm-updating-istio-cni",
    ),
)
def istio_node_agent_apart(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an agent whose release is too far from the nearest control plane."""
    agent = component_of(mesh, resource)
    release = minor(agent.version) if agent is not None and agent.role == "istio-cni" else None
    if agent is None or agent.image is None or release is None:
        return
    istiods = [one for one in components_in(mesh, resource.cluster) if one.role == "istiod" and minor(one.version)]
    nearest = min(istiods, key=lambda one: _apart(release, minor(one.version)), default=None)
    apart = _apart(release, minor(nearest.version)) if nearest is not None else 0
    if nearest is not None and apart > allowed_skew("istio", "node-agent"):
        message = (
            f"'{resource.name}' is of Istio {agent.version}, {apart} minor releases away from "
            f"'{nearest.resource.name}' of {nearest.version}: one is allowed"
        )
        yield agent.image.problem(message, command("istioctl", "version"))


def _apart(one: tuple[int, int], other: tuple[int, int] | None) -> int:
    if other is None or one[0] != other[0]:
        return 0
    return abs(one[1] - other[1])
