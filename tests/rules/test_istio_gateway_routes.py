"""What a fixture cannot show of routes at one gateway without another fault: hosts that the gateway does not take."""

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import GATEWAY, VIRTUAL_SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.istio.gateway_routes_displaced import gateway_routes_displaced
from tests.mesh.objects import made


def _route(namespace: str) -> Resource:
    spec = {
        "hosts": ["shop.example.com"],
        "gateways": ["web/public"],
        "http": [{"route": [{"destination": {"host": "shop"}}]}],
    }
    return made(VIRTUAL_SERVICE, f"{namespace}/shop", spec)


def _gateway(host: str) -> Resource:
    server = {"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": [host]}
    spec = {"selector": {"istio": "ingressgateway"}, "servers": [server]}
    return made(GATEWAY, "web/public", spec)


def _messages(host: str) -> list[str]:
    own, other = _route("web"), _route("apps")
    mesh = MeshView([own, other, _gateway(host)], Complete.YES)
    assert gateway_routes_displaced.check is not None
    return [draft.message for draft in gateway_routes_displaced.check(own, mesh)]


def test_routes_are_compared_where_the_gateway_takes_the_host_from_both_namespaces() -> None:
    where = "requests to host 'shop.example.com' at gateway 'web/public'"
    assert _messages("*.example.com") == [
        f"'VirtualService apps/shop' has a rule for the same {where}: only the older object's counts, and the files do "
        "not tell which"
    ]


def test_routes_are_not_compared_where_the_gateway_takes_the_host_from_one_namespace_only() -> None:
    assert _messages("./*.example.com") == []


def test_routes_are_not_compared_for_a_host_that_the_gateway_does_not_serve() -> None:
    assert _messages("www.example.com") == []
