"""The agents of ambient mode by the node that they serve."""

from collections.abc import Mapping

from service_mesh.mesh.component_pods import pods_of_component
from service_mesh.mesh.components import components
from service_mesh.mesh.view import MeshView
from service_mesh.model.resource import Resource

__all__ = ["agent_on"]


def agent_on(mesh: MeshView, role: str, pod: Resource) -> Resource | None:
    """The pod of `ztunnel` or `istio-cni` on the node of another pod, whether it is ready or not."""
    node = pod.get("spec.nodeName")
    return mesh.index(_agents).get((role, pod.cluster, node.text)) if node is not None else None


def _agents(mesh: MeshView) -> Mapping[tuple[str, str, str], Resource]:
    found: dict[tuple[str, str, str], Resource] = {}
    for component in components(mesh):
        if component.mesh == "istio" and component.is_on_nodes:
            for pod in pods_of_component(mesh, component):
                node = pod.get("spec.nodeName")
                if node is not None:
                    found.setdefault((component.role, component.cluster, node.text), pod)
    return found
