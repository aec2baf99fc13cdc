"""Mutual TLS that a policy demands: what the dialects lack that have none, and the object of Istio for a namespace."""

from service_mesh.generate.plan import Gap
from service_mesh.generate.site import Site
from service_mesh.mesh.selection import policy_selector
from service_mesh.model.kinds import PEER_AUTHENTICATION
from service_mesh.model.resource import Resource

__all__ = ["LINKERD_DEFAULT", "NO_MUTUAL_TLS_IN_CILIUM", "NO_MUTUAL_TLS_IN_GATEWAY_API", "peer_authentication_of"]

LINKERD_DEFAULT = "proxy.defaultInboundPolicy=all-unauthenticated"
"""The policy that Linkerd's proxies have for all who call, as `helm --set` takes it."""

NO_MUTUAL_TLS_IN_CILIUM = Gap(
    "mutual TLS that a policy can demand: mutual authentication is deprecated since 1.20 and encrypts nothing",
    "encrypt traffic between nodes with WireGuard (encryption.enabled=true, encryption.type=wireguard)",
)
NO_MUTUAL_TLS_IN_GATEWAY_API = Gap(
    "mutual TLS between workloads: the Gateway API has none",
    "the policies of the mesh behind it; at a Gateway, clients' certificates (intent ingress-gateway)",
)


def peer_authentication_of(site: Site, namespace: str) -> Resource | None:
    """The PeerAuthentication of a namespace as a whole that is there: of several, only the oldest counts."""
    held = (one for one in site.view.of_kind(PEER_AUTHENTICATION) if one.namespace == namespace)
    found = [one for one in held if policy_selector(one).is_empty]
    return min(found, key=lambda one: (one.root.text_at("metadata.creationTimestamp"), one.name), default=None)
