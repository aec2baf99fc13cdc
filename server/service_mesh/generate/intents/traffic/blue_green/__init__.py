"""blue-green: all requests change from one version to another at once, and back."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.blue_green.parameters import BlueGreen
from service_mesh.generate.intents.traffic.blue_green.stages import blue_green
from service_mesh.generate.routing.files import NO_MESH

__all__ = ["INTENT"]

INTENT = Intent(
    name="blue-green",
    group=Group.TRAFFIC,
    summary="All requests change from one version to another at once, and back if it fails.",
    parameters=BlueGreen,
    examples=(
        Example("switch and way back", {"service": {"namespace": "shop", "name": "cart"}}),
        Example(
            "a preview first, by a header",
            {
                "service": {"namespace": "shop", "name": "cart", "port": 8000},
                "preview_header": {"name": "x-preview", "value": "green"},
            },
        ),
        Example(
            "labels of one's own",
            {
                "service": {"namespace": "shop", "name": "stock"},
                "selector": {"app.kubernetes.io/name": "stock"},
                "target_port": 9000,
                "blue": {"name": "old", "labels": {"color": "blue"}, "workload": "stock-a"},
                "green": {"name": "new", "labels": {"color": "green"}, "workload": "stock-b"},
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: blue_green,
        Dialect.ISTIO_AMBIENT: blue_green,
        Dialect.LINKERD: blue_green,
        Dialect.CILIUM: blue_green,
        Dialect.GATEWAY_API: NO_MESH,
    },
)
