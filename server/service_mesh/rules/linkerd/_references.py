"""References as Linkerd's controller compares them: letter case does not count, and no group means the core group."""

from service_mesh.model.kinds import Kind
from service_mesh.model.node import Node

__all__ = ["has_kind", "refers_to", "shown"]


def has_kind(reference: Node) -> bool:
    """Whether a reference says a kind at all; one that does not is the schema check's business."""
    kind = reference.get("kind")
    return kind is not None and kind.text != ""


def refers_to(reference: Node, kind: Kind, *, default: str = "") -> bool:
    """Whether a reference means objects of a kind.

    Args:
        reference: A map with `group` and `kind`.
        kind: The kind asked about.
        default: Group that the API server fills in where none is written.

    (linkerd/linkerd2: policy-controller/k8s/api/src/policy.rs)
    """
    if reference.text_at("kind").lower() != kind.name.lower():
        return False
    return _group(reference, default) == kind.group.lower()


def shown(reference: Node) -> str:
    """`Kind.group` of a reference, or the kind alone for the core group."""
    kind = reference.get("kind")
    return str(Kind(_group(reference, ""), kind.text if kind is not None else ""))


def _group(reference: Node, default: str) -> str:
    group = reference.get("group")
    text = default if group is None or group.value is None else group.text.lower()
    return "" if text == "core" else text
