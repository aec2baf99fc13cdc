"""deny-calls: what is refused to a workload, while everything else stays as it is."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.security.deny_calls.cilium import cilium
from service_mesh.generate.intents.security.deny_calls.istio import ambient, sidecar
from service_mesh.generate.intents.security.deny_calls.linkerd import linkerd
from service_mesh.generate.intents.security.deny_calls.parameters import DenyCalls
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_GATEWAY_API = Gap(
    "who may not call whom: the Gateway API has no policy for it",
    "the policies of the mesh or network behind it; a NetworkPolicy only lets in, by labels and ports",
)

INTENT = Intent(
    name="deny-calls",
    group=Group.SECURITY,
    summary="These requests, or these callers, are refused at a workload; everything else stays as it is.",
    parameters=DenyCalls,
    examples=(
        Example(
            "paths and methods that nobody but one caller may use",
            {
                "to": {"namespace": "shop", "name": "cart"},
                "calls": [{"paths": [{"prefix": "/admin"}]}, {"methods": ["DELETE"]}],
                "except_for": [{"namespace": "backoffice", "service_account": "console"}],
            },
        ),
        Example(
            "a namespace and an account, on every port",
            {
                "to": {"namespace": "shop", "name": "cart", "labels": {"app.kubernetes.io/name": "cart"}},
                "callers": [{"namespace": "sandbox"}, {"namespace": "shop", "service_account": "preview"}],
                "every_port": True,
            },
        ),
        Example(
            "one account at a database, which is no HTTP",
            {
                "to": {"namespace": "shop", "name": "db", "port": 5432},
                "callers": [{"namespace": "shop", "service_account": "web"}],
            },
        ),
        Example(
            "requests of a namespace, observed first",
            {
                "to": {"namespace": "shop", "name": "cart"},
                "callers": [{"namespace": "sandbox"}],
                "calls": [
                    {"methods": ["POST"], "headers": [{"name": "x-tenant", "value": "eu"}]},
                    {"hosts": ["internal.example.com"]},
                    {"grpc": ["shop.v1.Stock/*"]},
                ],
                "observe": True,
            },
        ),
        Example(
            "a path that nobody may use, observed first",
            {
                "to": {"namespace": "shop", "name": "cart"},
                "calls": [{"paths": [{"exact": "/debug"}]}],
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
