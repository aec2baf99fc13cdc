"""header-modification: headers of requests and answers are set, added or taken away on their way."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.header_modification.parameters import HeaderModification
from service_mesh.generate.intents.traffic.header_modification.routes import header_modification
from service_mesh.generate.routing.files import NO_MESH

__all__ = ["INTENT"]

INTENT = Intent(
    name="header-modification",
    group=Group.TRAFFIC,
    summary="Headers of requests to a Service, and of its answers, are set, added or taken away.",
    parameters=HeaderModification,
    examples=(
        Example(
            "what the destination gets, and what callers do not see",
            {
                "service": {"namespace": "shop", "name": "cart"},
                "request": {"set": {"x-team": "shop"}, "remove": ["x-debug"]},
                "response": {"remove": ["x-powered-by", "x-runtime"]},
            },
        ),
        Example(
            "answers for one path",
            {
                "service": {"namespace": "shop", "name": "cart", "port": 8000},
                "path": {"prefix": "/items"},
                "response": {
                    "set": {"Cache-Control": "no-store"},
                    "add": {"Set-Cookie": "seen=yes; Path=/items; Secure; SameSite=Lax"},
                },
            },
        ),
        Example(
            "reads of one path",
            {
                "service": {"namespace": "shop", "name": "stock"},
                "selector": {"app.kubernetes.io/name": "stock"},
                "target_port": 9000,
                "path": {"exact": "/report"},
                "method": "GET",
                "request": {"add": {"x-forwarded-by": "mesh"}},
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: header_modification,
        Dialect.ISTIO_AMBIENT: header_modification,
        Dialect.LINKERD: header_modification,
        Dialect.CILIUM: header_modification,
        Dialect.GATEWAY_API: NO_MESH,
    },
)
