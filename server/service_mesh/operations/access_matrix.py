"""The verb `access` for many at once: who can call whom, by classes of workloads that nothing loaded tells apart."""

from service_mesh.errors import UsageError
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.names import nearest
from service_mesh.operations.access_matrix_result import (
    AccessMatrixResult,
    MatrixClass,
    MatrixPort,
    MatrixRow,
    MatrixTotals,
)
from service_mesh.operations.access_result import DECISIONS, Deciding
from service_mesh.operations.request import AccessMatrixRequest
from service_mesh.operations.scene import Scene, scene_of
from service_mesh.posture.access.classes import Class
from service_mesh.posture.access.matrix import Matrix, Row, matrix_of
from service_mesh.posture.access.outcomes import Outcome
from service_mesh.posture.decisions import Verdict
from service_mesh.source.collector import uncollected

__all__ = ["access_matrix", "deciding", "matrix_result"]


def access_matrix(request: AccessMatrixRequest) -> AccessMatrixResult:
    """Tell who can call whom among the workloads of a namespace, or among all, on every port that is offered.

    Raises:
        UsageError: The namespace holds no workload that was read.
        InputError: Something given cannot be read.
    """
    scene = scene_of(request.inputs, request.complete, request.versions)
    asked = _asked(scene.view, request.namespace)
    with uncollected():
        matrix = matrix_of(scene.view, asked)
        return matrix_result(scene, matrix, sum(one.is_machine for one in asked))


def _asked(mesh: MeshView, namespace: str | None) -> tuple[Workload, ...]:
    found = tuple(one for one in workloads(mesh) if namespace is None or one.namespace == namespace)
    if found:
        return found
    if namespace is None:
        raise UsageError("no workload was read", "give the manifests of the workloads too")
    near = nearest(namespace, sorted({one.namespace for one in workloads(mesh)}))
    hint = f"did you mean namespace '{near}'?" if near else "give the manifests of its workloads too"
    raise UsageError(f"no workload of namespace '{namespace[:80]}' was read", hint)


def matrix_result(scene: Scene, matrix: Matrix, machines: int = 0) -> AccessMatrixResult:
    """Write down who can call whom.

    Args:
        scene: The mesh.
        matrix: The classes and answers.
        machines: How many machines outside of Kubernetes were left out.
    """
    deciders: dict[int, Deciding | None] = {}
    rows = tuple(_row(scene, row, deciders) for row in matrix.rows)
    totals = matrix.totals()
    notes = (f"{machines} machines outside of Kubernetes are left out",) if machines else ()
    return AccessMatrixResult(
        classes=tuple(_class(one) for one in matrix.classes),
        rows=rows,
        totals=MatrixTotals(
            workloads=sum(len(one.members) for one in matrix.classes),
            classes=len(matrix.classes),
            rows=len(rows),
            allow=totals[Verdict.ALLOWED],
            deny=totals[Verdict.DENIED],
            unknown=totals[Verdict.UNKNOWN],
        ),
        not_checked=scene.unread,
        versions=dict(scene.versions),
        notes=(*notes, *scene.notes),
    )


def _class(one: Class) -> MatrixClass:
    return MatrixClass(one.number, tuple(member.title for member in one.members))


def _row(scene: Scene, row: Row, deciders: dict[int, Deciding | None]) -> MatrixRow:
    outcome = row.outcome
    key = id(outcome)  # outcomes are shared by the rows that come to the same
    if key not in deciders:
        deciders[key] = deciding(scene, outcome)
    return MatrixRow(
        row.clients,
        row.servers,
        MatrixPort(*row.port),
        DECISIONS[outcome.verdict],
        outcome.transport.value,
        deciders[key],
        outcome.depends_on_request,
        outcome.needs,
    )


def deciding(scene: Scene, outcome: Outcome) -> Deciding | None:
    """What decides an answer, with its place; None where calls pass and no policy speaks of them."""
    if outcome.layer is None:
        return None
    places = scene.shown((outcome.note,)) if outcome.note is not None else ()
    if not places:
        return Deciding(outcome.layer.value, outcome.reason)
    place = places[0]
    return Deciding(outcome.layer.value, outcome.reason, place.resource, place.pointer, place.file, place.line)
