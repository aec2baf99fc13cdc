"""trafficsplit-to-httproute: a route takes over from a TrafficSplit of SMI."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.trafficsplit_to_httproute.parameters import TrafficSplit
from service_mesh.generate.intents.traffic.trafficsplit_to_httproute.taking_over import take_over
from service_mesh.generate.routing.files import NO_MESH

__all__ = ["INTENT"]

INTENT = Intent(
    name="trafficsplit-to-httproute",
    group=Group.TRAFFIC,
    summary="A route divides the requests of a Service as its TrafficSplit of SMI did, which is deleted.",
    parameters=TrafficSplit,
    examples=(
        Example(
            "a tenth to a new version",
            {
                "namespace": "shop",
                "name": "cart",
                "service": "cart",
                "backends": [{"service": "cart-v1", "weight": 90}, {"service": "cart-v2", "weight": 10}],
            },
        ),
        Example(
            "the Service itself keeps a share",
            {
                "namespace": "shop",
                "name": "web-rollout",
                "service": "web",
                "port": 8000,
                "backends": [{"service": "web", "weight": 2}, {"service": "web-next", "weight": 1}],
            },
        ),
        Example(
            "everything to one of two",
            {
                "namespace": "shop",
                "name": "stock",
                "service": "stock",
                "backends": [{"service": "stock-blue", "weight": 0}, {"service": "stock-green", "weight": 1}],
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: take_over,
        Dialect.ISTIO_AMBIENT: take_over,
        Dialect.LINKERD: take_over,
        Dialect.CILIUM: take_over,
        Dialect.GATEWAY_API: NO_MESH,
    },
)
