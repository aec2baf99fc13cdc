"""istio-plugged-in-ca: a CA of one's own that istiod signs with."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.security.istio_plugged_in_ca.istio import istio
from service_mesh.generate.intents.security.istio_plugged_in_ca.parameters import PluggedInCa
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_LINKERD = Gap(
    "a CA for istiod: Linkerd has a trust anchor, and an issuer in each cluster",
    "the intent workload-certificates",
)
_CILIUM = Gap(
    "a CA for istiod: Cilium has none; WireGuard and IPsec have keys of nodes",
    "encryption.type=ztunnel (beta since 1.19) has a CA in a Secret of its own",
)
_GATEWAY_API = Gap("a CA for istiod: the Gateway API has none", "the mesh behind it")

INTENT = Intent(
    name="istio-plugged-in-ca",
    group=Group.SECURITY,
    summary="Istiod signs with a CA of one's own, in every cluster below one root that stays out of them.",
    parameters=PluggedInCa,
    examples=(
        Example(
            "two clusters below one root", {"clusters": [{"name": "east"}, {"name": "west", "context": "prod-west"}]}
        ),
        Example(
            "the CA that istiod made is replaced",
            {
                "clusters": [{"name": "east", "context": "prod-east"}],
                "replaces": "self-signed",
                "organization": "Example Inc",
                "root_days": 7300,
                "ca_days": 365,
            },
        ),
        Example(
            "a CA from an issuer of cert-manager",
            {
                "clusters": [{"name": "east"}],
                "issuer": {"name": "company-ca", "kind": "Issuer", "group": "issuers.example.com"},
                "organization": "Example Inc",
                "ca_days": 365,
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: istio,
        Dialect.ISTIO_AMBIENT: istio,
        Dialect.LINKERD: _LINKERD,
        Dialect.CILIUM: _CILIUM,
        Dialect.GATEWAY_API: _GATEWAY_API,
    },
)
