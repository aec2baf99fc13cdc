"""Whom one authorization of Linkerd lets in, and whether a given client is among them."""

from dataclasses import dataclass
from enum import StrEnum

from service_mesh.mesh.view import MeshView
from service_mesh.model.node import Node
from service_mesh.posture.linkerd.identity import matches_identity
from service_mesh.posture.linkerd.networks import EVERYWHERE, Address, NetworkMatch, cluster_networks
from service_mesh.posture.linkerd.policy import InboundPolicy

__all__ = ["NO_IDENTITY", "Authorization", "Client", "Demand", "admits", "of_policy"]

NO_IDENTITY = ""
"""Identity of a client that is not meshed, such as the kubelet."""


class Demand(StrEnum):
    """What clients have to show."""

    NOTHING = "nothing"
    TLS = "tls"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Client:
    """Who connects, as far as it is known.

    Attributes:
        identity: Identity in the mesh, `NO_IDENTITY` without one; None where it is not known.
        address: Address of its pod; None where it is not known.
    """

    identity: str | None
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Authorization:
    """Clients that get in.

    Attributes:
        node: The object, or the field, that lets them in.
        demand: What they have to show.
        identities: Identities and patterns of which one has to match; empty unless an identity is demanded.
        networks: Networks of which one has to hold their address; None where these are the cluster's and not known.
        missing: What would have to be known to tell; empty where all is known.
    """

    node: Node
    demand: Demand = Demand.NOTHING
    identities: tuple[str, ...] = ()
    networks: tuple[NetworkMatch, ...] | None = EVERYWHERE
    missing: str = ""

    @property
    def takes_plaintext(self) -> bool:
        """Whether clients get in that are not meshed."""
        return self.demand is Demand.NOTHING

    @property
    def is_for_everybody(self) -> bool:
        """Whether nobody is kept out for certain."""
        return self.takes_plaintext and not self.missing and _is_everywhere(self.networks)


def admits(authorization: Authorization, client: Client) -> bool | None:
    """Tell whether an authorization lets a client in; None where that is not known.

    (`linkerd/linkerd2-proxy: linkerd/app/inbound/src/policy.rs`, is_authorized)
    """
    shown = _shows(authorization, client)
    placed = _is_within(authorization.networks, client.address)
    if shown is False or placed is False:
        return False
    return None if shown is None or placed is None or authorization.missing else True


def of_policy(mesh: MeshView, policy: InboundPolicy, node: Node, missing: str = "") -> Authorization | None:
    """The authorization that a policy known by name stands for; None for `deny`, which stands for none.

    (`linkerd/linkerd2: policy-controller/k8s/index/src/defaults.rs`, default_authzs)

    Args:
        mesh: The objects.
        policy: One of the six, or unknown.
        node: What sets it.
        missing: What would have to be known, where it is unknown.
    """
    if policy is InboundPolicy.DENY:
        return None
    demand = Demand.IDENTITY if policy.needs_identity else Demand.NOTHING
    networks = cluster_networks(mesh, node.resource.cluster) if policy.is_of_cluster else EVERYWHERE
    return Authorization(node, demand, ("*",) if policy.needs_identity else (), networks, missing)


def _shows(authorization: Authorization, client: Client) -> bool | None:
    if authorization.demand is Demand.NOTHING:
        return True
    if client.identity is None:
        return None
    if client.identity == NO_IDENTITY:
        return False
    return authorization.demand is Demand.TLS or matches_identity(authorization.identities, client.identity)


def _is_within(networks: tuple[NetworkMatch, ...] | None, address: Address | None) -> bool | None:
    if _is_everywhere(networks):
        return True
    if networks is None or address is None:
        return None
    return any(network.contains(address) for network in networks)


def _is_everywhere(networks: tuple[NetworkMatch, ...] | None) -> bool:
    return networks is EVERYWHERE or (networks is not None and set(EVERYWHERE) <= set(networks))
