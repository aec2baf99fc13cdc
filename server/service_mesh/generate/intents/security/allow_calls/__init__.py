"""allow-calls: who may call a workload, and with which requests."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.security.allow_calls.cilium import cilium
from service_mesh.generate.intents.security.allow_calls.istio import ambient, sidecar
from service_mesh.generate.intents.security.allow_calls.linkerd import linkerd
from service_mesh.generate.intents.security.allow_calls.parameters import AllowCalls
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_GATEWAY_API = Gap(
    "who may call whom: the Gateway API has no policy for it",
    "the policies of the mesh or network behind it; without any, NetworkPolicy by labels and ports",
)

INTENT = Intent(
    name="allow-calls",
    group=Group.SECURITY,
    summary="Only these callers may call a workload, with these requests; everybody else is refused.",
    parameters=AllowCalls,
    examples=(
        Example(
            "one caller, two kinds of requests",
            {
                "to": {"namespace": "shop", "name": "cart"},
                "callers": [{"namespace": "shop", "service_account": "web"}],
                "calls": [
                    {"methods": ["GET"], "paths": [{"prefix": "/items"}]},
                    {
                        "methods": ["POST"],
                        "paths": [{"exact": "/checkout"}],
                        "headers": [{"name": "x-tenant", "value": "eu"}],
                    },
                ],
                "probes": ["/healthz"],
            },
        ),
        Example(
            "any request of a namespace and of one account elsewhere",
            {
                "to": {"namespace": "shop", "name": "cart", "labels": {"app.kubernetes.io/name": "cart"}, "port": 9000},
                "callers": [{"namespace": "backoffice"}, {"namespace": "shop", "service_account": "web"}],
            },
        ),
        Example(
            "methods of gRPC",
            {
                "to": {"namespace": "shop", "name": "stock", "port": 50051},
                "callers": [{"namespace": "shop", "service_account": "cart"}],
                "calls": [{"grpc": ["shop.v1.Stock/Get", "shop.v1.Audit/*"]}],
            },
        ),
        Example(
            "hosts, observed first",
            {
                "to": {"namespace": "shop", "name": "cart"},
                "callers": [{"namespace": "shop", "service_account": "web"}],
                "calls": [{"hosts": ["cart.example.com", "*.shop.example.com"]}],
                "observe": True,
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
