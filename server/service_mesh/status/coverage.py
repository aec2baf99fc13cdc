"""What a snapshot lacks: without pods nothing is known of pods, and that has to be said."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

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


def lacking(captures: Mapping[str, Capture], uninjected: AbstractSet[str] = frozenset()) -> Iterator[NotChecked]:
    """An entry for each cluster of which kinds were not read that much is read from, with all of these kinds.

    Args:
        captures: Clusters that were read from snapshots, by name.
        uninjected: Those without a mesh that injects proxies: nobody needs webhooks there.
    """
    for cluster, capture in sorted(captures.items()):
        without = {MUTATING_WEBHOOK} if cluster in uninjected else set()
        kinds = [kind for kind in _NEEDED if not capture.lists(kind) and kind not in without]
        if kinds:
            place = f" of cluster '{cluster}'" if cluster else ""
            words = ",".join(_NEEDED[kind][1] for kind in kinds)
            tells = "; ".join(_NEEDED[kind][0] for kind in kinds)
            yield NotChecked(
                f"{_joined([kind.name for kind in kinds])} objects{place}",
                f"the snapshot holds none: they tell {tells}",
                f"add the output of: kubectl get {words} -A -o yaml",
            )


def _joined(names: list[str]) -> str:
    *head, last = names
    return f"{', '.join(head)} and {last}" if head else last
