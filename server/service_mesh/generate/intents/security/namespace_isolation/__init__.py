"""namespace-isolation: a namespace is called by its own workloads, and by whoever is named."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.security.namespace_isolation.cilium import cilium
from service_mesh.generate.intents.security.namespace_isolation.istio import istio
from service_mesh.generate.intents.security.namespace_isolation.linkerd import linkerd
from service_mesh.generate.intents.security.namespace_isolation.parameters import NamespaceIsolation
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_GATEWAY_API = Gap(
    "who may call into a namespace: the Gateway API has no policy for it",
    "the policies of the mesh or network behind it; without any, a NetworkPolicy that takes podSelector: {} alone",
)

INTENT = Intent(
    name="namespace-isolation",
    group=Group.SECURITY,
    summary="The workloads of a namespace are called by those of the namespace itself, and by whoever is named.",
    parameters=NamespaceIsolation,
    examples=(
        Example(
            "a namespace, its gateway and Prometheus",
            {
                "namespace": "shop",
                "callers": [{"namespace": "gateways", "service_account": "ingress"}],
                "monitoring": {"namespace": "monitoring", "service_account": "prometheus", "ports": [9090]},
            },
        ),
        Example(
            "two namespaces that call it, and a port of a database",
            {
                "namespace": "shop",
                "ports": [9000, 5432],
                "callers": [{"namespace": "backoffice"}, {"namespace": "front", "service_account": "web"}],
            },
        ),
        Example(
            "nobody else, observed first, and a scraper without a proxy",
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
    ),
    cells={
        Dialect.ISTIO_SIDECAR: istio,
        Dialect.ISTIO_AMBIENT: istio,
        Dialect.LINKERD: linkerd,
        Dialect.CILIUM: cilium,
        Dialect.GATEWAY_API: _GATEWAY_API,
    },
)
