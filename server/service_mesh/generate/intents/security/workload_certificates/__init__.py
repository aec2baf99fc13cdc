"""workload-certificates: the certificates of workloads come from cert-manager."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.security.workload_certificates.istio import istio
from service_mesh.generate.intents.security.workload_certificates.linkerd import linkerd
from service_mesh.generate.intents.security.workload_certificates.parameters import WorkloadCertificates
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_CILIUM = Gap(
    "certificates of workloads: WireGuard and IPsec have keys of nodes; mutual authentication is deprecated since 1.20",
    "encryption.type=ztunnel (beta since 1.19) has certificates of workloads, from a CA in a Secret of its own",
)
_GATEWAY_API = Gap(
    "certificates of workloads: the Gateway API has those of listeners and of backends alone",
    "the mesh behind it; for a Gateway, a Certificate of cert-manager (intent ingress-gateway)",
)

INTENT = Intent(
    name="workload-certificates",
    group=Group.SECURITY,
    summary="The certificates of workloads are signed and renewed through cert-manager.",
    parameters=WorkloadCertificates,
    examples=(
        Example("a root that cert-manager makes", {}),
        Example(
            "an issuer that is there, one cluster of several",
            {
                "issuer": {
                    "name": "company-ca",
                    "kind": "Issuer",
                    "group": "issuers.example.com",
                    "root": "company-root",
                },
                "trust_domain": "mesh.example.com",
                "cluster": "east",
            },
        ),
        Example(
            "short times",
            {"root_days": 365, "issuer_days": 7, "renew_days_before": 3, "trust_domain": "test.example.com"},
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: istio,
        Dialect.ISTIO_AMBIENT: istio,
        Dialect.LINKERD: linkerd,
        Dialect.CILIUM: _CILIUM,
        Dialect.GATEWAY_API: _GATEWAY_API,
    },
)
