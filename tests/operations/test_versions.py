"""The releases that objects are judged by, where the caller leaves them out."""

import pytest

from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.result import ValidateResult
from service_mesh.operations.validate import validate
from tests.support.releases import newest

_ISTIOD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "istio/pilot:RELEASE"}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: web, namespace: shop}
spec: {action: DENY, rules: [{from: [{source: {serviceAccounts: [shop/web]}}]}]}
"""


def judged(release: str, **versions: str) -> ValidateResult:
    return validate(ValidateRequest(Inputs(_ISTIOD.replace("RELEASE", release)), versions=versions))


@pytest.mark.parametrize(("release", "codes"), [("1.24.0", ["SC120"]), ("1.26.0", [])])
def test_release_that_an_istiod_shows_is_the_one_that_fields_are_judged_by(release: str, codes: list[str]) -> None:
    result = judged(release)
    assert result.versions["istio"] == release.rpartition(".")[0]
    assert [finding.code for finding in result.findings if finding.code.startswith("SC")] == codes
    assert f"istio {release[:4]} was detected in 'Deployment istio-system/istiod'" in result.notes


def test_release_that_the_caller_names_comes_first() -> None:
    result = judged("1.24.0", istio="1.26")
    assert result.versions["istio"] == "1.26"
    assert not any("detected" in note for note in result.notes)


def test_release_too_old_to_be_known_is_said_and_the_newest_is_taken() -> None:
    result = judged("1.9.0")
    assert result.versions["istio"] == newest("istio")
    assert result.notes[0] == (
        "Istio 1.9 is older than every release that is known, as 'Deployment istio-system/istiod' shows;"
        " the newest known one is taken"
    )
