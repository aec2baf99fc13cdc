"""fault-injection: requests are held back or fail, to see what callers do."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.fault_injection.parameters import FaultInjection
from service_mesh.generate.intents.traffic.fault_injection.routes import fault_injection
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_AMBIENT = Gap(
    "faults: routes of the Gateway API have none, and VirtualServices at waypoints are alpha",
    "a version of the Service that fails, and route-by-header to it",
)
_ROUTES = Gap(
    "faults: routes of the Gateway API have none",
    "a version of the Service that fails, and route-by-header to it",
)

INTENT = Intent(
    name="fault-injection",
    group=Group.TRAFFIC,
    summary="Requests to a Service with a header are held back or fail, to see what callers do.",
    parameters=FaultInjection,
    examples=(
        Example(
            "a slow answer, for whoever asks with a header",
            {"service": {"namespace": "shop", "name": "cart"}, "delay": {"time": "5s"}},
        ),
        Example(
            "failing writes of one path, and some slow ones",
            {
                "service": {"namespace": "shop", "name": "stock", "port": 8000},
                "selector": {"app.kubernetes.io/name": "stock"},
                "target_port": 9000,
                "path": {"prefix": "/reserve"},
                "method": "POST",
                "header": {"name": "x-tester", "value": "qa"},
                "delay": {"time": "800ms", "percent": 25},
                "abort": {"status": 503},
            },
        ),
        Example(
            "one in a thousand requests of everybody",
            {
                "service": {"namespace": "shop", "name": "cart"},
                "path": {"exact": "/items"},
                "abort": {"status": 500, "percent": 0.1},
                "everybody": True,
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: fault_injection,
        Dialect.ISTIO_AMBIENT: _AMBIENT,
        Dialect.LINKERD: _ROUTES,
        Dialect.CILIUM: _ROUTES,
        Dialect.GATEWAY_API: _ROUTES,
    },
)
