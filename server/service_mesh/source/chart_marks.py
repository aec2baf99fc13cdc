"""Tells values files of Cilium's and Linkerd's charts by the names in them: they say nowhere what they are for."""

from collections.abc import Mapping

from service_mesh.model.path import ABSENT, descend

__all__ = ["CILIUM", "has_cilium_marks", "holds_cilium_values", "holds_linkerd_values"]

CILIUM = "cilium"
"""Name of the chart, below which a chart around it holds its values."""

_MARKS = (
    "aksbyocni",
    "authentication.mutual",
    "bgpControlPlane",
    "bpf.masquerade",
    "ciliumEndpointSlice",
    "clustermesh",
    "cni.chainingMode",
    "cni.exclusive",
    "encryption.nodeEncryption",
    "encryption.strictMode",
    "encryption.wireguard",
    "envoyConfig",
    "externalWorkloads",
    "gatewayAPI.enabled",
    "hubble.enabled",
    "hubble.relay",
    "hubble.ui",
    "ingressController.enabled",
    "ipMasqAgent",
    "ipam.mode",
    "ipam.operator",
    "k8sServiceHost",
    "kubeProxyReplacement",
    "l2announcements",
    "l7Proxy",
    "socketLB",
    "tunnelProtocol",
)
_STRONG = frozenset(
    {"authentication.mutual", "ciliumEndpointSlice", "kubeProxyReplacement", "k8sServiceHost", "socketLB"}
)

_OF_LINKERD = frozenset(
    {
        "controllerReplicas",
        "identityTrustAnchorsPEM",
        "identityTrustDomain",
        "linkerdVersion",
        "profileValidator",
        "proxyInjector",
    }
)


def holds_cilium_values(data: Mapping[str, object]) -> bool:
    """Whether a document looks like values for Cilium's chart, or for a chart around it."""
    inner = data.get(CILIUM)
    return has_cilium_marks(data) or (isinstance(inner, dict) and has_cilium_marks(inner))


def has_cilium_marks(values: Mapping[str, object]) -> bool:
    """Whether values have names that no other chart has, or two of those that few others have."""
    found = [mark for mark in _MARKS if descend(values, tuple(mark.split("."))) is not ABSENT]
    return len(found) > 1 or not _STRONG.isdisjoint(found)


def holds_linkerd_values(data: Mapping[str, object]) -> bool:
    """Whether a document looks like values for the chart of Linkerd's control plane: one name of its own is enough."""
    return not _OF_LINKERD.isdisjoint(map(str, data))
