"""Routes that are fitted into what is there: one object per host, rules beside others, Services as they are."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import GenerateRequest, Inputs

_SERVICE = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {part: cart}
  ports:
  - {name: web, port: 80, targetPort: http, appProtocol: http}
"""
_TWO_PORTS = _SERVICE + "  - {name: http-admin, port: 9090, targetPort: 9090}\n"
_RULES = """
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart-versions, namespace: shop}
spec:
  host: cart
  trafficPolicy: {connectionPool: {tcp: {maxConnections: 10}}}
  subsets:
  - {name: old, labels: {version: v1}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart-routes, namespace: shop, labels: {team: cart}}
spec:
  hosts: [cart]
  http:
  - match: [{headers: {x-tester: {exact: "yes"}}}]
    route: [{destination: {host: cart, subset: old}}]
  - match: [{uri: {exact: /old}}]
    timeout: 3s
    route: [{destination: {host: cart, subset: old}}]
  - route: [{destination: {host: cart, subset: old}}]
"""
_ROUTE = """
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart-routes, namespace: shop, labels: {team: cart}}
spec:
  parentRefs: [{group: "", kind: Service, name: cart, port: 80}]
  rules:
  - matches: [{path: {type: PathPrefix, value: /}, headers: [{name: x-tester, type: Exact, value: "yes"}]}]
    backendRefs: [{group: "", kind: Service, name: cart, port: 80, weight: 1}]
  - matches: [{path: {type: Exact, value: /old}}]
    backendRefs: [{group: "", kind: Service, name: cart, port: 80, weight: 1}]
  - matches: [{path: {type: PathPrefix, value: /}}]
    backendRefs: [{group: "", kind: Service, name: cart, port: 80, weight: 1}]
"""
_WAYPOINT = """
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: shared, namespace: shop, labels: {istio.io/waypoint-for: service}}
spec:
  gatewayClassName: istio-waypoint
  listeners: [{name: mesh, port: 15008, protocol: HBONE}]
"""
_TESTERS = {
    "service": {"namespace": "shop", "name": "cart"},
    "routes": [{"headers": [{"name": "x-tester", "value": "yes"}], "to": {"version": {"name": "v2"}}}],
    "default": {"version": {"name": "v1"}},
}


def test_a_virtual_service_keeps_its_other_rules_and_says_nothing_twice() -> None:
    result = _generated("route-by-header", "istio-sidecar", _TESTERS, _SERVICE + _RULES)
    route = _objects(result, "routes.yaml")[0]
    assert route["metadata"] == {"name": "cart-routes", "namespace": "shop", "labels": {"team": "cart"}}
    assert route["spec"]["hosts"] == ["cart"]
    tester, old, rest = route["spec"]["http"]
    assert tester["match"] == [{"headers": {"x-tester": {"exact": "yes"}}}]
    assert [one["destination"]["subset"] for one in tester["route"]] == ["v2"]
    assert (old["match"], old["timeout"]) == ([{"uri": {"exact": "/old"}}], "3s")
    assert [one["destination"]["subset"] for one in rest["route"]] == ["old"]


def test_a_destination_rule_keeps_its_policy_and_names_of_subsets() -> None:
    result = _generated("route-by-header", "istio-sidecar", _TESTERS, _SERVICE + _RULES)
    rule = _objects(result, "destination-rule.yaml")[0]
    assert rule["metadata"]["name"] == "cart-versions"
    assert rule["spec"]["trafficPolicy"] == {"connectionPool": {"tcp": {"maxConnections": 10}}}
    assert rule["spec"]["subsets"] == [
        {"name": "old", "labels": {"version": "v1"}},
        {"name": "v2", "labels": {"version": "v2"}},
    ]


def test_a_rule_for_a_path_below_a_new_one_keeps_its_requests() -> None:
    below = {"path": {"prefix": "/cart"}, "to": {"version": {"name": "v2"}}}
    there = _RULES.replace("exact: /old", "exact: /cart/old")
    result = _generated("route-by-path", "istio-sidecar", {**_TESTERS, "routes": [below]}, _SERVICE + there)
    old, cart, tester, rest = _objects(result, "routes.yaml")[0]["spec"]["http"]
    assert old["match"] == [{"uri": {"exact": "/cart/old"}}]
    assert cart["match"] == [{"uri": {"exact": "/cart"}}, {"uri": {"prefix": "/cart/"}}]
    assert tester["match"] == [{"headers": {"x-tester": {"exact": "yes"}}}]
    assert "match" not in rest


def test_the_way_back_is_what_was_there() -> None:
    result = _generated("route-by-header", "istio-sidecar", _TESTERS, _SERVICE + _RULES)
    assert result.rollback == ("kubectl apply -f before.yaml",)
    names = [one["metadata"]["name"] for one in _objects(result, "before.yaml")]
    assert sorted(names) == ["cart-routes", "cart-versions"]


@pytest.mark.parametrize("mesh", ["linkerd", "cilium"])
def test_a_route_that_the_api_server_filled_in_says_nothing_twice(mesh: str) -> None:
    result = _generated("route-by-header", mesh, _TESTERS, _SERVICE + _ROUTE)
    route = _objects(result, "routes.yaml")[0]
    assert route["metadata"] == {"name": "cart-routes", "namespace": "shop", "labels": {"team": "cart"}}
    tester, old, rest = route["spec"]["rules"]
    assert [one["name"] for one in tester["backendRefs"]] == ["cart-v2"]
    assert old["matches"] == [{"path": {"type": "Exact", "value": "/old"}}]
    assert [one["name"] for one in rest["backendRefs"]] == ["cart-v1"]


@pytest.mark.parametrize("mesh", ["linkerd", "cilium"])
def test_services_of_versions_are_like_the_service_that_is_there(mesh: str) -> None:
    result = _generated("route-by-header", mesh, _TESTERS, _SERVICE)
    for version, service in zip(("v2", "v1"), _objects(result, "versions.yaml"), strict=True):
        assert service["spec"]["selector"] == {"part": "cart", "version": version}
        assert service["spec"]["ports"] == [{"name": "web", "port": 80, "targetPort": "http", "appProtocol": "http"}]
    assert any("pods with part=cart" in one for one in result.prerequisites)


@pytest.mark.parametrize("mesh", ["istio-sidecar", "linkerd", "cilium"])
@pytest.mark.parametrize("intent", ["route-by-header", "route-by-path"])
def test_another_port_of_the_service_is_not_routed(intent: str, mesh: str) -> None:
    path = {"path": {"prefix": "/beta"}, "to": {"version": {"name": "v2"}}}
    params = _TESTERS if intent == "route-by-header" else {**_TESTERS, "routes": [path]}
    result = _generated(intent, mesh, params, _TWO_PORTS)
    asked = [one for one in result.checks.simulation if "another port" in one.question]
    assert [one.answer for one in asked] == ["100 % shop/cart"]


def test_a_waypoint_that_the_service_uses_is_used() -> None:
    labelled = _SERVICE.replace("{name: cart,", "{name: cart, labels: {istio.io/use-waypoint: shared},")
    ambient = labelled.replace("istio-injection: enabled", "istio.io/dataplane-mode: ambient")
    result = _generated("route-by-header", "istio-ambient", _TESTERS, ambient + _WAYPOINT)
    assert result.apply_order == ("versions.yaml", "routes.yaml")
    assert "istioctl proxy-config routes deploy/shared -n shop" in result.verify


def test_rules_for_other_ports_stay_in_a_virtual_service() -> None:
    result = _generated("route-by-header", "istio-sidecar", _TESTERS, _TWO_PORTS + _RULES)
    tester, old_tester, old, rest, others = _objects(result, "routes.yaml")[0]["spec"]["http"]
    assert tester["match"] == [{"port": 80, "headers": {"x-tester": {"exact": "yes"}}}]
    assert old_tester["match"] == [{"headers": {"x-tester": {"exact": "yes"}}}]
    assert old["match"] == [{"uri": {"exact": "/old"}}]
    assert rest["match"] == [{"port": 80}]
    assert "match" not in others


def _generated(intent: str, mesh: str, params: Mapping[str, object], surroundings: str) -> GenerateResult:
    result = generate(GenerateRequest(intent, mesh, params, Inputs(surroundings)))
    assert result.checks.hold, (result.checks.findings, [one for one in result.checks.simulation if not one.holds])
    return result


def _objects(result: GenerateResult, name: str) -> list[Any]:
    return next(list(yaml.safe_load_all(one.text)) for one in result.files if one.name == name)
