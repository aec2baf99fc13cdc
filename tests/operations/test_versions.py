"""`versions` from the request to the answer: what judged, what is told, what is refused."""

import pytest

from service_mesh.errors import UsageError
from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.result import ValidateResult, Verdict
from service_mesh.operations.validate import validate

_RULE = """\
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec:
  host: cart
  trafficPolicy:
    loadBalancer:
      warmup: {duration: 30s}
"""
_ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs: [{name: public}]
  rules:
  - backendRefs: [{name: cart, port: 80}]
"""


def _validated(text: str, **versions: str) -> ValidateResult:
    return validate(ValidateRequest(Inputs(manifests=text), select=("SC",), versions=versions))


def _told(result: ValidateResult) -> list[tuple[str, str, int, int, str]]:
    return [(f.code, f.severity.value, f.line, f.column, f.message) for f in result.findings]


@pytest.mark.parametrize(
    ("version", "verdict", "told"),
    [
        (
            "1.20",
            Verdict.FAIL,
            [
                (
                    "SC120",
                    "error",
                    8,
                    7,
                    "'warmup' is not a field of 'spec.trafficPolicy.loadBalancer' in Istio 1.20 but from 1.24 on",
                )
            ],
        ),
        ("1.26", Verdict.PASS, []),
        ("1.30", Verdict.PASS, []),
    ],
)
def test_same_object_is_judged_by_the_release_that_is_named(
    version: str, verdict: Verdict, told: list[tuple[str, str, int, int, str]]
) -> None:
    result = _validated(_RULE, istio=version)
    assert (result.verdict, _told(result), result.versions) == (verdict, told, {"istio": version})


def test_answer_names_the_releases_of_what_is_there_and_of_what_was_asked_for() -> None:
    assert _validated(_RULE).versions == {"istio": "1.30"}
    assert _validated(f"{_RULE}---\n{_ROUTE}").versions == {"gateway_api": "1.6", "istio": "1.30"}
    asked = _validated(_RULE, istio="1.26.1", cilium="1.18")
    assert (asked.versions, asked.notes) == ({"cilium": "1.18", "istio": "1.26"}, ())


def test_release_behind_the_newest_known_is_judged_by_that_and_the_answer_says_so() -> None:
    result = _validated(_RULE.replace("warmup", "warmpu"), istio="1.33")
    assert _told(result) == [
        (
            "SC120",
            "warning",
            8,
            7,
            "'warmpu' is not a field of 'spec.trafficPolicy.loadBalancer' in Istio 1.30, by which 1.33 is judged",
        )
    ]
    assert (result.verdict, result.versions) == (Verdict.PASS, {"istio": "1.30"})
    assert result.notes == (
        "the definitions of Istio 1.33 are not known, those of 1.30 are used instead: what they lack is a warning",
    )


def test_versions_that_do_not_go_together_are_told_once_for_all_documents() -> None:
    text = _ROUTE.replace("name: cart, namespace", "name: other, namespace")
    result = _validated(f"{_ROUTE}---\n{text}", linkerd="2.20", gateway_api="1.6")
    assert _told(result) == [("SC140", "warning", 2, 7, "Linkerd 2.20 takes the Gateway API 1.2 to 1.5, not 1.6")]
    assert result.findings[0].pointer == "/kind"


@pytest.mark.parametrize(
    ("versions", "sentence"),
    [
        ({"istio": "newest"}, "'newest' is no version of Istio; write it like '1.30'"),
        ({"gatewayapi": "1.2"}, "no versions are kept of 'gatewayapi'; did you mean 'gateway_api'?"),
    ],
)
def test_version_that_is_none_is_refused_before_anything_is_judged(versions: dict[str, str], sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        _validated(_RULE, **versions)
    assert str(refused.value) == sentence
