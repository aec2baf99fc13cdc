"""route-by-header: requests to one Service go to versions of it, or to other Services, by their headers."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.route_by_header.parameters import RouteByHeader
from service_mesh.generate.intents.traffic.route_by_header.routes import route_by_header

__all__ = ["INTENT"]

INTENT = Intent(
    name="route-by-header",
    group=Group.TRAFFIC,
    summary="Requests to one Service go to versions of it, or to other Services, by their headers.",
    parameters=RouteByHeader,
    examples=(
        Example(
            "testers get the new version",
            {
                "service": {"namespace": "shop", "name": "cart"},
                "routes": [{"headers": [{"name": "x-tester", "value": "yes"}], "to": {"version": {"name": "v2"}}}],
                "default": {"version": {"name": "v1"}},
            },
        ),
        Example(
            "tenants with Services of their own",
            {
                "service": {"namespace": "shop", "name": "web", "port": 8000},
                "routes": [
                    {
                        "headers": [{"name": "x-tenant", "value": "acme"}],
                        "to": {"service": {"name": "web-acme", "port": 8000}},
                    },
                    {
                        "headers": [{"name": "X-Tenant", "value": "acme"}, {"name": "x-beta", "value": "1"}],
                        "to": {"service": {"name": "web-acme-beta"}},
                    },
                ],
            },
        ),
        Example(
            "two headers that may come together",
            {
                "service": {"namespace": "shop", "name": "stock"},
                "selector": {"app.kubernetes.io/name": "stock"},
                "target_port": 9000,
                "routes": [
                    {
                        "headers": [{"name": "x-region", "value": "eu"}],
                        "to": {"version": {"name": "eu", "labels": {"region": "eu"}, "workload": "stock-europe"}},
                    },
                    {"headers": [{"name": "x-audit", "value": "on"}], "to": {"service": {"name": "stock-audit"}}},
                ],
                "default": {"service": {"name": "stock-legacy"}},
            },
        ),
        Example(
            "requests that come through a Gateway",
            {
                "service": {"namespace": "shop", "name": "web"},
                "routes": [
                    {"headers": [{"name": "x-tester", "value": "yes"}], "to": {"service": {"name": "web-next"}}}
                ],
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
        Dialect.ISTIO_SIDECAR: route_by_header,
        Dialect.ISTIO_AMBIENT: route_by_header,
        Dialect.LINKERD: route_by_header,
        Dialect.CILIUM: route_by_header,
        Dialect.GATEWAY_API: route_by_header,
    },
)
