"""ingress-gateway: hosts are served to clients outside of the cluster, with TLS, by Services behind a gateway."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.ingress_gateway import gateway_api, istio
from service_mesh.generate.intents.traffic.ingress_gateway.parameters import Ingress
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_WEB = {"service": {"namespace": "shop", "name": "web"}}

INTENT = Intent(
    name="ingress-gateway",
    group=Group.TRAFFIC,
    summary="Clients outside of the cluster reach Services by host and path through a gateway, with TLS.",
    parameters=Ingress,
    examples=(
        Example(
            "one host with TLS, two Services",
            {
                "namespace": "gateways",
                "name": "public",
                "hosts": ["shop.example.com"],
                "routes": [
                    _WEB,
                    {"prefix": "/cart", "service": {"namespace": "shop", "name": "cart", "port": 8000}},
                ],
                "tls": {"secret": "shop-certificate"},
            },
        ),
        Example(
            "no plain HTTP, and a class of one's own",
            {
                "namespace": "gateways",
                "name": "public",
                "hosts": ["shop.example.com"],
                "routes": [_WEB],
                "tls": {"secret": "shop-certificate", "redirect": False},
                "gateway_class": "public",
            },
        ),
        Example(
            "clients with certificates, several hosts and namespaces",
            {
                "namespace": "shop",
                "name": "partners",
                "hosts": ["partners.example.com", "*.partners.example.com"],
                "routes": [
                    {"prefix": "/orders", "service": {"namespace": "shop", "name": "orders"}},
                    {"prefix": "/stock", "service": {"namespace": "stock", "name": "stock", "port": 9000}},
                ],
                "tls": {"secret": "partners-certificate", "client_ca": "partners-ca"},
                "gateway_class": "public",
            },
        ),
        Example(
            "clients with certificates at pods that are there",
            {
                "namespace": "istio-ingress",
                "name": "partners",
                "hosts": ["partners.example.com"],
                "routes": [{"service": {"namespace": "shop", "name": "orders"}}],
                "tls": {"secret": "partners-certificate", "client_ca": "partners-ca"},
                "selector": {"istio": "ingress"},
            },
        ),
        Example(
            "plain HTTP, through the waypoint of the Service",
            {
                "namespace": "gateways",
                "name": "internal",
                "hosts": ["shop.internal.example"],
                "routes": [_WEB],
                "through_waypoints": True,
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: istio.ingress_gateway,
        Dialect.ISTIO_AMBIENT: gateway_api.ingress_gateway,
        Dialect.LINKERD: Gap(
            "a gateway: Linkerd has none of its own",
            "the mesh gateway-api, with the gateway's pods in the mesh (linkerd.io/inject: enabled, or ingress where"
            " the gateway balances by itself)",
        ),
        Dialect.CILIUM: gateway_api.ingress_gateway,
        Dialect.GATEWAY_API: gateway_api.ingress_gateway,
    },
)
