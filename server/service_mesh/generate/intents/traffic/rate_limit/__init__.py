"""rate-limit: how many requests a workload takes."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.rate_limit.istio import sidecar
from service_mesh.generate.intents.traffic.rate_limit.linkerd import linkerd
from service_mesh.generate.intents.traffic.rate_limit.parameters import RateLimit
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_AMBIENT = Gap(
    "a rate limit before a workload: ztunnel reads no requests, and an EnvoyFilter at a waypoint is not supported",
    "limit at the ingress gateway (this intent for istio-sidecar, with `at_gateway`), or take a waypoint of another"
    " implementation that has limits",
)
_CILIUM = Gap(
    "a rate limit: no policy and no route of Cilium counts requests",
    "a CiliumEnvoyConfig with Envoy's filter envoy.filters.http.local_ratelimit, which takes over the whole Service;"
    " for bytes, the annotation kubernetes.io/egress-bandwidth of pods",
)
_GATEWAY_API = Gap(
    "a rate limit: the Gateway API has none",
    "a policy of the implementation that is attached to the route, such as BackendTrafficPolicy of Envoy Gateway",
)

INTENT = Intent(
    name="rate-limit",
    group=Group.TRAFFIC,
    summary="A workload takes so many requests; more are answered with 429.",
    parameters=RateLimit,
    examples=(
        Example("requests in a second", {"to": {"namespace": "shop", "name": "cart"}, "requests": 100}),
        Example(
            "a gateway, observed first",
            {
                "to": {"namespace": "gateways", "name": "ingress", "labels": {"istio": "ingress"}},
                "at_gateway": True,
                "requests": 6000,
                "interval": "minute",
                "burst": 9000,
                "observe": True,
            },
        ),
        Example(
            "shares of clients",
            {
                "to": {
                    "namespace": "shop",
                    "name": "cart",
                    "labels": {"app.kubernetes.io/name": "cart"},
                    "port": 9000,
                },
                "requests": 200,
                "per_client": 20,
                "clients": [{"namespace": "backoffice", "service_account": "importer", "requests": 150}],
            },
        ),
        Example(
            "bursts",
            {"to": {"namespace": "shop", "name": "stock", "port": 50051}, "requests": 50, "burst": 100},
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: sidecar,
        Dialect.ISTIO_AMBIENT: _AMBIENT,
        Dialect.LINKERD: linkerd,
        Dialect.CILIUM: _CILIUM,
        Dialect.GATEWAY_API: _GATEWAY_API,
    },
)
