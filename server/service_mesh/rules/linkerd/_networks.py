"""Networks of Linkerd's policies: read them as the controller's parser does."""

import re
from collections.abc import Iterator
from ipaddress import ip_network

from service_mesh.model.kinds import EGRESS_NETWORK, NETWORK_AUTHENTICATION, SERVER_AUTHORIZATION
from service_mesh.model.networks import Network
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["NETWORKED", "network", "networks"]

NETWORKED = (NETWORK_AUTHENTICATION, EGRESS_NETWORK, SERVER_AUTHORIZATION)
"""Kinds that hold lists of networks."""

_FORM = re.compile(r"[0-9A-Fa-f.:]{2,45}(/[0-9]{1,3})?")


def networks(resource: Resource) -> Iterator[Node]:
    """Every item with a `cidr` of an object."""
    path = "spec.client.networks[]" if resource.kind == SERVER_AUTHORIZATION else "spec.networks[]"
    yield from resource.each(path)


def network(text: str) -> Network | None:
    """The addresses that a text means, a plain address being a network of one; None for what is neither.

    Host bits may be set, a netmask may not be written.

    (linkerd/linkerd2: policy-controller/k8s/api/src/policy/network.rs)
    """
    if not _FORM.fullmatch(text):
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
