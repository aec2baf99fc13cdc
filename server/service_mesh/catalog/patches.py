"""Tells a Kustomize patch from a whole workload: a fragment is no broken object, so it is not judged as one."""

from service_mesh.model.kinds import DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET
from service_mesh.model.resource import Resource

__all__ = ["is_patch"]

_KINDS = frozenset({DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET})


def is_patch(resource: Resource) -> bool:
    """Whether a workload lacks its selector, the labels of its pods and every image: three things none can lack."""
    if resource.kind not in _KINDS or resource.get("spec") is None:
        return False
    needed = ("spec.selector", "spec.template.metadata.labels", "spec.template.spec.containers[].image")
    return not any(next(resource.each(path), None) for path in needed)
