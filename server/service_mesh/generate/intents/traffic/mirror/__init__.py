"""mirror: a copy of requests that change nothing goes to a version or a Service whose answers nobody waits for."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.mirror.copies import NO_COPIES, mirror
from service_mesh.generate.intents.traffic.mirror.parameters import Mirror
from service_mesh.generate.routing.files import NO_MESH

__all__ = ["INTENT"]

INTENT = Intent(
    name="mirror",
    group=Group.TRAFFIC,
    summary="A version or a Service gets copies of requests that change nothing, and its answers are thrown away.",
    parameters=Mirror,
    examples=(
        Example(
            "a tenth of the reads to a new version",
            {
                "service": {"namespace": "shop", "name": "cart"},
                "main": {"name": "v1"},
                "to": {"version": {"name": "v2"}},
                "percent": 10,
            },
        ),
        Example(
            "every read to another Service",
            {
                "service": {"namespace": "shop", "name": "web", "port": 8000},
                "to": {"service": {"name": "web-next", "port": 9000}},
            },
        ),
        Example(
            "labels and methods of one's own",
            {
                "service": {"namespace": "shop", "name": "stock"},
                "selector": {"app.kubernetes.io/name": "stock"},
                "target_port": 9000,
                "main": {"name": "blue", "labels": {"track": "stable"}, "workload": "stock"},
                "to": {"version": {"name": "green", "labels": {"track": "canary"}, "workload": "stock-next"}},
                "methods": ["GET", "OPTIONS"],
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: mirror,
        Dialect.ISTIO_AMBIENT: mirror,
        Dialect.LINKERD: NO_COPIES,
        Dialect.CILIUM: mirror,
        Dialect.GATEWAY_API: NO_MESH,
    },
)
