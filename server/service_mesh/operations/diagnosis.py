"""The part of `status` that answers a symptom: checks the question, asks for a diagnosis and gives it its shape."""

from collections.abc import Iterable, Iterator

from service_mesh.engine.grading import Graded, reference
from service_mesh.engine.run import Report
from service_mesh.engine.secrecy import without_content
from service_mesh.errors import UsageError
from service_mesh.mesh.naming import NAME_FORM, subject
from service_mesh.operations.request import StatusRequest
from service_mesh.operations.status_result import Cause
from service_mesh.status.symptoms.case import Found
from service_mesh.status.symptoms.diagnosis import diagnose
from service_mesh.status.symptoms.order import ORDER

__all__ = ["check_question", "find_cause"]

_SHOWN = 80
_UNREAD = "no workload was read, so nothing was looked for"


def check_question(request: StatusRequest) -> None:
    """Refuse a symptom without a workload and the other way round, before anything is read.

    Raises:
        UsageError: One of the two is missing.
    """
    if request.symptom and not request.workload:
        raise UsageError(
            f"the symptom '{request.symptom.value}' is given without the workload that shows it", NAME_FORM
        )
    if request.workload and not request.symptom:
        hint = f"name the symptom too, one of {', '.join(ORDER)}"
        raise UsageError(f"the workload '{request.workload[:80]}' is given without a symptom", hint)


def find_cause(request: StatusRequest, report: Report) -> Cause | None:
    """The likeliest cause of the symptom that is asked about; None where none is.

    Args:
        request: The call.
        report: What all rules said of all clusters.

    Raises:
        UsageError: The workload is none that was read, or several.
    """
    if request.symptom is None:
        return None
    symptom = request.symptom.value
    found = subject(report.view, request.workload) if report.view is not None else None
    if report.view is None or found is None:
        return Cause(symptom, request.workload, "", None, "", "kubectl get deployments -A", "", (_UNREAD,))
    answer = diagnose(report.view, _found(report.findings), symptom, found)
    return Cause(
        symptom=symptom,
        workload=found.resource.title,
        cause=answer.text,
        resource=reference(answer.resource) if answer.resource is not None else None,
        code=answer.code,
        next_command=answer.next_command,
        disproof=answer.disproof,
        looked_for=answer.looked_for,
    )


def _found(findings: Iterable[Graded]) -> Iterator[Found]:
    for graded in findings:
        finding, draft = graded.finding, graded.draft
        if draft.node is not None:
            related = tuple(note.node for note in draft.related)
            yield Found(
                code=finding.code,
                message=without_content(draft.message, draft.node.resource),
                severity=finding.severity,
                node=draft.node,
                next_command=draft.next_command,
                related=related,
                is_partial=draft.partial,
                is_mild=draft.severity is not None,
            )
