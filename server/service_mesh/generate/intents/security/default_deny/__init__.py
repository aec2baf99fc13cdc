"""default-deny: nobody gets in but those who keep workloads alive, until policies say who else does."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.security.default_deny.cilium import cilium
from service_mesh.generate.intents.security.default_deny.istio import istio
from service_mesh.generate.intents.security.default_deny.linkerd import linkerd
from service_mesh.generate.intents.security.default_deny.parameters import DefaultDeny
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_GATEWAY_API = Gap(
    "a default for who may call: the Gateway API has no policy for it",
    "the policies of the mesh or network behind it; without any, a NetworkPolicy without rules in each namespace",
)

INTENT = Intent(
    name="default-deny",
    group=Group.SECURITY,
    summary="Nobody gets in but those who keep workloads alive; policies beside it say who else may call.",
    parameters=DefaultDeny,
    examples=(
        Example(
            "a namespace, with a gateway and Prometheus",
            {
                "namespace": "shop",
                "gateways": [
                    {
                        "namespace": "gateways",
                        "service_account": "ingress",
                        "to": [{"namespace": "shop", "name": "web"}],
                    }
                ],
                "monitoring": {"namespace": "monitoring", "service_account": "prometheus", "ports": [9090]},
            },
        ),
        Example(
            "a namespace, observed first, and a scraper without a proxy",
            {
                "namespace": "shop",
                "monitoring": {
                    "namespace": "monitoring",
                    "service_account": "prometheus",
                    "ports": [9090],
                    "has_proxy": False,
                },
                "observe": True,
            },
        ),
        Example(
            "the whole mesh",
            {
                "gateways": [
                    {
                        "namespace": "gateways",
                        "service_account": "ingress",
                        "labels": {"istio": "ingressgateway"},
                        "to": [{"namespace": "shop", "name": "web", "labels": {"app.kubernetes.io/name": "web"}}],
                    }
                ]
            },
        ),
        Example(
            "a namespace, and nothing gets out of it either",
            {
                "namespace": "shop",
                "monitoring": {"namespace": "monitoring", "service_account": "prometheus", "ports": [9090]},
                "egress": True,
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
