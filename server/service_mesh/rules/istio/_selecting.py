"""Kinds whose objects choose workloads by labels, and where each kind looks for them."""

from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.selection import selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    ENVOY_FILTER,
    PEER_AUTHENTICATION,
    REQUEST_AUTHENTICATION,
    SIDECAR,
    TELEMETRY,
    WASM_PLUGIN,
)
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import map_selector
from service_mesh.rules.istio._competing import selector_node

__all__ = ["OWN_NAMESPACE_ONLY", "SELECTING", "chosen", "is_mesh_wide"]

OWN_NAMESPACE_ONLY = (SIDECAR, TELEMETRY, PEER_AUTHENTICATION)
"""Kinds of which an object with labels is for its own namespace even where it lives in the root namespace.

(`istio/istio: pilot/pkg/model/push_context.go`, `telemetry.go`; `pilot/pkg/security/authn/policy_applier.go`)
"""

SELECTING = (*OWN_NAMESPACE_ONLY, AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION, WASM_PLUGIN, ENVOY_FILTER)
"""Kinds whose objects choose workloads by labels."""


def is_mesh_wide(mesh: MeshView, resource: Resource) -> bool:
    """Tell whether an object looks for its workloads in every namespace."""
    return resource.kind not in OWN_NAMESPACE_ONLY and resource.namespace == root_namespace(mesh, resource.cluster)


def chosen(mesh: MeshView, resource: Resource, *, everywhere: bool) -> tuple[Workload, ...]:
    """The workloads that an object's labels choose; all of them if it has none.

    Args:
        mesh: The objects.
        resource: The object.
        everywhere: Look in every namespace instead of its own.
    """
    selector = map_selector(selector_node(resource))
    return selected(mesh, selector, None if everywhere else resource.namespace, resource.cluster)
