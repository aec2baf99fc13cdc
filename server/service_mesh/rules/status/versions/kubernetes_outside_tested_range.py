"""Kubernetes is of a release that the mesh is not tested with.

## Why it matters
A newer API server removes versions that the mesh still asks for and changes what nodes do with pods; an older one lacks
what the mesh takes for granted. It often works, and nobody has looked: the project says which releases it has tried.

## Wrong
```yaml
apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {nodeInfo: {architecture: amd64, bootID: a, containerRuntimeVersion: "containerd://2.1.4",
  kernelVersion: 6.8.0, kubeProxyVersion: v1.36.1, kubeletVersion: v1.36.1, machineID: a, operatingSystem: linux,
  osImage: Linux, systemUUID: a}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: linkerd-destination, namespace: linkerd}
spec:
  selector: {matchLabels: {linkerd.io/control-plane-component: destination}}
  template:
    metadata: {labels: {linkerd.io/control-plane-component: destination}}
    spec: {containers: [{name: destination, image: "cr.l5d.io/linkerd/controller:edge-26.6.3"}]}
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
apiVersion: apps/v1
kind: Deployment
metadata: {name: linkerd-destination, namespace: linkerd}
spec:
  selector: {matchLabels: {linkerd.io/control-plane-component: destination}}
  template:
    metadata: {labels: {linkerd.io/control-plane-component: destination}}
    spec: {containers: [{name: destination, image: "cr.l5d.io/linkerd/controller:edge-26.6.3"}]}
```

## When it stays quiet
The data has no range for the release, as for edge releases that are no version of Linkerd, or the image is not the
project's own; a release that gets no fixes is reported as that (ST401). Where only nodes tell the release of
Kubernetes, the API server may be newer than they are, so it is never called too old.

## Fix safety
No fix: which of the two is to change cannot be told.
"""

from collections.abc import Iterator

from service_mesh.catalog.releases import title_of
from service_mesh.catalog.support import Range, end_of, release_of
from service_mesh.mesh.kubernetes import KUBERNETES_KINDS, Server, server
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.versions._running import ABOUT, READS, Running, minor, running_at


@rule(
    "ST408",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=ABOUT,
    reads=tuple(dict.fromkeys((*READS, *KUBERNETES_KINDS))),
    sources=(
        "https://istio.io/latest/docs/releases/supported-releases/",
        "https://linkerd.io/2/reference/k8s-versions/",
        "https://docs.cilium.io/en/stable/network/kubernetes/compatibility/",
    ),
)
def kubernetes_outside_tested_range(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first object of a release whose range does not hold the cluster's Kubernetes."""
    found = running_at(mesh, resource)
    release = release_of(found.project, found.number) if found is not None else None
    running = server(mesh, resource.cluster) if release is not None else None
    if found is None or release is None or running is None or release.kubernetes is None:
        return
    if not _is_outside(running, release.kubernetes) or _is_over(mesh, found):
        return
    name = f"{title_of(found.project)} {found.number}"
    runs = "the cluster runs" if running.is_exact else "nodes run"
    related = (running.node.note("says the release of Kubernetes"),) if running.node is not None else ()
    message = f"'{name}' is tested with Kubernetes {release.kubernetes}, and {runs} {running.number}"
    yield found.image.problem(message, command("kubectl", "version"), related=related)


def _is_over(mesh: MeshView, running: Running) -> bool:
    end, now = end_of(running.project, running.number), mesh.now(running.image.resource.cluster)
    return end is not None and now is not None and now >= end.seconds


def _is_outside(running: Server, tested: Range) -> bool:
    if tested.holds(running.number):
        return False
    return running.is_exact or running.release > (minor(tested.high) or running.release)
