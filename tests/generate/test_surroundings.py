"""What is there already decides what is generated: it is used, kept, or in the way."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from service_mesh.errors import UsageError
from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import GenerateRequest, Inputs

_SHOP = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {%s}, annotations: {%s}}\n"
_CART = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {run: cart}}
  template:
    metadata: {labels: {run: cart}, annotations: {%s}}
    spec: {containers: [{name: app, image: app, ports: [{containerPort: 8080}]}]}
"""
_WAYPOINT = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: waypoint, namespace: shop, labels: {istio.io/waypoint-for: %s}}
spec:
  gatewayClassName: istio-waypoint
  listeners: [{name: mesh, port: 15008, protocol: HBONE}]
"""
_LINKERD = "apiVersion: v1\nkind: Namespace\nmetadata: {name: linkerd}\n"
_ISTIO = "apiVersion: v1\nkind: Namespace\nmetadata: {name: istio-system}\n"
_AMBIENT = _SHOP % ("istio.io/dataplane-mode: ambient", "")
_MESH = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "rootNamespace: istio-system"}
"""


@pytest.fixture
def asked(tmp_path: Path):  # type: ignore[no-untyped-def]
    def ask(intent: str, mesh: str, params: Mapping[str, object], *objects: str) -> GenerateResult:
        path = tmp_path / "surroundings.yaml"
        path.write_text("---\n".join(objects), "utf-8")
        return generate(GenerateRequest(intent, mesh, params, Inputs(paths=(str(path),))))

    return ask


def test_a_waypoint_that_is_there_is_used(asked) -> None:  # type: ignore[no-untyped-def]
    found = asked("waypoint", "istio-ambient", {"namespace": "shop"}, _AMBIENT, _WAYPOINT % "all", _ISTIO, _MESH)
    assert found.apply_order == ("kubectl label namespace shop istio.io/use-waypoint=waypoint --overwrite",)
    with pytest.raises(UsageError, match="does not take what namespace shop asks for"):
        asked("waypoint", "istio-ambient", {"namespace": "shop"}, _AMBIENT, _WAYPOINT % "workload", _ISTIO, _MESH)


def test_labels_of_the_other_mode_are_taken_away(asked) -> None:  # type: ignore[no-untyped-def]
    found = asked("enroll-namespace", "istio-sidecar", {"namespace": "shop"}, _AMBIENT, _ISTIO, _MESH)
    label, restart = found.apply_order
    assert label == "kubectl label namespace shop istio-injection=enabled istio.io/dataplane-mode- --overwrite"
    assert restart.startswith("kubectl rollout restart")
    assert found.rollback == (
        "kubectl label namespace shop istio-injection- istio.io/dataplane-mode=ambient --overwrite",
    )


def test_the_scope_that_a_namespace_has_is_replaced_under_its_name(asked) -> None:  # type: ignore[no-untyped-def]
    held = "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: mine, namespace: shop}\nspec: {}\n"
    shop = _SHOP % ("istio-injection: enabled", "")
    found = asked("sidecar-scope", "istio-sidecar", {"namespace": "shop"}, shop, held, _ISTIO, _MESH)
    assert "name: mine" in found.files[0].text
    assert any("takes the place of Sidecar shop/mine" in note for note in found.notes)


def test_who_was_refused_before_a_limit_stays_refused(asked) -> None:  # type: ignore[no-untyped-def]
    refusing = (
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: nothing, namespace: shop}\n"
        "spec: {}\n"
    )
    shop = _SHOP % ("istio-injection: enabled", "")
    params = {"to": {"namespace": "shop", "name": "cart"}, "requests": 10}
    found = asked("rate-limit", "istio-sidecar", params, shop, _CART % "", refusing, _ISTIO, _MESH)
    assert found.checks.hold
    assert {one.answer.partition(",")[0] for one in found.checks.simulation} == {"deny"}
    assert "run: cart" in found.files[0].text


def test_a_limit_is_one_of_the_server_that_the_port_has(asked) -> None:  # type: ignore[no-untyped-def]
    server = (
        "apiVersion: policy.linkerd.io/v1beta3\nkind: Server\nmetadata: {name: held, namespace: shop}\n"
        "spec: {podSelector: {matchLabels: {run: cart}}, port: 8080, accessPolicy: all-authenticated}\n"
    )
    shop = _SHOP % ("", "linkerd.io/inject: enabled")
    params = {"to": {"namespace": "shop", "name": "cart"}, "requests": 10}
    found = asked("rate-limit", "linkerd", params, shop, _CART % "", server, _LINKERD)
    assert found.checks.hold
    assert "kind: Server\n    name: held" in found.files[0].text
    assert "accessPolicy" not in found.files[0].text


def test_a_new_server_lets_in_whom_the_port_let_in(asked) -> None:  # type: ignore[no-untyped-def]
    shop = _SHOP % ("", "linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: all-authenticated")
    params = {"to": {"namespace": "shop", "name": "cart"}, "requests": 10}
    found = asked("rate-limit", "linkerd", params, shop, _CART % "", _LINKERD)
    assert found.checks.hold
    assert "accessPolicy: all-authenticated" in found.files[0].text


def test_settings_of_a_sidecar_are_not_replaced(asked) -> None:  # type: ignore[no-untyped-def]
    shop = _SHOP % ("istio-injection: enabled", "")
    cart = _CART % "proxy.istio.io/config: 'holdApplicationUntilProxyStarts: true'"
    params = {"namespace": "shop", "workloads": [{"name": "cart"}], "threads": 2}
    with pytest.raises(UsageError, match=r"shop/cart have proxy.istio.io/config already"):
        asked("proxy-resources", "istio-sidecar", params, shop, cart, _ISTIO, _MESH)
