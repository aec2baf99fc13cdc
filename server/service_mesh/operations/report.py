"""The verb `report`: what travels between workloads and who can call whom, from one reading and one matrix."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from service_mesh.mesh.workloads import Workload
from service_mesh.operations.access_matrix import matrix_result
from service_mesh.operations.mtls import Carried, mtls_in, mtls_result
from service_mesh.operations.report_result import Ends, ReportResult, ReportWorkload
from service_mesh.operations.request import MtlsRequest
from service_mesh.operations.scene import scene_of
from service_mesh.posture.access.matrix import Matrix

__all__ = ["report"]


def report(request: MtlsRequest) -> ReportResult:
    """Tell all that a report shows of the workloads that are asked about as servers.

    Raises:
        UsageError: Nothing was given, the workload or the namespace names nothing that was read.
        InputError: Something given cannot be read.
    """
    scene = scene_of(request.inputs, request.complete, request.versions)
    carried = mtls_in(scene, request)
    workloads = _workloads(carried)
    numbers = {member: one.number for one in carried.matrix.classes for member in one.members}
    return ReportResult(
        mtls=mtls_result(scene, carried),
        matrix=matrix_result(scene, _into(carried.matrix, _set(carried.asked, numbers))),
        workloads=workloads,
        edges=tuple(Ends(one.callers, one.called) for one in carried.flows),
        breaking=tuple(
            Ends(one.flow.callers if one.flow is not None else 0, _set(one.servers, numbers)) for one in carried.breaks
        ),
    )


def _workloads(carried: Carried) -> tuple[ReportWorkload, ...]:
    asked = set(carried.asked)
    return tuple(
        ReportWorkload(member.title, member.namespace, one.number, member in asked)
        for one in carried.matrix.classes
        for member in one.members
    )


def _set(workloads: Iterable[Workload], numbers: Mapping[Workload, int]) -> int:
    found = 0
    for one in workloads:
        found |= 1 << numbers[one] if one in numbers else 0
    return found


def _into(matrix: Matrix, called: int) -> Matrix:
    """The answers for calls to some classes alone."""
    rows = (row._replace(servers=row.servers & called) for row in matrix.rows if row.servers & called)
    return replace(matrix, rows=tuple(rows))
