"""Whether Istio has a part in the input at all, so that other meshes' users are not told of its conventions."""

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workloads
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    DESTINATION_RULE,
    GATEWAY,
    PEER_AUTHENTICATION,
    SERVICE_ENTRY,
    SIDECAR,
    TELEMETRY,
    VIRTUAL_SERVICE,
)

__all__ = ["PRESENCE_KINDS", "has_istio"]

_KINDS = (
    AUTHORIZATION_POLICY,
    DESTINATION_RULE,
    GATEWAY,
    PEER_AUTHENTICATION,
    SERVICE_ENTRY,
    SIDECAR,
    TELEMETRY,
    VIRTUAL_SERVICE,
)

PRESENCE_KINDS = (*_KINDS, *WORKLOAD_KINDS)
"""The kinds that are read here."""

_PROXY = "istio-proxy"


def has_istio(mesh: MeshView) -> bool:
    """Tell whether the input holds an object of Istio's usual kinds or a workload with Istio's proxy."""
    mesh.mark_read(*PRESENCE_KINDS)
    return mesh.index(_has_istio)


def _has_istio(mesh: MeshView) -> bool:
    if any(mesh.of_kind(kind) for kind in _KINDS):
        return True
    return any(workload.container(_PROXY) is not None for workload in workloads(mesh))
