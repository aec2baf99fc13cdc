"""Release of Kubernetes gets no fixes any more, or soon will not.

## Why it matters
Kubernetes keeps a release for about 14 months. Holes found afterwards stay open, and the meshes stop trying their new
releases with it, so that neither can be upgraded alone before long.

## Wrong
```yaml
apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {nodeInfo: {architecture: amd64, bootID: a, containerRuntimeVersion: "containerd://2.1.4",
  kernelVersion: 6.8.0, kubeProxyVersion: v1.33.4, kubeletVersion: v1.33.4, machineID: a, operatingSystem: linux,
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
```

## When it stays quiet
The time of the reading is not known. Of several kubelets the newest counts; those that lag behind are told of by
ST410. A version that names a provider, such as `-eks` or `-gke`, is a note only: providers sell longer support. The day
of the end is only estimated and not two months past.

## Fix safety
No fix: a cluster is upgraded one minor release at a time.
"""

from collections.abc import Iterator

from service_mesh.catalog.support import end_of
from service_mesh.mesh.kubernetes import KUBERNETES_KINDS, newest_kubelet, server
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.instants import DAY
from service_mesh.model.kinds import NODE
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.versions._ends import told_end

_DOUBTED = 60 * DAY
_PROVIDERS = ("-eks", "-gke", "-aliyun", "-oke", "+IKS")


@rule(
    "ST409",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(NODE,),
    reads=tuple(kind for kind in KUBERNETES_KINDS if kind != NODE),
    sources=("https://kubernetes.io/releases/patch-releases/",),
)
def kubernetes_out_of_support(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first node of the newest kubelets."""
    newest, now = newest_kubelet(mesh, resource.cluster), mesh.now(resource.cluster)
    if newest is None or newest.version.resource is not resource or now is None:
        return
    running = server(mesh, resource.cluster)
    end = end_of("kubernetes", running.number) if running is not None else None
    if running is not None and end is not None and not (end.is_estimated and now < end.seconds + _DOUBTED):
        is_provided = any(word in running.version for word in _PROVIDERS)
        severity = Severity.INFO if is_provided else None
        name, following = f"Kubernetes {running.number}", command("kubectl", "get", "nodes", "-o", "wide")
        yield from told_end(newest.version, name, end, now, following, severity)
