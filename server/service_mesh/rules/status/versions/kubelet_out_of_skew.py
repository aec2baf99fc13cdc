"""Kubelet is newer than the API server, or too far behind it.

## Why it matters
A kubelet works with an API server of its own minor release or of one up to three later. Beyond that, fields of pods are
lost on the way and nodes may not come back after a restart. A mesh that relies on sidecars among the init containers
needs it of every node.

## Wrong
```yaml
apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {nodeInfo: {architecture: amd64, bootID: a, containerRuntimeVersion: "containerd://2.1.4",
  kernelVersion: 6.8.0, kubeProxyVersion: v1.35.9, kubeletVersion: v1.35.9, machineID: a, operatingSystem: linux,
  osImage: Linux, systemUUID: a}}
---
apiVersion: v1
kind: Node
metadata: {name: node-2}
status: {nodeInfo: {architecture: amd64, bootID: a, containerRuntimeVersion: "containerd://1.7.0",
  kernelVersion: 6.8.0, kubeProxyVersion: v1.31.9, kubeletVersion: v1.31.9, machineID: a, operatingSystem: linux,
  osImage: Linux, systemUUID: a}}
```

## Right
```yaml
apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {nodeInfo: {architecture: amd64, bootID: a, containerRuntimeVersion: "containerd://2.1.4",
  kernelVersion: 6.8.0, kubeProxyVersion: v1.35.9, kubeletVersion: v1.35.9, machineID: a, operatingSystem: linux,
  osImage: Linux, systemUUID: a}}
---
apiVersion: v1
kind: Node
metadata: {name: node-2}
status: {nodeInfo: {architecture: amd64, bootID: a, containerRuntimeVersion: "containerd://1.7.0",
  kernelVersion: 6.8.0, kubeProxyVersion: v1.34.9, kubeletVersion: v1.34.9, machineID: a, operatingSystem: linux,
  osImage: Linux, systemUUID: a}}
```

## When it stays quiet
The kubelets are within what is allowed, also while nodes are upgraded one by one. Where neither the reading nor a pod
of the API server tells its release, the newest kubelet stands for it, so that none is called newer. Nodes that lag
behind in the same way are said once. Virtual kubelets have versions of their own.

## Fix safety
No fix: nodes are drained and replaced.
"""

from collections.abc import Iterator, Mapping

from service_mesh.catalog.support import allowed_skew
from service_mesh.mesh.kubernetes import KUBERNETES_KINDS, Kubelet, Server, kubelets, server
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NODE
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import counted


@rule(
    "ST410",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(NODE,),
    reads=tuple(kind for kind in KUBERNETES_KINDS if kind != NODE),
    sources=("https://kubernetes.io/releases/version-skew-policy/#kubelet",),
)
def kubelet_out_of_skew(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first node of those that are too old, and of those that are too new."""
    running = server(mesh, resource.cluster)
    if running is None:
        return
    whose = "the API server's" if running.is_exact else "the newest kubelet's"
    for those in mesh.index(_out_of_skew).get(resource.cluster, ()):
        first = those[0]
        if first.version.resource is resource:
            apart = _apart(running, first)
            others = f" and {len(those) - 1} more" if len(those) > 1 else ""
            where = "behind" if apart > 0 else "ahead of"
            message = (
                f"kubelet of node '{resource.name}'{others} is of {'.'.join(map(str, first.release))}, "
                f"{counted(abs(apart), 'minor release')} {where} {whose} {running.number}"
            )
            yield first.version.problem(message, command("kubectl", "get", "nodes", "-o", "wide"))


def _out_of_skew(mesh: MeshView) -> Mapping[str, tuple[list[Kubelet], ...]]:
    """By cluster the kubelets that are too far behind, and those that are ahead; groups without any are left out."""
    found: dict[str, tuple[list[Kubelet], ...]] = {}
    for cluster in {node.cluster for node in mesh.of_kind(NODE)}:
        running, most = server(mesh, cluster), allowed_skew("kubernetes", "kubelet-behind")
        if running is not None:
            behind = [one for one in kubelets(mesh, cluster) if _apart(running, one) > most]
            ahead = [one for one in kubelets(mesh, cluster) if _apart(running, one) < 0]
            found[cluster] = tuple(those for those in (behind, ahead) if those)
    return found


def _apart(running: Server, kubelet: Kubelet) -> int:
    """Minor releases that a kubelet is behind, negative where it is ahead."""
    if running.release[0] != kubelet.release[0]:
        return 0
    return running.release[1] - kubelet.release[1]
