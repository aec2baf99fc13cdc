"""canary: a new version gets a growing share of the requests, step by step."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.canary.parameters import Canary
from service_mesh.generate.intents.traffic.canary.stages import canary
from service_mesh.generate.routing.files import NO_MESH

__all__ = ["INTENT"]

INTENT = Intent(
    name="canary",
    group=Group.TRAFFIC,
    summary="A new version gets a growing share of the requests in stages, with the check between them.",
    parameters=Canary,
    examples=(
        Example("five stages", {"service": {"namespace": "shop", "name": "cart"}}),
        Example(
            "testers first, by a header",
            {
                "service": {"namespace": "shop", "name": "cart", "port": 8000},
                "weights": [10, 100],
                "test_header": {"name": "x-canary", "value": "yes"},
            },
        ),
        Example(
            "labels and limits of one's own",
            {
                "service": {"namespace": "shop", "name": "stock"},
                "selector": {"app.kubernetes.io/name": "stock"},
                "target_port": 9000,
                "stable": {"name": "blue", "labels": {"track": "stable"}, "workload": "stock"},
                "canary": {"name": "green", "labels": {"track": "canary"}, "workload": "stock-canary"},
                "weights": [1, 20, 100],
                "max_failing_percent": 2,
                "max_latency_ms": 800,
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: canary,
        Dialect.ISTIO_AMBIENT: canary,
        Dialect.LINKERD: canary,
        Dialect.CILIUM: canary,
        Dialect.GATEWAY_API: NO_MESH,
    },
)
