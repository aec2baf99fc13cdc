"""`--versions` and `--crds` at the shell."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.releases import beyond, newest

_RULE = b"""\
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec:
  host: cart
  trafficPolicy: {loadBalancer: {warmup: {duration: 30s}}}
"""
_SERVICE = b"""---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {ports: [{name: http, port: 80}]}
"""
_WIDGETS = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.shop.example}
spec:
  group: shop.example
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
"""
_WIDGET = b"apiVersion: shop.example/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: big}\n"


def test_release_that_is_named_judges(cli: Cli) -> None:
    ran = cli("validate", "-", "--versions", "istio=1.20", stdin=_RULE)
    assert (ran.code, ran.out.splitlines()[0]) == (
        1,
        "<stdin>:6:34: error SC120 'warmup' is not a field of 'spec.trafficPolicy.loadBalancer' in Istio 1.20"
        " but from 1.24 on",
    )
    assert cli("validate", "-", "--versions", "istio=1.26", stdin=_RULE).code == 0


@pytest.mark.parametrize(
    "options",
    [
        ("--versions", "istio=1.26,gateway_api=1.2"),
        ("--versions", "istio=1.26", "--versions", "gateway-api=1.2"),
        ("--versions=istio = 1.20 , gateway_api=v1.2.1", "--versions=istio=1.26"),
    ],
    ids=["in one", "repeated", "the last counts"],
)
def test_versions_are_given_in_one_option_or_in_several(cli: Cli, options: tuple[str, ...]) -> None:
    ran = cli("validate", "-", "-o", "json", *options, stdin=_RULE)
    assert (ran.code, json.loads(ran.out)["versions"]) == (0, {"gateway_api": "1.2", "istio": "1.26"})


def test_release_that_is_not_known_is_noted(cli: Cli) -> None:
    later = beyond("istio", 3)
    ran = cli("validate", "-", "--versions", f"istio={later}", stdin=_RULE.replace(b"v1beta1", b"v1") + _SERVICE)
    assert (ran.code, ran.out.splitlines()) == (
        0,
        [
            f"note: the definitions of Istio {later} are not known, those of {newest('istio')} are used instead: what"
            " they lack is a warning",
            "pass: 0 errors, 0 warnings, 0 notes in 2 objects; 0 things not checked",
        ],
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1.26", "--versions takes PROJECT=VERSION, not '1.26'; write it like istio=1.26"),
        ("istio=", "--versions takes PROJECT=VERSION, not 'istio='; write it like istio=1.26"),
        ("istoi=1.26", "no versions are kept of 'istoi'; did you mean 'istio'?"),
        ("istio=one", f"'one' is no version of Istio; write it like '{newest('istio')}'"),
    ],
)
def test_what_is_no_version_is_refused_in_one_line(cli: Cli, value: str, said: str) -> None:
    ran = cli("validate", "-", "--versions", value, stdin=_RULE)
    assert (ran.code, ran.out, ran.err) == (2, "", f"service-mesh: {said}\n")


def test_definitions_that_are_named_judge_their_kind(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "crds").mkdir()
    (tmp_path / "crds" / "widgets.yaml").write_text(_WIDGETS, encoding="utf-8")
    assert cli("validate", "-", stdin=_WIDGET).code == 3
    ran = cli("validate", "-", "--crds", "crds", stdin=_WIDGET)
    assert (ran.code, ran.out.splitlines()[0]) == (
        1,
        "<stdin>:4:14: error SC121 'size' is the string 'big' where an integer is expected",
    )


def test_missing_definitions_are_refused_in_one_line(cli: Cli) -> None:
    ran = cli("validate", "-", "--crds", "crds", stdin=_WIDGET)
    assert (ran.code, ran.err) == (
        2,
        "service-mesh: 'crds': no such file or folder; check the spelling and the working folder\n",
    )
