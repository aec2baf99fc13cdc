"""What a preview says beside its answer: what it could not read, what it was judged by, what it does not compare."""

from service_mesh.operations.result import NotChecked, Verdict
from tests.operations.test_preview import BASE, OUTSIDE, mode, network, previewed


def test_a_change_that_has_to_be_rendered_first_is_told_as_not_checked() -> None:
    template = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n"
    found = previewed(BASE, template)
    assert (found.verdict, found.objects) == (Verdict.INCOMPLETE, ())
    how = "render it first: helm template NAME CHART | service-mesh validate -"
    assert NotChecked("new.yaml", "it is an unrendered Helm template", how) in found.not_checked


def test_versions_are_those_that_were_given() -> None:
    found = previewed((*BASE, mode("PERMISSIVE")), mode("STRICT"), versions={"istio": "1.26"})
    assert found.versions["istio"] == "1.26"


def test_what_is_not_compared_is_told() -> None:
    assert previewed(BASE, network()).notes[-1] == OUTSIDE
