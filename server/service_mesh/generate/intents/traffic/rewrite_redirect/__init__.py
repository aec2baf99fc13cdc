"""rewrite-redirect: requests ask for another path or host on their way, or their callers are sent elsewhere."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.rewrite_redirect.parameters import RewriteRedirect
from service_mesh.generate.intents.traffic.rewrite_redirect.routes import rewrite_redirect
from service_mesh.generate.routing.files import NO_MESH

__all__ = ["INTENT"]

INTENT = Intent(
    name="rewrite-redirect",
    group=Group.TRAFFIC,
    summary="Requests to a Service ask for another path or host on their way, or callers are sent elsewhere.",
    parameters=RewriteRedirect,
    examples=(
        Example(
            "an old path leads to a new one",
            {
                "service": {"namespace": "shop", "name": "cart"},
                "path": {"exact": "/basket"},
                "redirect": {"path": {"full": "/items"}, "status": 301},
            },
        ),
        Example(
            "a prefix is taken away",
            {
                "service": {"namespace": "shop", "name": "cart", "port": 8000},
                "path": {"prefix": "/cart"},
                "rewrite": {"path": {"prefix": "/"}, "host": "cart.example.com"},
            },
        ),
        Example(
            "reads below a prefix get one page",
            {
                "service": {"namespace": "shop", "name": "stock"},
                "selector": {"app.kubernetes.io/name": "stock"},
                "target_port": 9000,
                "path": {"prefix": "/old/reports"},
                "method": "GET",
                "rewrite": {"path": {"full": "/reports/closed"}},
            },
        ),
        Example(
            "everything has moved to another host",
            {
                "service": {"namespace": "shop", "name": "cart"},
                "redirect": {"scheme": "https", "host": "cart.example.com", "port": 8443, "status": 308},
            },
        ),
        Example(
            "a prefix has moved",
            {
                "service": {"namespace": "shop", "name": "cart"},
                "path": {"prefix": "/v1"},
                "redirect": {"path": {"prefix": "/v2"}},
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: rewrite_redirect,
        Dialect.ISTIO_AMBIENT: rewrite_redirect,
        Dialect.LINKERD: rewrite_redirect,
        Dialect.CILIUM: rewrite_redirect,
        Dialect.GATEWAY_API: NO_MESH,
    },
)
