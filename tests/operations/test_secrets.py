"""What a Secret holds is in no answer: answers are logged, uploaded and sent to language models."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from service_mesh.cli.output.json import render_json
from service_mesh.cli.output.sarif import render_sarif
from service_mesh.cli.output.text import print_text
from service_mesh.mesh.view import Complete
from service_mesh.operations.request import FixMode, Inputs, ValidateRequest
from service_mesh.operations.result import ValidateResult
from service_mesh.operations.validate import validate, validate_to_write
from service_mesh.operations.write import write_fixed
from service_mesh.source.diff import HIDDEN

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
_LIST_OF_SECRETS = f"""\
apiVersion: v1
kind: SecretList
items:
- metadata: {{name: a, namespace: shop}}
  stringData: {{password: {_CANARY}, pin: {_PIN}}}
"""
_RULE = """\
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: shop, namespace: shop}
spec:
  host: shop
  trafficPolicy:
    loadBalancer: {simple: LEAST_CONN}
"""
_BESIDE = f"{_RULE}---\n{_ON_ONE_LINE}".replace("label:", "labels:").replace(_PIN, f'"{_PIN}"')
_FIXED = {
    "another object": _BESIDE,
    "the Secret itself": _ON_ONE_LINE,
    "a Secret of a list": f"{_LIST_OF_SECRETS}---\n{_RULE}",
    "JSON": _JSON,
}
_INPUTS = {
    "faults in every place": (_FAULTY, {"SC102", "SC120", "SC121", "SC124"}),
    "values on the line of the fault": (_ON_ONE_LINE, {"SC120", "SC121"}),
    "a typed list": (_LIST_OF_SECRETS, {"SC121"}),
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


@pytest.mark.parametrize("text", _FIXED.values(), ids=_FIXED.keys())
def test_fixed_texts_of_a_file_with_a_secret_are_in_no_output(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    result = validate(ValidateRequest(Inputs(manifests=text), fix=FixMode.ALL))

    assert [(file.file, file.text, bool(file.diff)) for file in result.fixed] == [("manifests", None, True)]
    assert [secret for output in _shown(result, capsys) for secret in _TOLD if secret in output] == []


def test_fix_beside_a_secret_is_shown_without_its_lines_and_says_how_it_is_written() -> None:
    result = validate(ValidateRequest(Inputs(manifests=_BESIDE), fix=FixMode.SAFE))

    assert [file.diff for file in result.fixed] == [
        "--- a/manifests\n+++ b/manifests\n@@ -4,7 +4,7 @@\n spec:\n   host: shop\n   trafficPolicy:\n"
        "-    loadBalancer: {simple: LEAST_CONN}\n+    loadBalancer: {simple: LEAST_REQUEST}\n"
        f" {HIDDEN}\n {HIDDEN}\n {HIDDEN}\n"
    ]
    assert result.notes[-1] == (
        "lines of Secrets and the whole texts that hold them are not shown:"
        " `service-mesh validate --fix safe --write FILE` writes 'manifests'"
    )


def test_fix_of_a_markdown_page_hides_the_secret_of_another_block(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    secret = "".join(f"  {line}\n" for line in _ON_ONE_LINE.splitlines())
    page.write_text(f"# Page\n\n```yaml\n{_RULE}```\n- item\n  ```yaml\n{secret}  ```\n", encoding="utf-8")
    (fixed,) = validate(ValidateRequest(Inputs(paths=(str(page),)), fix=FixMode.ALL)).fixed

    assert fixed.text is None
    assert [secret for secret in _TOLD if secret in fixed.diff] == []


def test_file_with_a_secret_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(_BESIDE, encoding="utf-8")
    _, rewritten = validate_to_write(ValidateRequest(Inputs(paths=(str(path),)), fix=FixMode.SAFE))
    write_fixed(rewritten)

    assert path.read_text(encoding="utf-8") == _BESIDE.replace("LEAST_CONN", "LEAST_REQUEST")
    assert [secret for secret in _TOLD if secret in repr(rewritten)] == []


def test_reference_to_a_secret_hides_nothing() -> None:
    text = _RULE + "---\n" + _USED.split("---\n")[1]
    (fixed,) = validate(ValidateRequest(Inputs(manifests=text), fix=FixMode.SAFE)).fixed

    assert fixed.text == text.replace("LEAST_CONN", "LEAST_REQUEST")
