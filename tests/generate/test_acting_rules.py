"""Rules that act on requests among rules that are there: requests go where they went, and keep what was done."""

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
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: 8080}
"""
_SUBSETS = """
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec:
  host: cart
  subsets:
  - {name: v1, labels: {version: v1}}
  - {name: v2, labels: {version: v2}}
"""
_CANARY = """
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart-canary, namespace: shop}
spec:
  hosts: [cart]
  http:
  - match: [{headers: {x-tester: {exact: "yes"}}}]
    route: [{destination: {host: cart, subset: v2}}]
  - match: [{uri: {prefix: /items/admin/}}]
    route: [{destination: {host: cart, subset: v1}}]
    headers: {request: {set: {x-admin: "yes"}}}
  - route:
    - {destination: {host: cart, subset: v1}, weight: 90}
    - {destination: {host: cart, subset: v2}, weight: 10}
    headers: {request: {set: {x-team: shop}, remove: [x-debug]}}
"""
_VERSIONS = """
---
apiVersion: v1
kind: Service
metadata: {name: cart-v1, namespace: shop}
spec: {selector: {app: cart, version: v1}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart-v2, namespace: shop}
spec: {selector: {app: cart, version: v2}, ports: [{name: http, port: 80, targetPort: 8080}]}
"""
_ROUTE = """
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: cart-canary
  namespace: shop
  labels: {team: cart}
  annotations: {timeout.linkerd.io/idle: 1m}
spec:
  parentRefs: [{group: "", kind: Service, name: cart, port: 80}]
  rules:
  - matches: [{path: {type: PathPrefix, value: /}, headers: [{name: x-tester, type: Exact, value: "yes"}]}]
    backendRefs: [{group: "", kind: Service, name: cart-v2, port: 80, weight: 1}]
  - matches: [{path: {type: PathPrefix, value: /}}]
    filters:
    - type: RequestHeaderModifier
      requestHeaderModifier: {set: [{name: x-team, value: shop}], remove: [x-debug]}
    backendRefs:
    - {group: "", kind: Service, name: cart-v1, port: 80, weight: 90}
    - {group: "", kind: Service, name: cart-v2, port: 80, weight: 10}
"""
_CART = {"service": {"namespace": "shop", "name": "cart"}}
_ITEMS = {**_CART, "path": {"prefix": "/items"}}
_ISTIO = _SERVICE + _SUBSETS + _CANARY
_GAMMA = _SERVICE + _VERSIONS + _ROUTE


def test_a_timeout_for_everything_is_in_every_rule() -> None:
    rules = _rules(_generated("retries-timeouts", "istio-sidecar", {**_CART, "timeout": "3s"}, _ISTIO))
    assert [one["timeout"] for one in rules] == ["3s", "3s", "3s"]
    assert [_subsets(one) for one in rules] == [["v2"], ["v1"], ["v1", "v2"]]


def test_a_rule_for_a_path_goes_where_its_requests_went() -> None:
    result = _generated("retries-timeouts", "istio-sidecar", {**_ITEMS, "timeout": "3s"}, _ISTIO)
    admin, tester, items, *others = _rules(result)
    assert (admin["match"], admin.get("timeout")) == ([{"uri": {"prefix": "/items/admin/"}}], None)
    assert tester["match"] == [
        {"uri": {"exact": "/items"}, "headers": {"x-tester": {"exact": "yes"}}},
        {"uri": {"prefix": "/items/"}, "headers": {"x-tester": {"exact": "yes"}}},
    ]
    assert (_subsets(tester), tester["timeout"]) == (["v2"], "3s")
    assert (_subsets(items), items["timeout"]) == (["v1", "v2"], "3s")
    assert items["headers"] == {"request": {"set": {"x-team": "shop"}, "remove": ["x-debug"]}}
    assert [one.get("timeout") for one in others] == [None, None]
    questions = {one.question: one.expected for one in result.checks.simulation}
    assert any("90 % shop/cart/v1" in text for text in questions.values())


def test_the_same_again_changes_the_rule_that_is_there() -> None:
    first = _generated("retries-timeouts", "istio-sidecar", {**_ITEMS, "timeout": "3s"}, _SERVICE)
    there = _SERVICE + "---\n" + first.files[0].text
    items, rest = _rules(_generated("retries-timeouts", "istio-sidecar", {**_ITEMS, "timeout": "9s"}, there))
    assert (items["timeout"], rest.get("timeout")) == ("9s", None)
    both = _rules(
        _generated("rewrite-redirect", "istio-sidecar", {**_ITEMS, "rewrite": {"path": {"prefix": "/"}}}, there)
    )
    assert [(one.get("timeout"), one.get("rewrite")) for one in both] == [
        ("3s", {"uri": "/"}),
        ("3s", {"uri": "/"}),
        (None, None),
    ]


def test_headers_are_changed_beside_those_that_are() -> None:
    edits = {"request": {"set": {"x-zone": "a", "X-Debug": "no"}, "remove": ["x-trace"]}}
    *_, rest = _rules(_generated("header-modification", "istio-sidecar", {**_CART, **edits}, _ISTIO))
    assert rest["headers"]["request"] == {
        "set": {"x-team": "shop", "x-zone": "a", "X-Debug": "no"},
        "remove": ["x-trace"],
    }


def test_a_redirect_comes_before_rules_by_header() -> None:
    params = {**_CART, "path": {"exact": "/old"}, "redirect": {"path": {"full": "/new"}}}
    old, *others = _rules(_generated("rewrite-redirect", "istio-sidecar", params, _ISTIO))
    assert old["redirect"] == {"uri": "/new", "redirectCode": 302}
    assert "route" not in old
    assert [_subsets(one) for one in others] == [["v2"], ["v1"], ["v1", "v2"]]


def test_faults_go_to_testers_of_every_version() -> None:
    params = {**_CART, "delay": {"time": "5s"}}
    tester, everybody, *others = _rules(_generated("fault-injection", "istio-sidecar", params, _ISTIO))
    assert tester["match"] == [{"headers": {"x-fault": {"exact": "yes"}, "x-tester": {"exact": "yes"}}}]
    assert [_subsets(one) for one in (tester, everybody)] == [["v2"], ["v1", "v2"]]
    assert all("fault" in one for one in (tester, everybody))
    assert not any("fault" in one for one in others)


def test_rules_keep_to_their_port_where_a_service_has_others() -> None:
    service = _SERVICE + "  - {name: http-admin, port: 9090, targetPort: 9090}\n"
    items, rest = _rules(_generated("retries-timeouts", "istio-sidecar", {**_ITEMS, "timeout": "3s"}, service))
    assert {one["port"] for one in items["match"]} == {80}
    assert rest["match"] == [{"port": 80}]


@pytest.mark.parametrize("mesh", ["cilium", "linkerd"])
def test_a_route_keeps_its_backends_and_filters(mesh: str) -> None:
    edits = {"request": {"set": {"x-zone": "a"}, "remove": ["x-team"]}}
    (route,) = _objects(_generated("header-modification", mesh, {**_ITEMS, **edits}, _GAMMA))
    assert route["metadata"]["name"] == "cart-canary"
    tester, items, *_ = route["spec"]["rules"]
    (match,) = tester["matches"]
    assert match["path"] == {"type": "PathPrefix", "value": "/items"}
    assert match["headers"][0]["name"] == "x-tester"
    assert [one["name"] for one in tester["backendRefs"]] == ["cart-v2"]
    assert [one["name"] for one in items["backendRefs"]] == ["cart-v1", "cart-v2"]
    (changes,) = items["filters"]
    assert changes["requestHeaderModifier"] == {
        "set": [{"name": "x-zone", "value": "a"}],
        "remove": ["x-debug", "x-team"],
    }


def test_retries_of_linkerd_are_in_a_route_of_their_own() -> None:
    params = {**_ITEMS, "method": "GET", "retries": 2}
    result = _generated("retries-timeouts", "linkerd", params, _GAMMA)
    (route,) = _objects(result)
    assert route["metadata"]["name"] == "cart-items-retries"
    assert route["metadata"]["annotations"] == {
        "timeout.linkerd.io/idle": "1m",
        "retry.linkerd.io/http": "502,503,504",
        "retry.linkerd.io/limit": "2",
    }
    tester, items = route["spec"]["rules"]
    assert [one["name"] for one in tester["backendRefs"]] == ["cart-v2"]
    assert [one["weight"] for one in items["backendRefs"]] == [90, 10]


def test_timeouts_of_linkerd_for_everything_are_annotations_of_the_route_that_is_there() -> None:
    (route,) = _objects(_generated("retries-timeouts", "linkerd", {**_CART, "timeout": "90s"}, _GAMMA))
    assert route["metadata"] == {
        "name": "cart-canary",
        "namespace": "shop",
        "labels": {"team": "cart"},
        "annotations": {"timeout.linkerd.io/idle": "1m", "timeout.linkerd.io/request": "90s"},
    }
    there = yaml.safe_load(_ROUTE.removeprefix("\n---\n"))
    assert route["spec"] == there["spec"]


def test_a_service_with_retries_of_its_own_is_told() -> None:
    name = "metadata: {name: cart, namespace: shop}"
    service = _SERVICE.replace(name, f"{name[:-1]}, annotations: {{retry.linkerd.io/http: 5xx}}}}")
    result = _generated("retries-timeouts", "linkerd", {**_CART, "timeout": "9s", "retries": 1}, service)
    assert any("has retries of its own" in one for one in result.notes)


def _generated(intent: str, mesh: str, params: Mapping[str, object], there: str) -> GenerateResult:
    result = generate(GenerateRequest(intent, mesh, params, Inputs(manifests=there)))
    assert [one for one in result.checks.simulation if not one.holds] == []
    assert [one.message for one in result.checks.findings if one.severity != "info"] == []
    assert result.files
    return result


def _objects(result: GenerateResult) -> list[dict[str, Any]]:
    text = next(one.text for one in result.files if one.name == "routes.yaml")
    return list(yaml.safe_load_all(text))


def _rules(result: GenerateResult) -> list[dict[str, Any]]:
    (route,) = _objects(result)
    found: list[dict[str, Any]] = route["spec"]["http"]
    return found


def _subsets(rule: Mapping[str, Any]) -> list[str]:
    return [one["destination"]["subset"] for one in rule["route"]]
