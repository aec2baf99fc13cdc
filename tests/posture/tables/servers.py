"""A Gateway of Istio with its servers, rules of VirtualServices, and what becomes of requests, for decision tables."""

from tests.posture.tables.asking import manifest
from tests.posture.tables.gateways import Sent, istio_gateway, virtual_service
from tests.support.scene import deployment

__all__ = [
    "FORWARDED",
    "GATE",
    "GATEWAY",
    "GET",
    "INGRESS",
    "NOTHING",
    "OPEN",
    "REFUSED",
    "SERVICE",
    "SHOP",
    "SIMPLE",
    "WEB",
    "WILD",
    "aged",
    "at",
    "by",
    "http",
    "matched",
    "route",
    "server",
]

OPEN, FORWARDED, REFUSED = "open", "forwarded", "refused"
SHOP, WILD = "shop.example.com", "'*.example.com'"
GET = f"{SHOP}:80 GET /"
GATE = "istio:edge/public"


def server(protocol: str = "HTTP", hosts: str = "'*'", number: int = 80, tls: str = "") -> str:
    name = f"{protocol.lower()}-{number}"
    done = f", tls: {{{tls}}}" if tls else ""
    return f"{{port: {{number: {number}, name: {name}, protocol: {protocol}}}, hosts: [{hosts}]{done}}}"


def route(name: str, more: str = "") -> str:
    return f"{{{more + ', ' if more else ''}route: [{{destination: {{host: {name}.shop.svc.cluster.local}}}}]}}"


def matched(name: str, match: str) -> str:
    return route(name, f"match: [{{{match}}}]")


def http(*rules: str) -> str:
    return f"http: [{', '.join(rules)}]"


def aged(day: int) -> str:
    return f"creationTimestamp: '2026-01-0{day}T00:00:00Z'"


def at(place: int = 0, title: str = "edge/public") -> str:
    return f"Gateway {title} /spec/servers/{place}"


def by(
    title: str = "shop/web",
    rule: int = 0,
    match: int | None = None,
    *,
    to: str = "web",
    server: str = "",
    part: str = "http",
) -> Sent:
    """One destination, chosen by one rule."""
    place = f"/spec/{part}/{rule}" if match is None else f"/spec/{part}/{rule}/match/{match}"
    return Sent(FORWARDED, [f"VirtualService {title} {place}", server or at()], [f"{to}.shop"])


GATEWAY = istio_gateway(server())
WEB = virtual_service("shop/web", SHOP, http(route("web")))
NOTHING = Sent(REFUSED, [at()], [])
SIMPLE = "mode: SIMPLE, credentialName: shop"
INGRESS = deployment("edge/ingress")
SERVICE = manifest("v1/Service", "edge/ingress", "selector: {app: ingress}, ports: [{port: 80, targetPort: 8080}]")
