"""Questions about requests that come to a gateway from outside."""

from collections.abc import Mapping

import pytest

from service_mesh.engine.domains import domains_of
from service_mesh.engine.world import World
from service_mesh.generate.questions import RouteQuestion
from service_mesh.operations.generate_routes import routed
from service_mesh.operations.scene import Scene
from service_mesh.source.reader import Reading
from tests.support.scene import deployment, scene

_SERVICES = "\n---\n".join(
    f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: edge}}\n"
    "spec: {selector: {app: cart}, ports: [{port: 80}]}"
    for name in ("cart", "cart-v2")
)
_OF_API = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: edge}
spec:
  parentRefs: [{name: public}]
  hostnames: [shop.example.com]
  rules:
  - matches: [{path: {type: PathPrefix, value: /old}}]
    filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]
  - matches: [{path: {type: PathPrefix, value: /cart}}]
    backendRefs: [{name: cart, port: 80, weight: 90}, {name: cart-v2, port: 80, weight: 10}]
"""
_OF_ISTIO = """
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec:
  selector: {app: proxy}
  servers:
  - {port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example.com], tls: {httpsRedirect: true}}
"""
_PODS = deployment("edge/proxy", annotations="inject.istio.io/templates: gateway", ports="80")


@pytest.mark.parametrize(
    ("objects", "path", "says", "answer"),
    [
        (_OF_API, "/cart", {}, "10 % edge/cart-v2, 90 % edge/cart"),
        (_OF_API, "/nobodys", {}, "answered by the proxy itself"),
        (
            _OF_API,
            "/old",
            {"filters[].requestRedirect.scheme": "https"},
            "answered by the proxy itself; filters[].requestRedirect.scheme https",
        ),
        (
            _OF_ISTIO,
            "/",
            {"tls.httpsRedirect": True},
            "answered by the proxy itself; tls.httpsRedirect True",
        ),
        (_OF_API + "---" + _OF_ISTIO, "/cart", {}, "10 % edge/cart-v2, 90 % edge/cart"),
        ("", "/", {}, "unknown"),
    ],
)
def test_a_gateway_is_asked_as_clients_outside_meet_it(
    objects: str, path: str, says: Mapping[str, object], answer: str
) -> None:
    asked = RouteQuestion(
        why="a question",
        source="gateway:edge/public",
        destination="host:shop.example.com:80",
        expected={},
        says=says,
        path=path,
    )
    view = scene(_SERVICES, _PODS, *([objects] if objects else []))
    found = routed(Scene(view, domains_of(World((), Reading()))), asked)
    assert sorted(found.answer.split(", ")) == sorted(answer.split(", ")), found.because
