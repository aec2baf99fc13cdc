"""Networks that Linkerd's policies let in: addresses with exceptions, and those that belong to the cluster."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_network

from service_mesh.mesh.view import MeshView
from service_mesh.model.networks import Network
from service_mesh.model.node import Node
from service_mesh.posture.linkerd.installation import installation

__all__ = ["EVERYWHERE", "Address", "NetworkMatch", "cluster_networks", "network_in", "network_matches"]

Address = IPv4Address | IPv6Address

_FORM = re.compile(r"[0-9A-Fa-f.:]{2,45}(/[0-9]{1,3})?")
_OF_CLUSTER = "10.0.0.0/8,100.64.0.0/10,172.16.0.0/12,192.168.0.0/16,fd00::/8"


@dataclass(frozen=True, slots=True)
class NetworkMatch:
    """Addresses of a network but for some.

    Attributes:
        network: The network.
        exceptions: Networks inside it that are left out.
    """

    network: Network
    exceptions: tuple[Network, ...] = ()

    def contains(self, address: Address) -> bool:
        """Whether an address is in it."""
        return address in self.network and not any(address in left_out for left_out in self.exceptions)


EVERYWHERE = tuple(NetworkMatch(ip_network(text)) for text in ("0.0.0.0/0", "::/0"))
"""Every address: what counts where an AuthorizationPolicy names no networks."""


def network_in(text: str) -> Network | None:
    """The addresses that a text means, a plain address being a network of one; None for what is neither.

    Host bits may be set, a netmask may not be written.
    (`linkerd/linkerd2: policy-controller/k8s/api/src/policy/network.rs`)
    """
    if not _FORM.fullmatch(text):
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def network_matches(items: Iterable[Node]) -> tuple[NetworkMatch, ...] | None:
    """The networks of a list of `cidr` with `except`; None where one cannot be read, which makes the object void."""
    found = []
    for item in items:
        cidr = item.get("cidr")
        network = network_in(cidr.text) if cidr is not None else None
        exceptions = tuple(network_in(left_out.text) for left_out in item.each("except[]"))
        if network is None or None in exceptions:
            return None
        found.append(NetworkMatch(network, tuple(filter(None, exceptions))))
    return tuple(found)


def cluster_networks(mesh: MeshView, cluster: str = "") -> tuple[NetworkMatch, ...] | None:
    """The networks that count as the cluster's: chart value `clusterNetworks`.

    None where the installation is not known, and where its value cannot be read.
    (`linkerd/linkerd2: charts/linkerd-control-plane/values.yaml`)
    """
    found = installation(mesh, cluster)
    if found is None and not mesh.is_complete("linkerd", cluster):
        return None
    written = found.text("clusterNetworks") if found is not None else ""
    networks = [network_in(text.strip()) for text in (written or _OF_CLUSTER).split(",")[:1024]]
    return None if None in networks else tuple(NetworkMatch(network) for network in networks if network is not None)
