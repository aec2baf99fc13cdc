"""Fields as the two controllers decode them: null is absent, and a number of the wrong type is none."""

from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["filled", "is_left_alone", "is_true", "present", "short_name", "text", "whole"]

_SSA = "kustomize.toolkit.fluxcd.io/ssa"
_RECONCILE = "kustomize.toolkit.fluxcd.io/reconcile"


def present(holder: Node | Resource | None, path: str) -> Node | None:
    """The node at a path, None also where null stands there: Go's decoder makes no difference."""
    found = holder.get(path) if holder is not None else None
    return None if found is None or found.value is None else found


def filled(holder: Node | Resource | None, path: str) -> Node | None:
    """The node at a path if it is a list or map with anything in it."""
    found = present(holder, path)
    return found if found is not None and isinstance(found.value, list | dict) and found.value else None


def text(holder: Node | Resource | None, path: str) -> str:
    """The text at a path, empty where there is none."""
    found = holder.get(path) if holder is not None else None
    return found.text if found is not None else ""


def whole(node: Node | None) -> int | None:
    """The value if it is a whole number, as `5` and `5.0` are."""
    value = node.value if node is not None else None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def is_true(holder: Node | Resource | None, path: str) -> bool:
    """Whether a switch is on."""
    found = holder.get(path) if holder is not None else None
    return found is not None and found.value is True


def short_name(host: str) -> str:
    """The first label of a host, which Argo Rollouts compares with names of Services.

    (`argoproj/argo-rollouts: rollout/trafficrouting/istio/istio.go`, getHost)
    """
    return host.partition(".")[0]


def is_left_alone(resource: Resource) -> bool:
    """Whether nothing applies an object again and again: it came from a cluster, is owned, or says so to Flux."""
    if resource.is_from_cluster or next(resource.each("metadata.ownerReferences[]"), None) is not None:
        return True
    marks = resource.annotations
    return marks.get(_SSA) in ("IfNotPresent", "Ignore") or marks.get(_RECONCILE) == "disabled"
