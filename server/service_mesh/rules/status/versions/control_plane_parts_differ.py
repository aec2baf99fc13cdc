"""Parts of one control plane are of different releases.

## Why it matters
The parts talk to each other in ways that change from release to release, and are tested as they come together: with an
operator of Cilium that is older than its agents, definitions and addresses are handed out by yesterday's rules. An
upgrade stopped half way, or one part is pinned.

## Wrong
```yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec: {containers: [{name: cilium-agent, image: "quay.io/cilium/cilium:v1.20.3"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cilium-operator, namespace: kube-system}
spec:
  selector: {matchLabels: {io.cilium/app: operator}}
  template:
    metadata: {labels: {io.cilium/app: operator}}
    spec: {containers: [{name: cilium-operator, image: "quay.io/cilium/operator-generic:v1.19.7"}]}
```

## Right
```yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec: {containers: [{name: cilium-agent, image: "quay.io/cilium/cilium:v1.20.3"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cilium-operator, namespace: kube-system}
spec:
  selector: {matchLabels: {io.cilium/app: operator}}
  template:
    metadata: {labels: {io.cilium/app: operator}}
    spec: {containers: [{name: cilium-operator, image: "quay.io/cilium/operator-generic:v1.20.3"}]}
```

## When it stays quiet
Images name no release. Parts of Cilium differ by a patch only; parts that have releases of their own, such as Envoy,
are not compared. Extensions of Linkerd are compared by ST145, and revisions of Istio by ST405.

## Fix safety
No fix: the parts are upgraded together, by the chart that installed them.
"""

from collections.abc import Iterator, Mapping

from service_mesh.catalog.releases import title_of
from service_mesh.mesh.components import Component, components
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kubectl import describe
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.linkerd.releases import is_older
from service_mesh.rules.rule import rule
from service_mesh.rules.status.versions._running import ABOUT, READS, minor

_ROLES = {
    "linkerd": frozenset({"destination", "identity", "proxy-injector"}),
    "cilium": frozenset({"agent", "operator", "clustermesh-apiserver", "hubble-relay"}),
}


@rule(
    "ST406",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=ABOUT,
    reads=READS,
    sources=(
        "https://docs.cilium.io/en/stable/operations/upgrade/",
        "https://linkerd.io/2/tasks/upgrade/",
    ),
)
def control_plane_parts_differ(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each part that is older than the newest part of its control plane."""
    found = mesh.index(_left_behind).get(resource.key)
    if found is None:
        return
    part, newest = found
    if part.image is not None and newest.image is not None:
        message = (
            f"'{resource.name}' is of {title_of(part.mesh)} {part.version}, and '{newest.resource.name}' "
            f"of {newest.version}: parts of one control plane belong to one release"
        )
        yield part.image.problem(message, describe(resource), related=(newest.image.note("the newest part"),))


def _left_behind(mesh: MeshView) -> Mapping[ResourceKey, tuple[Component, Component]]:
    """Part -> the newest part beside it, of a later release."""
    groups: dict[tuple[str, str, str], list[Component]] = {}
    for part in components(mesh):
        if part.version and not part.extension and part.role in _ROLES.get(part.mesh, ()):
            groups.setdefault((part.cluster, part.mesh, part.workload.namespace), []).append(part)
    found: dict[ResourceKey, tuple[Component, Component]] = {}
    for parts in groups.values():
        newest = parts[0]
        for part in parts:
            newest = part if _is_behind(newest, part) else newest
        found |= {part.resource.key: (part, newest) for part in parts if _is_behind(part, newest)}
    return found


def _is_behind(part: Component, other: Component) -> bool:
    if part.mesh == "linkerd":
        return is_older(part.version, other.version)
    ours, theirs = minor(part.version), minor(other.version)
    return ours is not None and theirs is not None and ours < theirs
