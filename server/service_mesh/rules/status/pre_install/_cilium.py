"""Whether Cilium is a cluster's mesh itself, or only the network that another mesh is laid on."""

from service_mesh.mesh.cilium_agents import agent_of
from service_mesh.mesh.cilium_config import CiliumConfig
from service_mesh.mesh.view import MeshView

__all__ = ["is_plain_network"]

_FEATURES = ("enable-gateway-api", "enable-ingress-controller", "mesh-auth-enabled")


def is_plain_network(mesh: MeshView, config: CiliumConfig) -> bool:
    """Tell whether agents of Cilium run, and without the features that make it a mesh."""
    if agent_of(mesh, config.resource.cluster) is None:
        return False
    return not any(config.is_on(name) for name in _FEATURES)
