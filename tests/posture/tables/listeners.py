"""A Gateway of the Gateway API with its listeners, rules, and what becomes of requests, for decision tables."""

from tests.posture.tables.gateways import Sent, gateway, http_route

__all__ = [
    "ALL",
    "AT_HTTP",
    "AT_HTTPS",
    "EDGE",
    "FORWARDED",
    "GET",
    "HTTP",
    "HTTPS",
    "NOTHING",
    "OPEN",
    "REFUSED",
    "SHOP",
    "TO_WEB",
    "WEB",
    "aged",
    "by",
    "not_taken",
    "path",
    "rule",
    "to",
]

ALL = "allowedRoutes: {namespaces: {from: All}}"
HTTP = f"{{name: http, port: 80, protocol: HTTP, {ALL}}}"
HTTPS = f"{{name: https, port: 443, protocol: HTTPS, tls: {{certificateRefs: [{{name: shop}}]}}, {ALL}}}"
AT_HTTP, AT_HTTPS = "Gateway edge/public /spec/listeners/0", "Gateway edge/public /spec/listeners/1"
EDGE = gateway(f"{HTTP}, {HTTPS}")
SHOP = "shop.example.com"
GET = f"{SHOP}:80 GET /"


def to(name: str, weight: int | None = None, port: int = 80, more: str = "") -> str:
    share = "" if weight is None else f", weight: {weight}"
    return f"{{name: {name}, port: {port}{share}{', ' + more if more else ''}}}"


def rule(name: str = "web", *matches: str, filters: str = "") -> str:
    listed = f"matches: [{', '.join(f'{{{match}}}' for match in matches)}], " if matches else ""
    done = f"filters: [{filters}], " if filters else ""
    return f"{{{listed}{done}backendRefs: [{to(name)}]}}"


def path(value: str, form: str = "PathPrefix") -> str:
    return f"path: {{type: {form}, value: '{value}'}}"


def aged(day: int) -> str:
    return f"creationTimestamp: '2026-01-0{day}T00:00:00Z'"


def by(title: str, at: str = AT_HTTP, *, rule: int = 0, match: int | None = None, kind: str = "HTTPRoute") -> list[str]:
    place = f"/spec/rules/{rule}" if match is None else f"/spec/rules/{rule}/matches/{match}"
    return [f"{kind} {title} {place}", at]


def not_taken(*titles: str, at: str = AT_HTTP) -> Sent:
    return Sent("refused", [*(f"HTTPRoute {title} /spec/rules" for title in titles), at], [])


WEB = http_route("shop/web", rule())
OPEN, FORWARDED, REFUSED = "open", "forwarded", "refused"
TO_WEB = Sent(FORWARDED, by("shop/web"), ["web.shop:80"])
NOTHING = Sent(REFUSED, [AT_HTTP], [])
