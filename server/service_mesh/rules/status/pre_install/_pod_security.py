"""The pod security standard that a namespace enforces."""

from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["enforced"]

_LABEL = "pod-security.kubernetes.io/enforce"
_STRICT = frozenset({"baseline", "restricted"})


def enforced(namespace: Resource) -> Node | None:
    """Where a namespace enforces `baseline` or `restricted`: neither lets pods change their own network.

    (`kubernetes/kubernetes: staging/src/k8s.io/pod-security-admission/policy/check_capabilities_baseline.go`)
    """
    labels = namespace.get("metadata.labels")
    label = labels.key(_LABEL) if labels is not None else None
    return label if label is not None and label.text in _STRICT else None
