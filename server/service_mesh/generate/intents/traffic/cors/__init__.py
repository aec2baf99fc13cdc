"""cors: pages of other origins may call a Service."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.cors.parameters import CrossOrigin
from service_mesh.generate.intents.traffic.cors.routes import cors
from service_mesh.generate.plan import Gap
from service_mesh.generate.routing.files import NO_MESH

__all__ = ["INTENT"]

_LINKERD = Gap(
    "CORS: Linkerd drops a whole route with the filter CORS",
    "the policy at the gateway that browsers call, or in the application",
)

INTENT = Intent(
    name="cors",
    group=Group.TRAFFIC,
    summary="Pages of other origins may call a Service, with the methods and headers that are named.",
    parameters=CrossOrigin,
    examples=(
        Example(
            "one origin, with cookies",
            {
                "service": {"namespace": "shop", "name": "cart"},
                "origins": [{"exact": "https://shop.example.com"}],
                "methods": ["GET", "POST", "DELETE"],
                "headers": ["content-type", "x-request-id"],
                "credentials": True,
            },
        ),
        Example(
            "anybody may read one path",
            {
                "service": {"namespace": "shop", "name": "cart", "port": 8000},
                "path": {"prefix": "/items"},
                "any_origin": True,
                "methods": ["GET", "HEAD"],
                "expose": ["etag"],
                "max_age": 3600,
            },
        ),
        Example(
            "all hosts below one, and development",
            {
                "service": {"namespace": "shop", "name": "stock"},
                "selector": {"app.kubernetes.io/name": "stock"},
                "target_port": 9000,
                "path": {"exact": "/report"},
                "origins": [
                    {"below": "https://example.com"},
                    {"prefix": "http://localhost:"},
                    {"regex": "https://preview-[0-9]+[.]example[.]dev"},
                ],
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: cors,
        Dialect.ISTIO_AMBIENT: cors,
        Dialect.LINKERD: _LINKERD,
        Dialect.CILIUM: cors,
        Dialect.GATEWAY_API: NO_MESH,
    },
)
