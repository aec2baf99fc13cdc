"""What a Secret holds is in no answer: answers are logged, uploaded and sent to language models."""

import base64
import json
from collections.abc import Iterator

import pytest

from service_mesh.cli.output.json import render_json
from service_mesh.cli.output.sarif import render_sarif
from service_mesh.cli.output.text import print_text
from service_mesh.mesh.view import Complete
from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.result import ValidateResult
from service_mesh.operations.validate import validate

_CANARY = "canary-7f3a"
_ENCODED = base64.b64encode(_CANARY.encode()).decode()
_PIN = "4242424242"
_TOLD = (_CANARY, _ENCODED, _PIN)

_FAULTY = f"""\
apiVersion: v1
kind: Secret
metadata:
  name: shop-tls
  namespace: shop
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{{"stringData":{{"password":"{_CANARY}"}}}}'
data:
  tls.key: {_ENCODED}
  password: not base64 {_CANARY}
stringData:
  pin: {_PIN}
  nested: {{password: {_CANARY}}}
  twice: {_CANARY}
  twice: {_CANARY}
datta: {_CANARY}
"""
_ON_ONE_LINE = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: a, namespace: shop, label: {{a: b}}, annotations: {{copy: {_CANARY}}}}}
stringData: {{password: {_CANARY}, pin: {_PIN}}}
"""
_UNREADABLE = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: a, namespace: shop}}
stringData:
  password: {_CANARY}: [
"""
_JSON = json.dumps(
    {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "a", "namespace": "shop", "label": {"a": "b"}},
        "stringData": {"password": _CANARY, "pin": int(_PIN)},
    }
)
_IN_A_LIST = json.dumps(
    {
        "apiVersion": "v1",
        "kind": "List",
        "items": [
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "label": {"a": "b"}}},
            json.loads(_JSON),
        ],
    }
)
_USED = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: shop-tls, namespace: shop}}
type: kubernetes.io/tls
data:
  tls.key: {_ENCODED}
  tls.crt: {_ENCODED}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {{name: public, namespace: shop}}
spec:
  selector: {{istio: ingressgateway}}
  servers:
  - port: {{number: 443, name: https, protocol: HTTPS}}
    hosts: [shop.example.com]
    tls: {{mode: SIMPLE, credentialName: shop-tls}}
---
apiVersion: v1
kind: Pod
metadata: {{name: gateway, namespace: shop, labels: {{istio: ingressgateway}}}}
spec: {{containers: [{{name: istio-proxy, image: auto}}]}}
"""
_INPUTS = {
    "faults in every place": (_FAULTY, {"SC102", "SC120", "SC121", "SC124"}),
    "values on the line of the fault": (_ON_ONE_LINE, {"SC120", "SC121"}),
    "a document that cannot be read": (_UNREADABLE, {"SC101"}),
    "JSON on one line": (_JSON, {"SC120", "SC121"}),
    "beside another object on one line": (_IN_A_LIST, {"SC120", "SC121"}),
    "a certificate that is none": (_USED, {"IS125"}),
}


def _shown(result: ValidateResult, capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    yield render_json(result)
    yield render_sarif(result)
    capsys.readouterr()
    print_text(result, "never")
    yield capsys.readouterr().out


@pytest.mark.parametrize(("text", "codes"), _INPUTS.values(), ids=_INPUTS.keys())
def test_content_of_a_secret_is_in_no_output(text: str, codes: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    result = validate(ValidateRequest(Inputs(manifests=text), complete=Complete.YES))

    assert codes <= {finding.code for finding in result.findings}
    assert [secret for output in _shown(result, capsys) for secret in _TOLD if secret in output] == []


def test_fault_of_a_secret_is_told_with_its_place_and_without_its_value() -> None:
    found = validate(ValidateRequest(Inputs(manifests=_ON_ONE_LINE))).findings

    assert [(f.code, f.line, f.column, f.message, f.snippet) for f in found] == [
        ("SC120", 3, 38, "'label' is not a field of 'metadata'", ""),
        ("SC121", 4, 42, "'pin' is the number '…' where a string is expected", ""),
    ]


def test_fix_of_a_secret_is_offered_without_its_lines() -> None:
    fixes = [f.fix for f in validate(ValidateRequest(Inputs(manifests=_ON_ONE_LINE))).findings]

    assert [(fix.title, fix.diff) for fix in fixes if fix is not None] == [
        ("rename to 'labels'", ""),
        ("quote the value", ""),
    ]
