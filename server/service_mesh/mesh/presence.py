"""Whether a mesh has a part in the input at all: other meshes' users are neither told nor asked of its conventions."""

from collections.abc import Callable

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, workloads
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    DESTINATION_RULE,
    GATEWAY,
    GRPC_ROUTE,
    HTTP_ROUTE,
    NAMESPACE,
    PEER_AUTHENTICATION,
    SERVICE,
    SERVICE_ENTRY,
    SIDECAR,
    TCP_ROUTE,
    TELEMETRY,
    TLS_ROUTE,
    VIRTUAL_SERVICE,
    Kind,
)
from service_mesh.model.resource import Resource

__all__ = ["PRESENCE_KINDS", "has_istio", "has_linkerd", "holds"]

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

_BEARERS = (NAMESPACE, SERVICE, GRPC_ROUTE, HTTP_ROUTE, TCP_ROUTE, TLS_ROUTE, *WORKLOAD_KINDS)
"""Kinds whose labels and annotations Linkerd reads, or people expect it to."""

_PROXY = "istio-proxy"
_LINKERD = "linkerd.io"


def has_istio(mesh: MeshView) -> bool:
    """Tell whether the input holds an object of Istio's usual kinds or a workload with Istio's proxy."""
    mesh.mark_read(*PRESENCE_KINDS)
    return mesh.index(_has_istio)


def _has_istio(mesh: MeshView) -> bool:
    if any(mesh.of_kind(kind) for kind in _KINDS):
        return True
    return any(workload.container(_PROXY) is not None for workload in workloads(mesh))


def has_linkerd(mesh: MeshView) -> bool:
    """Tell whether the input holds an object, a label, an annotation or a proxy of Linkerd."""
    return mesh.index(_has_linkerd)


def holds(kind: Kind) -> Callable[[MeshView], bool]:
    """The question whether the input holds an object of a kind."""

    def asked(mesh: MeshView) -> bool:
        return bool(mesh.of_kind(kind))

    return asked


def _has_linkerd(mesh: MeshView) -> bool:
    if any(kind.group.endswith(_LINKERD) for kind in mesh.kinds()):
        return True
    if any(_names_linkerd(one) for kind in _BEARERS for one in mesh.of_kind(kind)):
        return True
    return any(_has_linkerds_proxy(workload) for workload in workloads(mesh))


def _has_linkerds_proxy(workload: Workload) -> bool:
    """Whether pods of a template have the proxy, or anything that speaks of it."""
    names = (*workload.annotations, *workload.labels)
    return workload.container("linkerd-proxy") is not None or any(map(_is_linkerds, names))


def _names_linkerd(resource: Resource) -> bool:
    """Whether an annotation or a label of an object is Linkerd's, told from its plain data: thousands are asked."""
    metadata = resource.data.get("metadata")
    held = metadata if isinstance(metadata, dict) else {}
    for names in (held.get("annotations"), held.get("labels")):
        if names and isinstance(names, dict) and any(map(_is_linkerds, names)):
            return True
    return False


def _is_linkerds(name: object) -> bool:
    return isinstance(name, str) and _LINKERD in name
