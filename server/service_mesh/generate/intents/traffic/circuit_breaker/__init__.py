"""circuit-breaker: pods that fail get no requests for a while, and callers keep to limits."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.circuit_breaker.istio import istio
from service_mesh.generate.intents.traffic.circuit_breaker.linkerd import linkerd
from service_mesh.generate.intents.traffic.circuit_breaker.parameters import CircuitBreaker
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_CILIUM = Gap(
    "a circuit breaker: no policy and no route of Cilium has one",
    "readiness probes, which take a pod out for everybody; a CiliumEnvoyConfig with clusters of one's own has"
    " Envoy's circuitBreakers and outlierDetection, and takes over the whole Service",
)
_GATEWAY_API = Gap(
    "a circuit breaker: the Gateway API has none",
    "a policy of the implementation, such as circuitBreaker of Envoy Gateway's BackendTrafficPolicy",
)

INTENT = Intent(
    name="circuit-breaker",
    group=Group.TRAFFIC,
    summary="Pods of a Service that fail get no requests for a while, and callers keep to limits.",
    parameters=CircuitBreaker,
    examples=(
        Example("pods that fail five times in a row", {"service": {"namespace": "shop", "name": "cart"}}),
        Example(
            "pods that fail three times, for two minutes",
            {"service": {"namespace": "shop", "name": "web", "port": 8000}, "failures": 3, "ejection": "2m"},
        ),
        Example(
            "limits for connections and requests",
            {
                "service": {"namespace": "shop", "name": "stock"},
                "limits": {"connections": 100, "pending": 50, "requests": 200, "retries": 5},
                "only_gateway_errors": True,
                "interval": "30s",
                "most_ejected": 30,
            },
        ),
        Example(
            "another cluster takes over",
            {
                "service": {"namespace": "shop", "name": "cart"},
                "own_cluster_first": True,
                "limits": {"connections": 500},
            },
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
