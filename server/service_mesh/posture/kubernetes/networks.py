"""Ranges of addresses in network policies, with their exceptions."""

import re
from collections.abc import Iterable
from ipaddress import ip_network

from service_mesh.model.networks import Network
from service_mesh.posture.kubernetes.ends import Address, End

__all__ = ["block_holds", "checked_by_block", "network_of", "selected_by_block"]

_FORM = re.compile(r"[0-9A-Fa-f.:]{2,45}(/[0-9]{1,3})?")

_USUAL = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")))
"""Ranges that pods have their addresses from, unless somebody spends public ones on them."""


def network_of(text: str) -> Network | None:
    """The addresses that a text means, a plain address being a network of one; None for what is neither."""
    if not _FORM.fullmatch(text):
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def block_holds(cidr: str, exceptions: Iterable[str], address: Address | None) -> bool | None:
    """Tell whether an address is in a range and in none of its exceptions; None where the address is not known."""
    network = network_of(cidr)
    if network is None:
        return False
    if address is None:
        return None
    left_out = (found for text in exceptions if (found := network_of(text)) is not None)
    return address in network and not any(address in one for one in left_out)


def selected_by_block(cidr: str, exceptions: Iterable[str], end: End) -> bool | None:
    """Tell whether a range selects an end, which Kubernetes leaves to the network plugin for pods.

    Ranges are meant for addresses outside of the cluster, so they select no pod, unless its address is known to be in
    the range or the range is everything: then some plugins do and others do not.
    (https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors)
    """
    if not end.is_pod:
        return block_holds(cidr, exceptions, end.address)
    network = network_of(cidr)
    if network is not None and network.prefixlen == 0 and end.address is None:
        return None
    return None if end.address is not None and block_holds(cidr, exceptions, end.address) else False


def checked_by_block(cidr: str, end: End) -> bool | None:
    """Tell whether a range of an administrator's policy selects an end: pods are checked as everything else is.

    Of a pod whose address is not known it is taken that it has one of the usual ranges for pods.
    (`kubernetes-sigs/network-policy-api: apis/v1alpha1/adminnetworkpolicy_types.go`, Networks)
    """
    network = network_of(cidr)
    if network is None or end.address is not None or not end.is_pod:
        return block_holds(cidr, (), end.address)
    return None if any(network.version == one.version and network.overlaps(one) for one in _USUAL) else False
