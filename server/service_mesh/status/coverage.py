"""What a snapshot lacks: without pods nothing is known of pods, and that has to be said."""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.capture import Capture
from service_mesh.model.kinds import (
    CONFIG_MAP,
    CUSTOM_RESOURCE_DEFINITION,
    DEPLOYMENT,
    MUTATING_WEBHOOK,
    NAMESPACE,
    NODE,
    POD,
    SECRET,
    SERVICE,
    Kind,
)
from service_mesh.model.unchecked import NotChecked

__all__ = ["lacking"]

_NEEDED: Mapping[Kind, tuple[str, str]] = {
    POD: ("which pods run, are ready and have a proxy", "pods"),
    DEPLOYMENT: ("whether control planes and gateways have their replicas", "deployments"),
    NAMESPACE: ("which namespaces are enrolled", "namespaces"),
    SERVICE: ("where gateways and webhooks lead to", "services"),
    CONFIG_MAP: ("how the meshes are configured, and their roots", "configmaps"),
    SECRET: ("the certificates of the meshes", "secrets"),
    NODE: ("versions and kernels of nodes", "nodes"),
    MUTATING_WEBHOOK: ("whether injection works", "mutatingwebhookconfigurations"),
    CUSTOM_RESOURCE_DEFINITION: ("which versions of the definitions are installed", "customresourcedefinitions"),
}
"""Kinds that the health of a mesh is read from -> what they tell, and the word kubectl has for them."""


def lacking(captures: Mapping[str, Capture]) -> Iterator[NotChecked]:
    """An entry for each kind that was not read from a cluster although much is read from it.

    Args:
        captures: Clusters that were read from snapshots, by name.
    """
    for cluster, capture in sorted(captures.items()):
        place = f" of cluster '{cluster}'" if cluster else ""
        for kind, (tells, word) in _NEEDED.items():
            if not capture.lists(kind):
                how = f"add the output of: kubectl get {word} -A -o yaml"
                yield NotChecked(f"{kind.name} objects{place}", f"the snapshot holds none: they tell {tells}", how)
