"""route-by-path: requests to one Service go to versions of it, or to other Services, by their path."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.route_by_path.parameters import RouteByPath
from service_mesh.generate.intents.traffic.route_by_path.routes import route_by_path

__all__ = ["INTENT"]

INTENT = Intent(
    name="route-by-path",
    group=Group.TRAFFIC,
    summary="Requests to one Service go to other Services, or to versions of it, by their path.",
    parameters=RouteByPath,
    examples=(
        Example(
            "two Services behind one name",
            {
                "service": {"namespace": "shop", "name": "web"},
                "routes": [
                    {"path": {"prefix": "/cart"}, "to": {"service": {"name": "cart"}}},
                    {"path": {"prefix": "/cart/checkout"}, "to": {"service": {"name": "checkout", "port": 8000}}},
                ],
            },
        ),
        Example(
            "a new version for one path",
            {
                "service": {"namespace": "shop", "name": "cart", "port": 8000},
                "routes": [
                    {"path": {"exact": "/v2/items"}, "to": {"version": {"name": "v2"}}},
                    {"path": {"prefix": "/v2"}, "to": {"version": {"name": "v2"}}},
                ],
                "default": {"version": {"name": "v1"}},
            },
        ),
        Example(
            "labels of one's own, and a Service for the rest",
            {
                "service": {"namespace": "shop", "name": "stock"},
                "selector": {"app.kubernetes.io/name": "stock"},
                "target_port": 9000,
                "routes": [
                    {
                        "path": {"exact": "/reserve"},
                        "to": {"version": {"name": "green", "labels": {"track": "canary"}, "workload": "stock-next"}},
                    },
                ],
                "default": {"service": {"name": "stock-legacy"}},
            },
        ),
        Example(
            "requests that come through a Gateway",
            {
                "service": {"namespace": "shop", "name": "web"},
                "routes": [{"path": {"prefix": "/cart"}, "to": {"service": {"name": "cart"}}}],
                "gateway": {
                    "namespace": "gateways",
                    "name": "public",
                    "host": "shop.example.com",
                    "port": 8443,
                    "listener": "https",
                },
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: route_by_path,
        Dialect.ISTIO_AMBIENT: route_by_path,
        Dialect.LINKERD: route_by_path,
        Dialect.CILIUM: route_by_path,
        Dialect.GATEWAY_API: route_by_path,
    },
)
