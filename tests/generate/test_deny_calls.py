"""deny-calls fitted to what is there: it refuses what is named and nothing beside it, or says why it cannot."""

from typing import Any

import pytest

from service_mesh.errors import UsageError
from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import GenerateRequest, Inputs

_TO = {"namespace": "shop", "name": "cart"}
_CALLERS = [{"namespace": "shop", "service_account": "web"}]
_ADMIN = [{"paths": [{"prefix": "/admin"}]}]

_CONTROL_PLANES = """
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: v1
kind: Namespace
metadata: {name: linkerd}
---
"""
_WORKLOAD = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: example.com/cart:1, ports: [{containerPort: 8080}, {containerPort: 9000}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
"""
_HTTP = "  - {name: http, port: 80, targetPort: 8080}\n"
_TCP = "  - {name: tcp-cart, port: 80, targetPort: 8080}\n"
_ADMIN_PORT = "  - {name: http-admin, port: 9000}\n"
_SIDECAR = _WORKLOAD
_AMBIENT = _WORKLOAD.replace("istio-injection: enabled", "istio.io/dataplane-mode: ambient")
_WAYPOINT = """---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: shop-waypoint, namespace: shop, labels: {istio.io/waypoint-for: service}}
spec:
  gatewayClassName: istio-waypoint
  listeners: [{name: mesh, port: 15008, protocol: HBONE}]
"""
_BEHIND_WAYPOINT = _AMBIENT.replace("ambient}", "ambient, istio.io/use-waypoint: shop-waypoint}")
_LINKERD = _WORKLOAD.replace("{name: shop, labels: {istio-injection: enabled}}", "{name: shop, annotations: {NOTES}}")


def _of(mesh: str, around: str, **params: Any) -> GenerateResult:
    return generate(
        GenerateRequest("deny-calls", mesh, {"to": _TO, **params}, Inputs(manifests=_CONTROL_PLANES + around))
    )


def _parts(result: GenerateResult) -> list[str]:
    assert not result.files
    return [one.part for one in result.cannot_express]


@pytest.mark.parametrize(("mesh", "around"), [("istio-sidecar", _SIDECAR), ("istio-ambient", _AMBIENT)])
def test_requests_are_not_refused_on_a_port_that_is_no_http(mesh: str, around: str) -> None:
    (part,) = _parts(_of(mesh, around + _TCP, calls=_ADMIN))
    assert "declared as no HTTP" in part
    assert _of(mesh, around + _TCP, callers=_CALLERS).files


def test_a_declared_port_needs_no_note() -> None:
    notes = _of("istio-sidecar", _SIDECAR + _HTTP, calls=_ADMIN).notes
    assert not any("has to be HTTP" in note for note in notes)
    undeclared = _of("istio-sidecar", _SIDECAR + "  - {port: 80, targetPort: 8080}\n", calls=_ADMIN)
    assert any("has to be HTTP" in note for note in undeclared.notes)


def test_callers_of_a_service_with_a_waypoint_are_refused_there_and_past_it() -> None:
    result = _of("istio-ambient", _BEHIND_WAYPOINT + _HTTP + _WAYPOINT, callers=_CALLERS)
    (file,) = result.files
    assert [file.name] == ["deny-calls.yaml"]
    assert "name: deny-calls-cart-past-waypoint" in file.text
    assert all(one.holds for one in result.checks.simulation)


def test_one_of_several_ports_behind_a_waypoint_cannot_be_meant() -> None:
    around = _BEHIND_WAYPOINT + _HTTP + _ADMIN_PORT + _WAYPOINT
    (part,) = _parts(_of("istio-ambient", around, callers=_CALLERS))
    assert part.startswith("one port of a Service with several")
    assert _of("istio-ambient", around, callers=_CALLERS, every_port=True).files


def test_a_label_that_is_there_is_not_set_again() -> None:
    label = "labels: {istio.io/ingress-use-waypoint: 'true'}"
    around = _BEHIND_WAYPOINT.replace("kind: Service\nmetadata: {", f"kind: Service\nmetadata: {{{label}, ")
    result = _of("istio-ambient", around + _HTTP + _WAYPOINT, calls=_ADMIN)
    assert result.apply_order == ("deny-calls.yaml",)


@pytest.mark.parametrize(
    ("level", "is_told"), [("BASE", True), ("MERGE_SLASHES", True), ("DECODE_AND_MERGE_SLASHES", False)]
)
def test_how_paths_are_read_is_told_where_it_leaves_a_way_around(level: str, is_told: bool) -> None:
    config = f"""---
apiVersion: v1
kind: ConfigMap
metadata: {{name: istio, namespace: istio-system}}
data: {{mesh: "pathNormalization: {{normalization: {level}}}"}}
"""
    told = [one for one in _of("istio-sidecar", _SIDECAR + _HTTP + config, calls=_ADMIN).prerequisites if "%2F" in one]
    assert bool(told) is is_told
    assert all(("%2F and //" in one) is (level == "BASE") for one in told)


def test_linkerd_refuses_requests_where_everybody_is_let_in_by_default_alone() -> None:
    around = _LINKERD.replace("NOTES", "linkerd.io/inject: enabled") + _HTTP
    assert _of("linkerd", around, calls=_ADMIN).files
    strict = _LINKERD.replace("NOTES", "config.linkerd.io/default-inbound-policy: all-authenticated") + _HTTP
    (part,) = _parts(_of("linkerd", strict, calls=_ADMIN))
    assert "default inbound policy is not all-unauthenticated" in part
    namespace = strict.partition("---")[0]
    assert _parts(_of("linkerd", namespace, calls=_ADMIN)) == [part]


def test_linkerd_has_one_server_for_a_port() -> None:
    server = """---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec: {podSelector: {matchLabels: {app: cart}}, port: 8080}
"""
    around = _LINKERD.replace("NOTES", "linkerd.io/inject: enabled") + _HTTP + server
    (part,) = _parts(_of("linkerd", around, calls=_ADMIN))
    assert "has a Server already" in part


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({}, "name callers, calls or both"),
        ({"callers": _CALLERS, "calls": _ADMIN, "except_for": _CALLERS}, "leave callers away"),
        ({"callers": _CALLERS, "except_for": _CALLERS}, "leave callers away"),
        ({"callers": _CALLERS, "calls": _ADMIN, "every_port": True}, "callers without calls"),
        ({"calls": [{}]}, "has to say something"),
    ],
)
def test_what_contradicts_itself_is_refused(params: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        _of("istio-sidecar", "", **params)
