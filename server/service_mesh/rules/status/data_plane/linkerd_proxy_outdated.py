"""Proxy of Linkerd is older than its control plane.

## Why it matters
A proxy keeps the release it was made with until its pod is made anew. It lacks the fixes of the control plane's
release, features of policies and routes that it does not know have no effect, and after several releases the two may
no longer understand each other.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "linkerdVersion: edge-26.6.3"}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop}
spec:
  containers: [{name: cart, image: cart}, {name: linkerd-proxy, image: "cr.l5d.io/linkerd/proxy:edge-25.10.7"}]
status: {phase: Running}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "linkerdVersion: edge-26.6.3"}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop}
spec:
  containers: [{name: cart, image: cart}, {name: linkerd-proxy, image: "cr.l5d.io/linkerd/proxy:edge-26.6.3"}]
status: {phase: Running}
```

## When it stays quiet
One of the two releases is not known, one is an edge and the other a number, or the installation gives every proxy the
older release. Proxies whose annotation asks for their release are a remark only. Those of one namespace are said once.

## Fix safety
No fix: the workload has to be restarted, at a time that suits it.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.components import image_version
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, NAMESPACE, POD
from service_mesh.model.kubectl import command
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.linkerd.enrolment import pinned_version, proxy_of
from service_mesh.posture.linkerd.installation import installation
from service_mesh.posture.linkerd.releases import is_older, release_of
from service_mesh.rules.rule import rule
from service_mesh.rules.status.data_plane._linkerd import Group, by_namespace, meshed_pods


@rule(
    "ST232",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(POD,),
    reads=(CONFIG_MAP, NAMESPACE, *(kind for kind in WORKLOAD_KINDS if kind != POD)),
    sources=("linkerd/linkerd2: pkg/healthcheck/version.go", "https://linkerd.io/2/tasks/upgrade/"),
    upstream=(
        "l5d-data-plane-version",
        "l5d-cp-proxy-version",
        "l5d-viz-proxy-cp-version",
        "l5d-multicluster-proxy-cp-version",
    ),
)
def linkerd_proxy_outdated(pod: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of each namespace whose proxy is of an older release than new ones would be."""
    for build, severity, how in ((_left_behind, None, ""), (_kept_behind, Severity.INFO, ", as an annotation asks")):
        group = mesh.index(build).get(pod.key)
        if group is not None:
            pods = f"{group.faulty} of {group.total} proxies" if group.total > 1 else "the proxy"
            verb = "are" if group.faulty > 1 else "is"
            message = (
                f"{pods} of Linkerd in namespace '{pod.namespace}' {verb} older than new ones would be, "
                f"'{image_version(group.first.text)}' instead of '{_wanted(mesh, pod.cluster)}'{how}"
            )
            next_command = command("linkerd", "check", "--proxy", "--namespace", pod.namespace)
            yield group.first.problem(message, next_command, severity=severity)


def _left_behind(mesh: MeshView) -> Mapping[ResourceKey, Group]:
    return _behind(mesh, are_pinned=False)


def _kept_behind(mesh: MeshView) -> Mapping[ResourceKey, Group]:
    return _behind(mesh, are_pinned=True)


def _behind(mesh: MeshView, *, are_pinned: bool) -> Mapping[ResourceKey, Group]:
    def outdated(pod: Resource) -> Node | None:
        proxy = proxy_of(pod)
        image = proxy.get("image") if proxy is not None else None
        if image is None or not is_older(image_version(image.text), _wanted(mesh, pod.cluster)):
            return None
        return image if _is_pinned(mesh, pod) is are_pinned else None

    return by_namespace((pod for pod, _ in meshed_pods(mesh)), outdated)


def _is_pinned(mesh: MeshView, pod: Resource) -> bool:
    workload = workload_of(mesh, pod)
    return workload is not None and pinned_version(mesh, workload) is not None


def _wanted(mesh: MeshView, cluster: str) -> str:
    """The release that new proxies get; empty where it is not known."""
    return mesh.once(_new_release, cluster)


def _new_release(mesh: MeshView, cluster: str) -> str:
    found = installation(mesh, cluster)
    return "" if found is None else release_of(found.text("proxy.image.version") or found.version)
