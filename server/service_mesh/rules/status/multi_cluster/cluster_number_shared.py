"""Two connected clusters of a Cilium Cluster Mesh have the same number.

## Why it matters
Identities carry the number of their cluster, so that a number can only be used once. An agent that finds its own
number, or one that it knows from another cluster, at a remote cluster gives up on that cluster: its services and pods
stay unknown.

## Wrong
```text
cluster east: ConfigMap kube-system/cilium-config  cluster-id: "1", and a Secret cilium-clustermesh with the key west
cluster west: ConfigMap kube-system/cilium-config  cluster-id: "1"
```

## Right
```text
cluster east: ConfigMap kube-system/cilium-config  cluster-id: "1", and a Secret cilium-clustermesh with the key west
cluster west: ConfigMap kube-system/cilium-config  cluster-id: "2"
```

## When it stays quiet
The clusters were not read together, or neither names the other in its Secrets. The problem is told once for a pair.

## Fix safety
No fix: another number gives every pod of the cluster another identity, which interrupts traffic; it has to be planned.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_clusters import CLUSTER_KINDS, connected_configs
from service_mesh.mesh.cilium_config import config_of
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "ST521",
    category=Category.CONFLICT,
    severity=Severity.ERROR,
    about=(CONFIG_MAP,),
    reads=tuple(kind for kind in CLUSTER_KINDS if kind != CONFIG_MAP),
    sources=(
        "cilium/cilium: pkg/clustermesh/idsmgr.go",
        "https://docs.cilium.io/en/stable/network/clustermesh/clustermesh/",
    ),
)
def cluster_number_shared(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a number that another connected cluster has too, at the later of the two."""
    config = config_of(mesh, resource)
    number = config.number("cluster-id") if config is not None else None
    option = config.option("cluster-id") if config is not None else None
    if config is None or option is None or not number:
        return
    for other in connected_configs(mesh, config):
        theirs = other.option("cluster-id")
        if other.number("cluster-id") == number and theirs is not None and other.resource.cluster < resource.cluster:
            message = (
                f"clusters '{config.text('cluster-name')}' and '{other.text('cluster-name')}' "
                f"are connected and both have number {number}"
            )
            next_command = command("cilium", "clustermesh", "status", "-n", resource.namespace)
            yield option.problem(message, next_command, related=(theirs.note("has the same number"),))
            return
