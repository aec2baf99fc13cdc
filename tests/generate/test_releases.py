"""The releases that generated files are written and judged by where the caller says only some of them."""

import pytest

from service_mesh.generate.dialects import Dialect
from service_mesh.operations.generate import generate
from service_mesh.operations.request import GenerateRequest, Inputs

_PARAMS = {"clients": {"namespace": "shop"}, "external": {"host": "api.example.com"}}
_BUNDLE = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: tlsroutes.gateway.networking.k8s.io
  annotations: {gateway.networking.k8s.io/bundle-version: v1.6.1, gateway.networking.k8s.io/channel: standard}
spec: {}
"""


@pytest.mark.parametrize("release", ["2.17", "2.18", "2.20"])
def test_linkerd_is_taken_to_stand_beside_a_gateway_api_that_it_takes(release: str) -> None:
    result = generate(GenerateRequest("external-service", Dialect.LINKERD, _PARAMS, versions={"linkerd": release}))
    assert result.checks.hold
    assert [one.code for one in result.checks.findings] == []


@pytest.mark.parametrize(("told", "code"), [("named", "SC112"), ("detected", "SC110")])
def test_a_gateway_api_whose_routes_linkerd_does_not_see_is_told(told: str, code: str) -> None:
    versions = {"gateway_api": "1.6"} if told == "named" else {}
    inputs = Inputs(manifests=_BUNDLE) if told == "detected" else Inputs()
    request = GenerateRequest("external-service", Dialect.LINKERD, _PARAMS, inputs=inputs, versions=versions)
    found = generate(request)
    assert not found.files
    assert [one.code for one in found.checks.findings] == [code]
