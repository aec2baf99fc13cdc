"""Kubernetes is of a release that the newest releases of meshes are not tested with.

## Why it matters
Whoever installs a mesh takes its newest release. One that asks for a newer Kubernetes refuses to be installed, or
misses what it takes for granted; with a Kubernetes that is newer than what it was tried with nobody has looked.

## Wrong
```yaml
apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {nodeInfo: {architecture: amd64, bootID: a, containerRuntimeVersion: "containerd://2.1.4",
  kernelVersion: 6.8.0-85-generic, kubeProxyVersion: v1.36.1, kubeletVersion: v1.36.1, machineID: a,
  operatingSystem: linux, osImage: Linux, systemUUID: a}}
```

## Right
```yaml
apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {nodeInfo: {architecture: amd64, bootID: a, containerRuntimeVersion: "containerd://2.1.4",
  kernelVersion: 6.8.0-85-generic, kubeProxyVersion: v1.35.9, kubeletVersion: v1.35.9, machineID: a,
  operatingSystem: linux, osImage: Linux, systemUUID: a}}
```

## When it stays quiet
A mesh that runs is compared by its own release (ST408). Where only nodes tell the release, the API server may be newer
than they are, so that it is never called too old. A Kubernetes that is newer than a mesh was tested with is a note.

## Fix safety
No fix: which of the two is to wait cannot be told.
"""

from collections.abc import Iterator

from service_mesh.catalog.releases import title_of
from service_mesh.catalog.support import newest
from service_mesh.mesh.components import COMPONENT_KINDS, installed
from service_mesh.mesh.kubernetes import KUBERNETES_KINDS, Server, newest_kubelet, server
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NODE
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_MESHES = ("istio", "linkerd", "cilium")


@rule(
    "ST702",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(NODE,),
    reads=tuple(dict.fromkeys((*(kind for kind in KUBERNETES_KINDS if kind != NODE), *COMPONENT_KINDS))),
    sources=(
        "https://istio.io/latest/docs/releases/supported-releases/",
        "https://linkerd.io/2/reference/k8s-versions/",
        "https://docs.cilium.io/en/stable/network/kubernetes/compatibility/",
    ),
)
def kubernetes_unsuited_to_new_mesh(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first node of the newest kubelets, once for all meshes."""
    latest = newest_kubelet(mesh, resource.cluster)
    running = server(mesh, resource.cluster) if latest is not None else None
    if latest is None or running is None or latest.version.resource is not resource:
        return
    runs = installed(mesh, resource.cluster)
    judged = [(name, _verdict(running, name)) for name in _MESHES if name not in runs]
    unsuited = [(name, severity) for name, severity in judged if severity is not None]
    if unsuited:
        listed = ", ".join(
            f"'{title_of(name)} {newest(name).number}' ({newest(name).kubernetes})" for name, _ in unsuited
        )
        message = f"Kubernetes is {running.number}, which is not what newest releases are tested with: {listed}"
        worst = Severity.WARNING if any(one is Severity.WARNING for _, one in unsuited) else Severity.INFO
        yield latest.version.problem(message, command("kubectl", "version"), severity=worst)


def _verdict(running: Server, name: str) -> Severity | None:
    """None where a release suits, or where it cannot be told."""
    tested = newest(name).kubernetes
    if tested is None or tested.holds(running.number):
        return None
    high = tuple(int(part) for part in tested.high.split("."))
    if running.release > high:
        return Severity.INFO
    return Severity.WARNING if running.is_exact else None
