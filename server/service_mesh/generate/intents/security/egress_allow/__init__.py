"""egress-allow: the only hosts outside of the cluster that workloads may call."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.security.egress_allow.cilium import cilium
from service_mesh.generate.intents.security.egress_allow.istio import ambient, sidecar
from service_mesh.generate.intents.security.egress_allow.linkerd import linkerd
from service_mesh.generate.intents.security.egress_allow.parameters import EgressAllow
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_GATEWAY_API = Gap(
    "who may call hosts outside: the Gateway API has no policy for it",
    "the policies of the mesh or network behind it; without any, NetworkPolicy by addresses and ports",
)

INTENT = Intent(
    name="egress-allow",
    group=Group.SECURITY,
    summary="Workloads may call only these hosts outside of the cluster; calls inside of it go on.",
    parameters=EgressAllow,
    examples=(
        Example(
            "two hosts for a namespace",
            {
                "clients": {"namespace": "shop"},
                "allowed": [{"host": "api.example.com"}, {"host": "files.example.com", "port": 8443}],
            },
        ),
        Example(
            "one workload, a host and a database",
            {
                "clients": {"namespace": "shop", "service_account": "web", "labels": {"tier": "front"}},
                "allowed": [
                    {"host": "api.example.com"},
                    {
                        "host": "db.example.com",
                        "port": 5432,
                        "protocol": "TCP",
                        "addresses": ["203.0.113.10", "203.0.113.11"],
                    },
                ],
            },
        ),
        Example(
            "every name of a domain, a mirror in plain HTTP, and a database",
            {
                "clients": {"namespace": "shop"},
                "allowed": [
                    {"host": "*.example.com"},
                    {"host": "mirror.example.org", "port": 80, "protocol": "HTTP"},
                    {"host": "db.example.com", "port": 5432, "protocol": "TCP", "addresses": ["203.0.113.10"]},
                ],
            },
        ),
        Example(
            "through an egress gateway",
            {
                "clients": {"namespace": "shop", "service_account": "web"},
                "allowed": [{"host": "api.example.com"}, {"host": "files.example.com"}],
                "gateway": {
                    "namespace": "istio-egress",
                    "name": "egress",
                    "labels": {"app": "egress", "istio": "egress"},
                },
            },
        ),
        Example(
            "TLS that the mesh begins",
            {
                "clients": {"namespace": "shop"},
                "allowed": [{"host": "api.example.com", "plaintext_port": 80}, {"host": "files.example.com"}],
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: sidecar,
        Dialect.ISTIO_AMBIENT: ambient,
        Dialect.LINKERD: linkerd,
        Dialect.CILIUM: cilium,
        Dialect.GATEWAY_API: _GATEWAY_API,
    },
)
