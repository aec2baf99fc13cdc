"""What a change holds and a preview cannot read: it is told, and never passes for no change."""

from service_mesh.operations.result import NotChecked, Verdict
from tests.operations.test_preview import BASE, previewed


def test_a_change_that_has_to_be_rendered_first_is_told_as_not_checked() -> None:
    template = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n"
    found = previewed(BASE, template)
    assert (found.verdict, found.objects) == (Verdict.INCOMPLETE, ())
    how = "render it first: helm template NAME CHART | service-mesh validate -"
    assert NotChecked("new.yaml", "it is an unrendered Helm template", how) in found.not_checked
