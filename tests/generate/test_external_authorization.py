"""external-authorization: the policy that is written, its tests, and the mesh configuration that it is fitted into."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from service_mesh.errors import UsageError
from service_mesh.generate.intents.security.external_authorization.rego import entries, refused_requests, requests
from service_mesh.generate.parameters.requests import Call
from service_mesh.generate.registry import intent_of
from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import GenerateRequest, Inputs

_TO = {"namespace": "shop", "name": "cart"}
_OPA = {"image": "openpolicyagent/opa:1.20.1-envoy"}
_ALLOWED = [{"methods": ["GET"]}]
_CONFIG = """
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: v1
kind: Namespace
metadata: {name: opa, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: collector, namespace: opa}
spec: {ports: [{name: grpc, port: 4317}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    trustDomain: example.org
    extensionProviders:
    - name: traces
      opentelemetry: {service: collector.opa.svc.cluster.local, port: 4317}
    - name: opa
      envoyExtAuthzGrpc: {service: elsewhere.opa.svc.cluster.local, port: 1}
"""


def _of(around: str | None = None, **params: Any) -> GenerateResult:
    asked = {"to": _TO, "opa": _OPA, "allowed": _ALLOWED, **params}
    return generate(GenerateRequest("external-authorization", "istio-sidecar", asked, Inputs(manifests=around)))


def _text(result: GenerateResult, name: str) -> str:
    return next(file.text for file in result.files if file.name == name)


def _takes(entry: Mapping[str, Any], http: Mapping[str, Any]) -> bool:
    """What policy.rego makes of a request, rule by rule."""
    path, host = http["path"].split("?")[0], http["host"].split(":")[0].lower()
    below = any(path.startswith(f"{prefix}/") for prefix in entry["prefixes"])
    is_path = not (entry["paths"] or entry["prefixes"]) or path in (*entry["paths"], *entry["prefixes"]) or below
    is_host = not (entry["hosts"] or entry["suffixes"]) or host in entry["hosts"]
    is_host = is_host or any(host.endswith(suffix) for suffix in entry["suffixes"])
    is_method = not entry["methods"] or http["method"] in entry["methods"]
    return is_method and is_path and is_host and entry["headers"].items() <= http["headers"].items()


@pytest.mark.parametrize("example", intent_of("external-authorization").examples, ids=lambda one: one.title)
def test_the_tests_of_the_policy_ask_what_it_answers(example: Any) -> None:
    calls = [Call.model_validate_json(json.dumps(one)) for one in example.params["allowed"]]
    held = list(entries(calls))
    passing, refused = requests(calls), refused_requests(calls)
    assert passing
    assert refused
    assert all(any(_takes(one, asked["attributes"]["request"]["http"]) for one in held) for asked in passing)
    assert not any(_takes(one, asked["attributes"]["request"]["http"]) for one in held for asked in refused)


def test_texts_reach_the_policy_as_they_are() -> None:
    nasty = '"]}, {"methods": [] \\ {{ 7 * 7 }} é'
    policy = _text(_of(allowed=[{"headers": [{"name": "X-Name", "value": nasty}]}]), "policy.rego")
    listed = re.search(r"^allowed := \[\n(.*?)^\]$", policy, re.DOTALL | re.MULTILINE)
    assert listed is not None
    (entry,) = json.loads(f"[{listed[1].strip().removesuffix(',')}]")
    assert entry["headers"] == {"x-name": nasty}


def test_providers_that_are_there_stay_and_one_of_the_same_name_is_replaced() -> None:
    result = _of(_CONFIG)
    values = _text(result, "istio-values.yaml")
    assert "name: traces" in values
    assert "elsewhere" not in values
    assert not any("add those that are there" in note for note in result.notes)
    assert any("add those that are there" in note for note in _of().notes)


def test_what_the_mesh_is_configured_with_beside_providers_still_counts() -> None:
    """A trust domain of the mesh configuration is kept by the change, as the chart would keep it."""
    result = _of(_CONFIG)
    assert all(one.holds for one in result.checks.simulation)
    ambient = GenerateRequest(
        "external-authorization",
        "istio-ambient",
        {"to": _TO, "opa": _OPA, "allowed": _ALLOWED},
        Inputs(manifests=_CONFIG.replace("istio-injection: enabled", "istio.io/dataplane-mode: ambient")),
    )
    found = generate(ambient)
    assert "example.org/ns/shop/sa/waypoint" in _text(found, "external-authorization.yaml")


def test_a_namespace_that_is_there_is_left_as_it_is() -> None:
    assert "kind: Namespace" not in _text(_of(_CONFIG), "opa.yaml")
    assert "kind: Namespace" in _text(_of(), "opa.yaml")


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"opa": {"image": "openpolicyagent/opa:1.20.1"}}, "has envoy in it"),
        ({"opa": {"image": "openpolicyagent/opa:latest-envoy"}}, "a tag that stays"),
        ({"opa": {"image": "openpolicyagent/opa"}}, "image"),
        ({"opa": {}}, "image"),
        ({"allowed": [{}]}, "would let every one pass"),
        ({"allowed": []}, "allowed"),
        ({"unasked_paths": [{"prefix": "/"}]}, "nothing to ask about"),
    ],
)
def test_what_would_ask_nobody_is_refused(params: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        _of(**params)
