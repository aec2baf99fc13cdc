"""The shape that `report` answers with: two answers about one mesh, and whom exactly their lines are about."""

from dataclasses import dataclass
from typing import NamedTuple

from service_mesh.operations.access_matrix_result import AccessMatrixResult
from service_mesh.operations.mtls_result import MtlsResult

__all__ = ["Ends", "ReportResult", "ReportWorkload"]


class ReportWorkload(NamedTuple):
    """A workload of the matrix.

    Attributes:
        title: `Kind namespace/name`.
        namespace: Its namespace.
        number: Number of its class.
        is_asked: Whether it is asked about as a server.
    """

    title: str
    namespace: str
    number: int
    is_asked: bool


class Ends(NamedTuple):
    """Who calls and who is called, as the numbers of classes: the bits of a number.

    Attributes:
        callers: Who calls; 0 for somebody outside.
        called: Who is called.
    """

    callers: int
    called: int


@dataclass(frozen=True, slots=True)
class ReportResult:
    """The answer of `report`.

    Attributes:
        mtls: What travels between workloads.
        matrix: Who can call those that are asked about.
        workloads: All workloads of the matrix, in the order of their classes.
        edges: Whom each of `mtls.edges` is about, in their order.
        breaking: Whom each of `mtls.strict_ready.would_break` is about, in their order.
    """

    mtls: MtlsResult
    matrix: AccessMatrixResult
    workloads: tuple[ReportWorkload, ...]
    edges: tuple[Ends, ...]
    breaking: tuple[Ends, ...]
