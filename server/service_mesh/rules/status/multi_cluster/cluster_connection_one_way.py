"""Cluster of a Cilium Cluster Mesh connects to one that does not connect back.

## Why it matters
Each cluster reads the services and identities of the other. If only one side is set up, pods of that side reach the
other, whose agents do not know where the traffic comes from: answers and policies by identity fail.

## Wrong
```text
cluster east: Secret kube-system/cilium-clustermesh  keys: west
cluster west: Secret kube-system/cilium-clustermesh  does not exist
```

## Right
```text
cluster east: Secret kube-system/cilium-clustermesh  keys: west
cluster west: Secret kube-system/cilium-clustermesh  keys: east
```

## When it stays quiet
The other cluster was not read, or not all of its Secrets were.

## Fix safety
No fix: the other cluster needs address and certificates of this one.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_clusters import CLUSTER_KINDS, connected_configs, remote_names
from service_mesh.mesh.cilium_config import config_of
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, SECRET
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "ST523",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CONFIG_MAP,),
    reads=tuple(kind for kind in CLUSTER_KINDS if kind != CONFIG_MAP),
    sources=(
        "cilium/cilium: pkg/clustermesh/common/config.go",
        "https://docs.cilium.io/en/stable/network/clustermesh/clustermesh/",
    ),
)
def cluster_connection_one_way(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each connection that the other side does not have."""
    config = config_of(mesh, resource)
    if config is None:
        return
    own, names = config.text("cluster-name"), remote_names(mesh, resource.cluster)
    for other in connected_configs(mesh, config):
        there, name = other.resource.cluster, other.text("cluster-name")
        if name in names and own not in remote_names(mesh, there) and mesh.is_listed(SECRET, there):
            message = f"cluster '{own}' connects to '{name}', and no Secret of '{name}' names '{own}'"
            next_command = command("cilium", "clustermesh", "status", "-n", resource.namespace)
            yield names[name].problem(message, next_command)
