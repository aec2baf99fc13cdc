"""Where Cilium runs: the agents by node, so that a fault of a node is told from an agent that is down."""

from collections.abc import Mapping

from service_mesh.mesh.component_pods import component_of_pod
from service_mesh.mesh.components import COMPONENT_KINDS, Component, components_in
from service_mesh.mesh.pod_states import is_ready, is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import POD
from service_mesh.model.resource import Resource

__all__ = ["AGENT_KINDS", "agent_of", "ready_agent"]

AGENT_KINDS = COMPONENT_KINDS
"""The kinds that are read here: whoever asks for agents reads them."""


def agent_of(mesh: MeshView, cluster: str) -> Component | None:
    """The DaemonSet of the agents of a cluster."""
    return next((one for one in components_in(mesh, cluster) if (one.mesh, one.role) == ("cilium", "agent")), None)


def ready_agent(mesh: MeshView, node: str, cluster: str) -> Resource | None:
    """The pod of the agent on a node if it is ready and has been there for a while.

    A new agent has work to do before its node is as it should be; one that is not ready is a fault of its own.
    """
    pod = mesh.index(_by_node).get((cluster, node))
    return pod if pod is not None and is_ready(pod) and is_settled(mesh, pod) else None


def _by_node(mesh: MeshView) -> Mapping[tuple[str, str], Resource]:
    found: dict[tuple[str, str], Resource] = {}
    for pod in mesh.of_kind(POD):
        place = pod.get("spec.nodeName")
        component = component_of_pod(mesh, pod) if place is not None else None
        if place is not None and component is not None and (component.mesh, component.role) == ("cilium", "agent"):
            found[pod.cluster, place.text] = pod
    return found
