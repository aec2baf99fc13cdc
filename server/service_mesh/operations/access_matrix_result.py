"""The shapes that `access_matrix` answers with; field names are the published contract."""

from dataclasses import dataclass, field
from typing import NamedTuple

from service_mesh.model.unchecked import NotChecked
from service_mesh.operations.access_result import AccessDecision, Deciding

__all__ = ["AccessMatrixResult", "MatrixClass", "MatrixPort", "MatrixRow", "MatrixTotals"]


@dataclass(frozen=True, slots=True)
class MatrixClass:
    """Workloads that nothing loaded can tell apart.

    Attributes:
        number: Its number, from 0.
        members: Titles of the workloads.
    """

    number: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatrixPort:
    """A port that a class offers.

    Attributes:
        port: Number of the container port.
        protocol: TCP, UDP or SCTP.
        service_port: Port of the Service that leads there; None where the pod is addressed itself.
        service: Name of that Service, of the first member of the class, where several with that port lead there.
    """

    port: int
    protocol: str
    service_port: int | None = None
    service: str = ""


class MatrixRow(NamedTuple):
    """One answer, for the calls of some classes to one port of others.

    Attributes:
        clients: Numbers of the calling classes, as the bits of a number: thousands of rows stay small that way.
        servers: Numbers of the classes that are called, likewise.
        port: The port.
        decision: Whether the calls pass.
        transport: What the clients' connections carry; see `posture.edges.Transport`.
        deciding: What decides; None where the calls pass and no policy speaks of them. Its `resource` is None where the
            workloads' own settings decide.
        depends_on_request: Whether only the request is missing to tell.
        needs: What would settle an answer that is not known.
    """

    clients: int
    servers: int
    port: MatrixPort
    decision: AccessDecision
    transport: str
    deciding: Deciding | None
    depends_on_request: bool
    needs: tuple[str, ...]

    @property
    def sources(self) -> tuple[int, ...]:
        """Numbers of the calling classes, in order."""
        return _numbers(self.clients)

    @property
    def targets(self) -> tuple[int, ...]:
        """Numbers of the classes that are called, in order."""
        return _numbers(self.servers)


@dataclass(frozen=True, slots=True)
class MatrixTotals:
    """How much there is; the last three count pairs of workloads and ports."""

    workloads: int
    classes: int
    rows: int
    allow: int
    deny: int
    unknown: int


@dataclass(frozen=True, slots=True)
class AccessMatrixResult:
    """The answer of `access_matrix`.

    Attributes:
        classes: The classes with their members.
        rows: The answers; every ordered pair of classes is in one row for each port that is offered.
        totals: How much there is.
        not_checked: What was given and not read.
        versions: What it was judged by.
        notes: What follows from the versions, and what was left out.
    """

    classes: tuple[MatrixClass, ...]
    rows: tuple[MatrixRow, ...]
    totals: MatrixTotals
    not_checked: tuple[NotChecked, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def _numbers(mask: int) -> tuple[int, ...]:
    return tuple(number for number, digit in enumerate(reversed(f"{mask:b}")) if digit == "1")
