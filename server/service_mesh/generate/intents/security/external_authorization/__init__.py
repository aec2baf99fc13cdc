"""external-authorization: an external authorizer decides about requests."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.security.external_authorization.istio import ambient, sidecar
from service_mesh.generate.intents.security.external_authorization.parameters import ExternalAuthorization
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_WHAT = "an external authorizer that is asked about requests"
_LINKERD = Gap(
    f"{_WHAT}: Linkerd's proxies decide by themselves and ask nobody",
    "identities and routes (intent allow-calls), or an authorizer behind a gateway in front",
)
_CILIUM = Gap(
    f"{_WHAT}: Cilium's policies have no part for one",
    "rules for requests (intent allow-calls), or an authorizer behind a gateway in front",
)
_GATEWAY_API = Gap(
    f"{_WHAT}, in the standard channel",
    "the policy of the implementation; the filter ExternalAuth of HTTPRoutes is experimental",
)
_IMAGE = "openpolicyagent/opa:1.20.1-envoy"

INTENT = Intent(
    name="external-authorization",
    group=Group.SECURITY,
    summary="Open Policy Agent is asked about requests to a workload, with a policy that is tested before it counts.",
    parameters=ExternalAuthorization,
    examples=(
        Example(
            "requests by method and path, health checks left out",
            {
                "to": {"namespace": "shop", "name": "cart"},
                "opa": {"image": _IMAGE},
                "allowed": [
                    {"methods": ["GET"], "paths": [{"prefix": "/items"}]},
                    {
                        "methods": ["POST"],
                        "paths": [{"exact": "/checkout"}],
                        "headers": [{"name": "x-tenant", "value": "eu"}],
                    },
                ],
                "unasked_paths": [{"exact": "/healthz"}],
            },
        ),
        Example(
            "hosts, an authorizer of another name that may fail",
            {
                "to": {
                    "namespace": "shop",
                    "name": "stock",
                    "labels": {"app.kubernetes.io/name": "stock"},
                    "port": 9000,
                },
                "opa": {"namespace": "policy", "name": "authorizer", "image": _IMAGE, "replicas": 3},
                "allowed": [{"hosts": ["stock.example.com", "*.stock.example.com"]}],
                "timeout_ms": 250,
                "fail_open": True,
            },
        ),
        Example(
            "methods of gRPC",
            {
                "to": {"namespace": "shop", "name": "stock", "port": 50051},
                "opa": {"image": _IMAGE},
                "allowed": [{"grpc": ["shop.v1.Stock/Get", "shop.v1.Audit/*"]}],
                "unasked_paths": [{"prefix": "/grpc.health.v1.Health"}],
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: sidecar,
        Dialect.ISTIO_AMBIENT: ambient,
        Dialect.LINKERD: _LINKERD,
        Dialect.CILIUM: _CILIUM,
        Dialect.GATEWAY_API: _GATEWAY_API,
    },
)
