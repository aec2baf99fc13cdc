"""Requirements that cannot be answered at all: each named in words, with the nearest value that can be."""

from collections.abc import Iterator

from service_mesh.recommend.ranking import weights_of
from service_mesh.recommend.requirements import Priority, Requirements, Sizes

__all__ = ["problems"]

_PODS_PER_NODE = 2500
"""More pods than that no node takes: the largest tested limit of a platform, that of OpenShift; Kubernetes says 110."""


def problems(requirements: Requirements) -> tuple[str, ...]:
    """Tell what is impossible, one sentence each with the nearest valid value; none where it can be answered."""
    return (*_of_sizes(requirements.sizes, requirements.constraints.serverless_nodes), *_of_weights(requirements))


def _of_sizes(sizes: Sizes, serverless: bool | None) -> Iterator[str]:
    nodes, pods, clusters = sizes.nodes, sizes.pods, sizes.clusters
    if clusters == 0:
        yield "sizes.clusters is 0; the nearest valid value is 1"
    if nodes is None or serverless:
        return
    if pods and nodes * _PODS_PER_NODE < pods:
        least = -(-pods // _PODS_PER_NODE)
        yield f"sizes.nodes is {nodes} for {pods} pods; the nearest valid value is {least}, or serverless_nodes true"
    if clusters and nodes < clusters:
        yield f"sizes.nodes is {nodes} for {clusters} clusters; the nearest valid value is {clusters}"


def _of_weights(requirements: Requirements) -> Iterator[str]:
    if not any(weights_of(requirements).values()):
        yield f"all weights of priorities are 0; leave {Priority.NEEDS} out for its usual weight, or give it 1"
