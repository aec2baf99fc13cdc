"""external-service: a host outside of the cluster made known to the mesh."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.security.external_service.istio import ambient, sidecar
from service_mesh.generate.intents.security.external_service.linkerd import linkerd
from service_mesh.generate.intents.security.external_service.parameters import ExternalService
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_CILIUM = Gap(
    "a host outside made known: Cilium keeps no list of them, and every host is reached unless a policy says otherwise",
    "nothing to do where no egress policy is; else let the name out with the intent egress-allow",
)
_GATEWAY_API = Gap(
    "a host outside made known: the Gateway API has routes to objects of the cluster alone",
    "a Service of type ExternalName as backend, where the implementation takes it; or the mesh behind it",
)

INTENT = Intent(
    name="external-service",
    group=Group.SECURITY,
    summary="A host outside of the cluster is made known to the mesh, which can begin TLS to it.",
    parameters=ExternalService,
    examples=(
        Example(
            "HTTPS that clients speak themselves",
            {"clients": {"namespace": "shop"}, "external": {"host": "api.example.com", "port": 8443}},
        ),
        Example(
            "a database at fixed addresses",
            {
                "clients": {"namespace": "shop"},
                "external": {
                    "host": "db.example.com",
                    "port": 5432,
                    "protocol": "TCP",
                    "addresses": ["203.0.113.10", "203.0.113.11"],
                },
            },
        ),
        Example(
            "mutual TLS that the proxy begins",
            {
                "clients": {"namespace": "shop", "service_account": "web"},
                "external": {"host": "partner.example.com", "plaintext_port": 80},
                "credential": "partner-client",
            },
        ),
        Example(
            "every name of a domain, in plain HTTP",
            {
                "clients": {"namespace": "shop"},
                "external": {"host": "*.mirror.example.com", "port": 80, "protocol": "HTTP"},
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: sidecar,
        Dialect.ISTIO_AMBIENT: ambient,
        Dialect.LINKERD: linkerd,
        Dialect.CILIUM: _CILIUM,
        Dialect.GATEWAY_API: _GATEWAY_API,
    },
)
