"""Nodes run Docker, and Linkerd's init container is not to run as root there.

## Why it matters
Docker takes the rights that `linkerd-init` needs to redirect traffic from everybody but root. The pods of the mesh on
such nodes end in an error before the application starts.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "proxyInit: {runAsRoot: false}"}
---
apiVersion: v1
kind: Node
metadata: {name: node-a}
status:
  nodeInfo:
    {architecture: amd64, bootID: "", containerRuntimeVersion: "docker://24.0.7", kernelVersion: "",
     kubeProxyVersion: "", kubeletVersion: "", machineID: "", operatingSystem: linux, osImage: "", systemUUID: ""}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "proxyInit: {runAsRoot: true}"}
---
apiVersion: v1
kind: Node
metadata: {name: node-a}
status:
  nodeInfo:
    {architecture: amd64, bootID: "", containerRuntimeVersion: "docker://24.0.7", kernelVersion: "",
     kubeProxyVersion: "", kubeletVersion: "", machineID: "", operatingSystem: linux, osImage: "", systemUUID: ""}
```

## When it stays quiet
The CNI plugin redirects the traffic, the installation does not say `proxyInit.runAsRoot: false`, or it is not loaded.
Nodes are said once.

## Fix safety
No fix: the value belongs to the installation.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, NODE
from service_mesh.model.kubectl import command
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import installation
from service_mesh.rules.rule import rule


@rule(
    "ST149",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(NODE,),
    reads=(CONFIG_MAP,),
    sources=("linkerd/linkerd2: pkg/healthcheck/healthcheck.go",),
    upstream=("l5d-proxy-init-run-as-root",),
)
def linkerd_init_not_root(node: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first node with Docker in a cluster whose init containers are not root."""
    runtime, found = mesh.index(_docker).get(node.cluster), installation(mesh, node.cluster)
    if runtime is None or runtime.resource.key != node.key or found is None:
        return
    if found.value("cniEnabled") is not True and found.value("proxyInit.runAsRoot") is False:
        message = f"the node runs '{runtime.text[:40]}', where 'linkerd-init' needs root and is not to have it"
        note = found.node.note("says 'proxyInit.runAsRoot: false'")
        yield runtime.problem(message, command("kubectl", "get", "nodes", "-o", "wide"), related=(note,))


def _docker(mesh: MeshView) -> Mapping[str, Node]:
    found: dict[str, Node] = {}
    for node in mesh.of_kind(NODE):
        runtime = node.get("status.nodeInfo.containerRuntimeVersion")
        if runtime is not None and runtime.text.startswith("docker:"):
            found.setdefault(node.cluster, runtime)
    return found
