"""Connected clusters of a Cilium Cluster Mesh differ in how many clusters they allow.

## Why it matters
`max-connected-clusters` decides how many bits of an identity hold the number of the cluster. Clusters that differ read
each other's identities wrongly, so an agent that allows 511 refuses a cluster that allows another number.

## Wrong
```text
cluster east: ConfigMap kube-system/cilium-config  max-connected-clusters: "511"
cluster west: ConfigMap kube-system/cilium-config  max-connected-clusters: "255"
```

## Right
```text
cluster east: ConfigMap kube-system/cilium-config  max-connected-clusters: "255"
cluster west: ConfigMap kube-system/cilium-config  max-connected-clusters: "255"
```

## When it stays quiet
The clusters were not read together, or neither names the other in its Secrets. The problem is told at the cluster with
the higher number.

## Fix safety
No fix: the number cannot be changed for a cluster that runs.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_clusters import CLUSTER_KINDS, connected_configs
from service_mesh.mesh.cilium_config import CiliumConfig, config_of
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_OPTION = "max-connected-clusters"
_DEFAULT = 255


@rule(
    "ST525",
    category=Category.CONFLICT,
    severity=Severity.ERROR,
    about=(CONFIG_MAP,),
    reads=tuple(kind for kind in CLUSTER_KINDS if kind != CONFIG_MAP),
    sources=(
        "cilium/cilium: pkg/clustermesh/types/option.go",
        "https://docs.cilium.io/en/stable/network/clustermesh/clustermesh/",
    ),
)
def cluster_limits_differ(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the number with which other clusters are refused."""
    config = config_of(mesh, resource)
    option = config.option(_OPTION) if config is not None else None
    if config is None or option is None:
        return
    for other in connected_configs(mesh, config):
        if _limit(config) > _limit(other):
            name, theirs = config.text("cluster-name"), other.text("cluster-name")
            message = f"cluster '{name}' allows {_limit(config)} clusters and the connected '{theirs}' {_limit(other)}"
            yield option.problem(message, command("cilium", "clustermesh", "status", "-n", resource.namespace))
            return


def _limit(config: CiliumConfig) -> int:
    return config.number(_OPTION) or _DEFAULT
