"""Cluster of a Cilium Cluster Mesh has no name or number of its own.

## Why it matters
Identities and services of other clusters are told apart by the number of the cluster, names of nodes by its name. The
number 0 and the name `default` stand for a cluster that is alone: `clustermesh-apiserver` and other clusters refuse
the number 0, and an agent with a number and the name `default` does not start.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {cluster-name: east, cluster-id: "0"}
---
apiVersion: v1
kind: Secret
metadata: {name: cilium-clustermesh, namespace: kube-system}
type: Opaque
data: {west: UkVEQUNURUQ=}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {cluster-name: east, cluster-id: "1"}
---
apiVersion: v1
kind: Secret
metadata: {name: cilium-clustermesh, namespace: kube-system}
type: Opaque
data: {west: UkVEQUNURUQ=}
```

## When it stays quiet
The cluster neither runs `clustermesh-apiserver` nor has a Secret that names another cluster.

## Fix safety
No fix: another number gives every pod another identity, which interrupts traffic; it has to be planned.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_clusters import CLUSTER_KINDS, is_in_mesh
from service_mesh.mesh.cilium_config import config_of
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "ST520",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(CONFIG_MAP,),
    reads=tuple(kind for kind in CLUSTER_KINDS if kind != CONFIG_MAP),
    sources=(
        "cilium/cilium: pkg/clustermesh/types/option.go",
        "https://docs.cilium.io/en/stable/network/clustermesh/clustermesh/",
    ),
)
def cluster_identity_unset(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the number or the name that a cluster of a mesh must not keep."""
    config = config_of(mesh, resource)
    if config is None or not is_in_mesh(mesh, resource.cluster):
        return
    next_command = command("cilium", "clustermesh", "status", "-n", resource.namespace)
    data = resource.get("data") or resource.root
    if (config.number("cluster-id") or 0) == 0:
        node = config.option("cluster-id") or data
        yield node.problem(
            "the cluster is part of a Cluster Mesh and has no number of its own ('cluster-id')", next_command
        )
    elif config.text("cluster-name") in ("", "default"):
        node = config.option("cluster-name") or data
        yield node.problem("the cluster is part of a Cluster Mesh and still has the name 'default'", next_command)
