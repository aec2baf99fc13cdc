"""default-deny where what is kept open is inside of what is closed."""

from pathlib import Path

import pytest

from service_mesh.errors import UsageError
from service_mesh.generate.dialects import Dialect
from service_mesh.operations.generate import generate
from service_mesh.operations.request import GenerateRequest, Inputs

_SHOP = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: stock, namespace: shop}
spec:
  selector: {matchLabels: {app: stock}}
  template:
    metadata: {labels: {app: stock}}
    spec: {serviceAccountName: stock, containers: [{name: app, image: app, ports: [{containerPort: 8080}]}]}
"""
_STOCK = """
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: stock, namespace: shop}
spec:
  selector: {matchLabels: {app: stock}}
  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]}]
"""
_EDGE = {"namespace": "shop", "service_account": "edge", "to": [{"namespace": "shop", "name": "web"}]}
_READER = {"namespace": "shop", "service_account": "reader", "ports": [9090]}


@pytest.mark.parametrize("dialect", [Dialect.ISTIO_SIDECAR, Dialect.ISTIO_AMBIENT, Dialect.CILIUM])
def test_gateway_and_scraper_of_the_namespace_itself_go_on(dialect: Dialect) -> None:
    params = {"namespace": "shop", "gateways": [_EDGE], "monitoring": _READER, "egress": dialect is Dialect.CILIUM}
    result = generate(GenerateRequest("default-deny", dialect, params))
    assert result.apply_order
    asked = " ".join(one.question for one in result.checks.simulation)
    assert "the gateway itself: external -> shop/edge:8080" in asked
    assert "metrics: shop/reader -> shop/any-workload:9090" in asked


def test_linkerd_says_that_an_annotation_is_for_all_pods_of_a_namespace() -> None:
    result = generate(GenerateRequest("default-deny", Dialect.LINKERD, {"namespace": "shop", "gateways": [_EDGE]}))
    assert not result.apply_order
    assert [one.part for one in result.cannot_express if "a gateway in the namespace" in one.part]


def test_whole_mesh_is_not_closed_over_workloads_that_nobody_is_allowed_to_call(tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text(_SHOP)
    params = {"gateways": [{"namespace": "gateways", "to": [{"namespace": "shop", "name": "web"}]}]}
    inputs = Inputs(paths=(str(tmp_path),))
    found = generate(GenerateRequest("default-deny", Dialect.ISTIO_SIDECAR, params, inputs))
    assert not found.apply_order
    assert [(one.code, "shop/stock" in one.message) for one in found.checks.findings] == [("IS214", True)]
    (tmp_path / "stock.yaml").write_text(_STOCK)
    assert generate(GenerateRequest("default-deny", Dialect.ISTIO_SIDECAR, params, inputs)).apply_order


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"egress": True}, "one namespace after the other"),
        ({"namespace": "shop", "gateways": [{"namespace": "gateways"}]}, "say in `to` what it leads to"),
        ({"namespace": "shop", "gateways": [{**_EDGE, "to": [{"namespace": "b", "name": "web"}]}]}, "has to be in"),
    ],
)
def test_parameters_that_contradict_each_other_are_refused(params: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        generate(GenerateRequest("default-deny", Dialect.CILIUM, params))
    assert said in f"{refused.value.message} {refused.value.hint}"
