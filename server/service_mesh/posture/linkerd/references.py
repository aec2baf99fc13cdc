"""References of Linkerd's policies, compared as its controller does: letter case does not count, no group is core."""

from service_mesh.model.kinds import Kind
from service_mesh.model.node import Node

__all__ = ["refers_to"]


def refers_to(reference: Node, kind: Kind, *, default: str = "") -> bool:
    """Whether a reference means objects of a kind.

    (`linkerd/linkerd2: policy-controller/k8s/api/src/policy.rs`, targets_kind)

    Args:
        reference: A map with `group` and `kind`.
        kind: The kind asked about.
        default: Group that the API server fills in where none is written.
    """
    if reference.text_at("kind").lower() != kind.name.lower():
        return False
    group = reference.get("group")
    text = default if group is None or group.value is None else group.text.lower()
    return ("" if text == "core" else text) == kind.group.lower()
