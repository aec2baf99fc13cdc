"""retries-timeouts: requests end in time, and those that may be repeated are tried again."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.retries_timeouts.parameters import RetriesTimeouts
from service_mesh.generate.intents.traffic.retries_timeouts.routes import retries_timeouts
from service_mesh.generate.routing.files import NO_MESH

__all__ = ["INTENT"]

INTENT = Intent(
    name="retries-timeouts",
    group=Group.TRAFFIC,
    summary="Requests to a Service end after a time, and those that only read are tried again when they fail.",
    parameters=RetriesTimeouts,
    examples=(
        Example(
            "everything ends, reads are tried again",
            {
                "service": {"namespace": "shop", "name": "cart"},
                "timeout": "10s",
                "retries": 3,
                "per_try_timeout": "2s",
            },
        ),
        Example(
            "one path, one answer that is tried again",
            {
                "service": {"namespace": "shop", "name": "cart", "port": 8000},
                "path": {"prefix": "/items"},
                "timeout": "1m30s",
                "retries": 1,
                "statuses": [429],
            },
        ),
        Example(
            "a write that may be repeated",
            {
                "service": {"namespace": "shop", "name": "stock"},
                "selector": {"app.kubernetes.io/name": "stock"},
                "target_port": 9000,
                "path": {"exact": "/reserve"},
                "method": "PUT",
                "timeout": "2500ms",
                "retries": 2,
                "per_try_timeout": "800ms",
                "retry_writes": True,
            },
        ),
        Example(
            "a limit alone",
            {"service": {"namespace": "shop", "name": "cart"}, "path": {"exact": "/report"}, "timeout": "1m"},
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: retries_timeouts,
        Dialect.ISTIO_AMBIENT: retries_timeouts,
        Dialect.LINKERD: retries_timeouts,
        Dialect.CILIUM: retries_timeouts,
        Dialect.GATEWAY_API: NO_MESH,
    },
)
