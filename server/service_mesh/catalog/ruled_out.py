"""Fields that an implementation's own types rule out: an error even where definitions were put together from copies.

Source: cilium/cilium, pkg/policy/api/l4.go (PortDenyRule has ports and nothing else).
"""

from service_mesh.model.path import Path

__all__ = ["is_ruled_out"]

_POLICIES = frozenset({"CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"})
_ENDS = ("ingressDeny.toPorts.rules", "egressDeny.toPorts.rules")


def is_ruled_out(kind: str, path: Path) -> bool:
    """Tell whether no release of an implementation can have a field."""
    names = ".".join(step for step in path if isinstance(step, str))
    return kind in _POLICIES and names.endswith(_ENDS)
