"""Why pods of a component are not ready, as far as the pods and the Deployment themselves tell."""

from typing import NamedTuple

from service_mesh.mesh.components import Component
from service_mesh.mesh.pod_states import condition
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.status._words import told
from service_mesh.rules.status.control_plane._troubles import next_command, troubles_of, what

__all__ = ["Cause", "cause", "not_created", "stuck"]


class Cause(NamedTuple):
    """Why pods are not ready.

    Attributes:
        text: What is wrong, as a sentence.
        next_command: What shows more.
    """

    text: str
    next_command: str


def cause(mesh: MeshView, component: Component) -> Cause | None:
    """The nearest cause that is told: by a pod, else by the Deployment; None where nothing tells."""
    troubles = troubles_of(mesh, component)
    if troubles:
        return Cause(what(troubles[0]), next_command(troubles[0]))
    resource = component.resource
    refused = not_created(resource)
    if refused is not None:
        said = told(refused.text)
        text = f"its pods are refused when they are created{f': {said}' if said else ''}"
        return Cause(text, kubectl.describe(resource))
    if stuck(resource) is not None:
        return Cause("its rollout has passed its deadline", kubectl.rollout_status(resource))
    return None


def not_created(resource: Resource) -> Node | None:
    """Where a Deployment says why its pods cannot be created; None where they can."""
    found = condition(resource, "ReplicaFailure")
    return (found.get("message") or found) if found is not None and _has(found, "True") else None


def stuck(resource: Resource) -> Node | None:
    """Where a Deployment says that its rollout has passed its deadline; None where it has not."""
    found = condition(resource, "Progressing")
    return (found.get("reason") or found) if found is not None and _has(found, "False") else None


def _has(condition: Node, status: str) -> bool:
    found = condition.get("status")
    return found is not None and found.text == status
