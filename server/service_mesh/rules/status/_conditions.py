"""Conditions in the status of objects: what a controller says of them, for which generation, and why."""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.instants import seconds_of
from service_mesh.model.node import Node
from service_mesh.rules.status._words import told

__all__ = ["PENDING", "Condition", "conditions", "explained", "generation_of", "is_stale", "lasts", "named"]

PENDING = frozenset({"Pending", "NotReconciled", "Waiting"})
"""Reasons that say that a controller has not come to an object yet."""

_LONGEST_NUMBER = 12


class Condition(NamedTuple):
    """One condition.

    Attributes:
        node: The whole condition.
        kind: Its type.
        status: Where it is said whether it holds: `True`, `False` or `Unknown`.
        reason: Its reason, one word.
        message: What the controller says further.
    """

    node: Node
    kind: str
    status: Node
    reason: str
    message: str

    @property
    def holds(self) -> bool | None:
        """Whether it holds; None where that is unknown."""
        return {"True": True, "False": False}.get(self.status.text)


def conditions(holder: Node | None, path: str = "conditions[]") -> Iterator[Condition]:
    """The conditions below a node that are made for the object as it is now; those of an older one are left out."""
    for node in holder.each(path) if holder is not None else ():
        kind, status = node.text_at("type"), node.get("status")
        if kind and status is not None and not is_stale(node):
            yield Condition(node, kind, status, node.text_at("reason"), node.text_at("message"))


def named(holder: Node | None, kind: str) -> Condition | None:
    """The condition of a type below a node."""
    return next((one for one in conditions(holder) if one.kind == kind), None)


def is_stale(node: Node) -> bool:
    """Tell whether a condition, or a status, was made for an older generation of its object."""
    seen, now = generation_of(node.get("observedGeneration")), generation_of(node.resource.get("metadata.generation"))
    return seen is not None and now is not None and 0 < seen < now


def explained(condition: Condition) -> str:
    """Reason and message as the end of a sentence: ` ('NoMatchingParent': no listener of that name)`."""
    reason, message = told(condition.reason), told(condition.message)
    said = ": ".join(part for part in (f"'{reason}'" if reason else "", message) if part)
    return f" ({said})" if said else ""


def generation_of(node: Node | None) -> int | None:
    """A generation; Istio writes it as text (`istio/api: meta/v1alpha1/status.proto`, int64 in JSON)."""
    if node is None:
        return None
    if node.text.isdecimal() and len(node.text) < _LONGEST_NUMBER:
        return int(node.text)
    return node.value if type(node.value) is int else None


def lasts(mesh: MeshView, condition: Condition, seconds: float) -> bool:
    """Tell whether a condition is what it is for a while; one whose time is unknown counts as lasting."""
    now = mesh.now(condition.node.resource.cluster)
    since = seconds_of(condition.node.text_at("lastTransitionTime"))
    return now is None or since is None or now - since >= seconds
