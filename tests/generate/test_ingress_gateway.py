"""Hosts at gateways that are there: their listeners, servers and routes are kept, and nothing is said twice."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from service_mesh.errors import UsageError
from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import GenerateRequest, Inputs

_PARAMS: Mapping[str, Any] = {
    "namespace": "gateways",
    "name": "public",
    "hosts": ["shop.example.com"],
    "routes": [{"prefix": "/cart", "service": {"namespace": "shop", "name": "cart"}}],
    "tls": {"secret": "shop-certificate"},
}
_GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: gateways, labels: {team: edge}}
spec:
  gatewayClassName: istio
  listeners:
  - {name: plain, port: 80, protocol: HTTP}
  - name: shop
    hostname: shop.example.com
    port: 443
    protocol: HTTPS
    tls: {mode: Terminate, certificateRefs: [{name: old-certificate}]}
    allowedRoutes:
      namespaces:
        from: Selector
        selector:
          matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [blog]}]
  - name: blog
    hostname: blog.example.com
    port: 443
    protocol: HTTPS
    tls: {mode: Terminate, certificateRefs: [{name: old-certificate}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: of-shop, namespace: shop}
spec:
  parentRefs: [{name: public, namespace: gateways, sectionName: shop}]
  hostnames: [shop.example.com]
  rules:
  - matches: [{path: {type: PathPrefix, value: /stock}}]
    backendRefs: [{name: stock, port: 80}]
---
apiVersion: v1
kind: Secret
metadata: {name: old-certificate, namespace: gateways}
type: kubernetes.io/tls
stringData: {tls.key: not shown, tls.crt: "-----BEGIN CERTIFICATE-----\\nMAA=\\n-----END CERTIFICATE-----"}
---
apiVersion: v1
kind: Service
metadata: {name: stock, namespace: shop}
spec: {selector: {app: stock}, ports: [{name: http, port: 80}]}
"""
_SERVERS = """
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: gateways}
spec:
  selector: {istio: ingress}
  servers:
  - {port: {number: 80, name: http-blog, protocol: HTTP}, hosts: [blog.example.com]}
  - {port: {number: 80, name: http-shop, protocol: HTTP}, hosts: [shop.example.com]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: of-shop, namespace: gateways}
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
  - match: [{uri: {prefix: /stock}}]
    route: [{destination: {host: stock.shop.svc.cluster.local}}]
---
apiVersion: v1
kind: Service
metadata: {name: stock, namespace: shop}
spec: {selector: {app: stock}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: proxy, namespace: edge}
spec:
  selector: {matchLabels: {istio: ingress}}
  template:
    metadata: {labels: {istio: ingress}, annotations: {inject.istio.io/templates: gateway}}
    spec: {containers: [{name: istio-proxy, image: auto}]}
"""


def test_a_gateway_that_is_there_keeps_its_listeners_and_their_names() -> None:
    result = _generated("istio-ambient", _PARAMS, _GATEWAY)
    gateway = _object(result, "gateway.yaml")
    assert gateway["metadata"] == {"name": "public", "namespace": "gateways", "labels": {"team": "edge"}}
    plain, shop, blog = gateway["spec"]["listeners"]
    assert (plain["name"], blog["name"]) == ("plain", "blog")
    assert (shop["name"], shop["tls"]["certificateRefs"]) == ("shop", [{"name": "shop-certificate"}])
    chosen = shop["allowedRoutes"]["namespaces"]["selector"]["matchExpressions"]
    assert [one["values"] for one in chosen] == [["blog", "shop"]]


def test_a_route_that_is_there_gets_the_paths_as_well() -> None:
    route = _object(_generated("istio-ambient", _PARAMS, _GATEWAY), "routes.yaml")
    assert route["metadata"]["name"] == "of-shop"
    assert route["spec"]["parentRefs"] == [{"name": "public", "namespace": "gateways", "sectionName": "shop"}]
    assert [one["backendRefs"][0]["name"] for one in route["spec"]["rules"]] == ["cart", "stock"]


def test_servers_for_other_hosts_stay_and_those_for_the_same_are_replaced() -> None:
    result = _generated("istio-sidecar", _PARAMS, _SERVERS)
    gateway = _object(result, "gateway.yaml")
    assert gateway["spec"]["selector"] == {"istio": "ingress"}
    assert [(one["port"]["number"], one["hosts"][0]) for one in gateway["spec"]["servers"]] == [
        (80, "blog.example.com"),
        (80, "shop.example.com"),
        (443, "shop.example.com"),
    ]
    assert [one for one in result.prerequisites if "Secret edge/shop-certificate" in one]


def test_a_virtual_service_of_the_gateway_gets_the_paths_as_well() -> None:
    route = _object(_generated("istio-sidecar", _PARAMS, _SERVERS), "routes.yaml")
    assert route["metadata"]["name"] == "of-shop"
    assert len(route["spec"]["http"]) == 2


def test_a_route_of_another_gateway_is_left_as_it_is() -> None:
    surroundings = _GATEWAY.replace("name: public", "name: inside").replace("of-shop", "shop-example-com")
    route = _object(_generated("istio-ambient", _PARAMS, surroundings), "routes.yaml")
    assert route["metadata"] == {"name": "shop-example-com-2", "namespace": "shop"}


def test_the_only_class_that_is_there_is_used() -> None:
    held = "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: edge}\n"
    result = _generated("gateway-api", _PARAMS, held + "spec: {controllerName: edge.example/controller}\n")
    assert _object(result, "gateway.yaml")["spec"]["gatewayClassName"] == "edge"


def test_without_a_class_nothing_is_written() -> None:
    result = generate(GenerateRequest("ingress-gateway", "gateway-api", _PARAMS))
    assert not result.files
    assert [one.closest for one in result.cannot_express] == ["give gateway_class, one of `kubectl get gatewayclass`"]


def test_a_path_that_is_routed_twice_is_refused() -> None:
    routes = [*_PARAMS["routes"], {"prefix": "/cart/", "service": {"namespace": "shop", "name": "stock"}}]
    with pytest.raises(UsageError, match="the prefix /cart is routed more than once"):
        generate(GenerateRequest("ingress-gateway", "istio-sidecar", {**_PARAMS, "routes": routes}))


def test_routes_by_path_at_the_gateway_go_into_the_route_that_is_there() -> None:
    params = {
        "service": {"namespace": "shop", "name": "stock"},
        "routes": [{"path": {"prefix": "/cart"}, "to": {"service": {"name": "cart"}}}],
        "gateway": {"namespace": "gateways", "name": "public", "host": "shop.example.com"},
    }
    given = Inputs(_GATEWAY.replace("values: [blog]", "values: [blog, shop]"))
    result = generate(GenerateRequest("route-by-path", "gateway-api", params, given))
    assert result.checks.hold, [one for one in result.checks.simulation if not one.holds]
    route = _object(result, "routes.yaml")
    assert route["metadata"]["name"] == "of-shop"
    assert [one["backendRefs"][0]["name"] for one in route["spec"]["rules"]] == ["cart", "stock", "stock"]


def test_a_route_at_a_gateway_leaves_that_between_workloads_alone() -> None:
    params = {
        "service": {"namespace": "shop", "name": "stock"},
        "routes": [{"path": {"prefix": "/cart"}, "to": {"service": {"name": "cart"}}}],
        "gateway": {"namespace": "gateways", "name": "public", "host": "stock.example.com", "port": 80},
    }
    route = _object(generate(GenerateRequest("route-by-path", "gateway-api", params)), "routes.yaml")
    assert route["metadata"] == {"name": "stock-stock-example-com", "namespace": "shop"}


def _generated(mesh: str, params: Mapping[str, object], surroundings: str) -> GenerateResult:
    result = generate(GenerateRequest("ingress-gateway", mesh, params, Inputs(surroundings)))
    assert result.checks.hold, (result.checks.findings, [one for one in result.checks.simulation if not one.holds])
    return result


def _object(result: GenerateResult, name: str) -> Any:
    return next(yaml.safe_load(one.text) for one in result.files if one.name == name)
