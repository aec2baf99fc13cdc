"""allow-addresses: from which addresses a workload or a gateway may be called."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.security.allow_addresses.cilium import cilium
from service_mesh.generate.intents.security.allow_addresses.istio import istio
from service_mesh.generate.intents.security.allow_addresses.linkerd import linkerd
from service_mesh.generate.intents.security.allow_addresses.parameters import AllowAddresses
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_GATEWAY_API = Gap(
    "clients by their addresses: no route of the Gateway API matches them",
    "loadBalancerSourceRanges of the gateway's Service, or a NetworkPolicy with ipBlock where addresses are kept",
)

INTENT = Intent(
    name="allow-addresses",
    group=Group.SECURITY,
    summary="Clients with these addresses may call a workload or a gateway, and callers of the mesh that are named.",
    parameters=AllowAddresses,
    examples=(
        Example(
            "two networks, one with an exception, and a caller of the mesh",
            {
                "to": {"namespace": "shop", "name": "api"},
                "addresses": ["203.0.113.0/24", "2001:db8:7::/48"],
                "but_not": ["203.0.113.128/25"],
                "callers": [{"namespace": "shop", "service_account": "web"}],
            },
        ),
        Example(
            "one address, at another port",
            {
                "to": {"namespace": "shop", "name": "db", "labels": {"app.kubernetes.io/name": "db"}, "port": 5432},
                "addresses": ["203.0.113.7"],
            },
        ),
        Example(
            "a gateway behind a load balancer that forwards addresses",
            {
                "to": {"namespace": "gateways", "name": "ingress", "labels": {"istio": "ingress"}},
                "addresses": ["203.0.113.0/24"],
                "but_not": ["203.0.113.64/26"],
                "forwarded": True,
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: istio,
        Dialect.ISTIO_AMBIENT: istio,
        Dialect.LINKERD: linkerd,
        Dialect.CILIUM: cilium,
        Dialect.GATEWAY_API: _GATEWAY_API,
    },
)
