"""Settings of connections that are fitted into the DestinationRules that are there."""

from collections.abc import Mapping
from typing import Any

import yaml

from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import GenerateRequest, Inputs

_SERVICE = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: 8080}
---
"""
_RULE = """
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart-rules, namespace: shop, labels: {team: cart}}
spec:
  host: cart
"""
_BREAKER = {"service": {"namespace": "shop", "name": "cart"}, "failures": 3}


def test_settings_go_into_the_rule_that_is_there_and_leave_the_rest_of_it() -> None:
    result = _generated(
        _RULE + "  trafficPolicy: {loadBalancer: {simple: RANDOM}, outlierDetection: {minHealthPercent: 20}}\n"
        "  subsets:\n  - {name: v1, labels: {app: cart}}\n"
    )
    rule = _rule(result)
    assert rule["metadata"] == {"name": "cart-rules", "namespace": "shop", "labels": {"team": "cart"}}
    policy = rule["spec"]["trafficPolicy"]
    assert policy["loadBalancer"] == {"simple": "RANDOM"}
    assert (policy["outlierDetection"]["minHealthPercent"], policy["outlierDetection"]["consecutive5xxErrors"]) == (
        20,
        3,
    )
    assert rule["spec"]["subsets"] == [{"name": "v1", "labels": {"app": "cart"}}]
    assert result.rollback == ("kubectl apply -f before.yaml",)


def test_an_entry_for_the_port_gets_the_settings_too() -> None:
    ports = "  trafficPolicy:\n    portLevelSettings:\n    - {port: {number: 80}, loadBalancer: {simple: RANDOM}}\n"
    policy = _rule(_generated(_RULE + ports + "    - {port: {number: 90}}\n"))["spec"]["trafficPolicy"]
    own, other = policy["portLevelSettings"]
    assert own["loadBalancer"] == {"simple": "RANDOM"}
    assert own["outlierDetection"] == policy["outlierDetection"]
    assert other == {"port": {"number": 90}}


def test_a_hash_takes_the_place_of_an_algorithm_and_of_another_hash() -> None:
    ports = "portLevelSettings: [{port: {number: 80}, loadBalancer: {consistentHash: {useSourceIp: true}}}]"
    there = f"{_RULE}  trafficPolicy: {{loadBalancer: {{simple: RANDOM, warmup: {{duration: 30s}}}}, {ports}}}\n"
    params = {"service": {"namespace": "shop", "name": "cart"}, "sticky": {"header": "x-user"}}
    policy = _rule(_generated(there, "load-balancing", params))["spec"]["trafficPolicy"]
    hashed = {"consistentHash": {"httpHeaderName": "x-user"}}
    assert policy["loadBalancer"] == {"warmup": {"duration": "30s"}, **hashed}
    assert policy["portLevelSettings"] == [{"port": {"number": 80}, "loadBalancer": hashed}]


def test_a_rule_for_a_wider_host_is_not_hidden() -> None:
    wide = _RULE.replace("host: cart", "host: '*.shop.svc.cluster.local'")
    rule = _rule(_generated(wide + "  trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}\n"))
    assert rule["metadata"]["name"] == "cart"
    assert rule["spec"]["trafficPolicy"]["tls"] == {"mode": "ISTIO_MUTUAL"}
    assert rule["spec"]["trafficPolicy"]["outlierDetection"]["consecutive5xxErrors"] == 3


def test_nothing_is_shown_where_it_cannot_be_told_which_rule_counts() -> None:
    policy = "  trafficPolicy: {loadBalancer: {simple: RANDOM}}\n"
    two = f"{_RULE}{policy}---{_RULE.replace('cart-rules', 'cart-old')}{policy}"
    result = generate(GenerateRequest("circuit-breaker", "istio-sidecar", _BREAKER, Inputs(_SERVICE + two)))
    assert not result.files
    assert any("is the oldest" in one.because for one in result.checks.simulation)


def test_a_waypoint_hashes_in_the_route_that_is_there() -> None:
    there = (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: cart-routes, namespace: shop}\n"
        "spec:\n  parentRefs: [{group: '', kind: Service, name: cart, port: 80}]\n"
        "  rules: [{backendRefs: [{name: cart, port: 80}]}]\n"
    )
    params = {"service": {"namespace": "shop", "name": "cart"}, "sticky": {"header": "x-user"}}
    names = []
    for more in ("", there):
        surroundings = _SERVICE.replace("istio-injection: enabled", "istio.io/dataplane-mode: ambient") + more
        result = generate(GenerateRequest("load-balancing", "istio-ambient", params, Inputs(surroundings)))
        assert result.checks.hold, result.checks
        names.append([one.name for one in result.files])
    assert names == [
        ["destination-rule.yaml", "waypoint.yaml", "route.yaml"],
        ["destination-rule.yaml", "waypoint.yaml"],
    ]


def _generated(rules: str, intent: str = "circuit-breaker", params: Mapping[str, object] = _BREAKER) -> GenerateResult:
    result = generate(GenerateRequest(intent, "istio-sidecar", params, Inputs(_SERVICE + rules)))
    assert result.checks.hold, (result.checks.findings, [one for one in result.checks.simulation if not one.holds])
    return result


def _rule(result: GenerateResult) -> Any:
    return next(yaml.safe_load(one.text) for one in result.files if one.name == "destination-rule.yaml")
