"""require-jwt fitted to what is there, and parameters that would leave a way around it."""

import json
from typing import Any

import pytest

from service_mesh.errors import UsageError
from service_mesh.generate.registry import intent_of
from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import GenerateRequest, Inputs

_TO = {"namespace": "shop", "name": "cart"}
_ISSUER = {"issuer": "https://id.example.com"}
_GATEWAY = {"namespace": "gateways", "name": "public"}
_KEY = {"kty": "EC", "crv": "P-256", "x": "a", "y": "b"}
_SHOP = """
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {ENROLLED}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: example.com/cart:1, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports: [{name: NAMED, port: 80, targetPort: 8080}]
"""
_ENROLLED = {"istio-sidecar": "istio-injection: enabled", "istio-ambient": "istio.io/dataplane-mode: ambient"}


def _of(mesh: str = "istio-sidecar", around: str | None = None, **params: Any) -> GenerateResult:
    asked = {"to": _TO, "issuers": [_ISSUER], **params}
    given = {name: value for name, value in asked.items() if value is not None}
    return generate(GenerateRequest("require-jwt", mesh, given, Inputs(manifests=around)))


def _shop(mesh: str, named: str) -> str:
    return _SHOP.replace("ENROLLED", _ENROLLED[mesh]).replace("NAMED", named)


@pytest.mark.parametrize("mesh", ["istio-sidecar", "istio-ambient"])
def test_a_port_that_is_no_http_has_no_tokens(mesh: str) -> None:
    assert _of(mesh, _shop(mesh, "http")).files
    result = _of(mesh, _shop(mesh, "tcp"))
    assert not result.files
    assert "declared as no HTTP" in result.cannot_express[0].part


def test_a_gateway_that_is_there_is_not_played() -> None:
    around = """
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: v1
kind: Namespace
metadata: {name: gateways}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: gateways}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: public-istio, namespace: gateways}
spec:
  selector: {matchLabels: {gateway.networking.k8s.io/gateway-name: public}}
  template:
    metadata: {labels: {gateway.networking.k8s.io/gateway-name: public}}
    spec: {containers: [{name: istio-proxy, image: auto, ports: [{containerPort: 80}]}]}
"""
    result = _of(around=around, to=None, gateway=_GATEWAY)
    assert [file.name for file in result.files] == ["request-authentication.yaml", "require-token.yaml"]


def test_a_token_is_required_whatever_else_allows() -> None:
    """The simulation has an ALLOW of everything beside the policy, in every example."""
    for example in intent_of("require-jwt").examples:
        result = generate(GenerateRequest("require-jwt", "istio-sidecar", example.params))
        without = [one for one in result.checks.simulation if one.question.startswith("without a token")]
        assert without
        assert all(one.answer == "deny" for one in without)


def test_fetched_keys_are_a_prerequisite_and_written_ones_are_not() -> None:
    discovered = _of().prerequisites
    assert any("https://id.example.com/.well-known/openid-configuration" in one for one in discovered)
    written = _of(issuers=[{**_ISSUER, "jwks": json.dumps({"keys": [_KEY]})}])
    assert not any("istiod reaches" in one for one in written.prerequisites)
    assert any("not rotated" in note for note in written.notes)


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"to": None}, "either to or gateway"),
        ({"gateway": _GATEWAY}, "either to or gateway"),
        ({"hosts": ["shop.example.com"]}, "hosts are told apart at a gateway"),
        ({"to": None, "gateway": _GATEWAY, "hosts": ["*.example.com"]}, "hosts"),
        ({"issuers": [_ISSUER, _ISSUER]}, "named twice"),
        ({"issuers": [{"issuer": "somebody"}]}, "needs jwks_uri or jwks"),
        (
            {"issuers": [{**_ISSUER, "jwks": "{}", "jwks_uri": "https://id.example.com"}]},
            "either jwks_uri or jwks",
        ),
        ({"issuers": [{**_ISSUER, "jwks": "https://id.example.com/keys"}]}, "no JSON Web Key Set"),
        ({"issuers": [{**_ISSUER, "jwks": json.dumps({"keys": [{**_KEY, "d": "c"}]})}]}, "not public"),
        ({"claims": [{"name": ["email_verified"], "values": ["true"]}]}, "a boolean never equals"),
        ({"claims": [{"name": ["groups"], "values": ["staff*"]}]}, "values"),
        ({"public_paths": [{"prefix": "/"}]}, "nothing that needs a token"),
    ],
)
def test_what_would_leave_a_way_around_is_refused(params: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        _of(**params)
