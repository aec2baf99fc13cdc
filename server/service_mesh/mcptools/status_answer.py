"""What `mesh_status` publishes: the result of the operation, cut to a page and bounded field by field."""

from dataclasses import dataclass, replace

from service_mesh.mcptools.answer import label
from service_mesh.mcptools.quoting import one_line
from service_mesh.model.grade import Severity
from service_mesh.operations.result import Counts, NotChecked, Verdict
from service_mesh.operations.status_result import Cause, Problem, ReadCluster
from service_mesh.status.health import (
    CertificateHealth,
    Component,
    DataPlane,
    GatewayHealth,
    MeshHealth,
    NamespaceHealth,
)
from service_mesh.status.linkerd_exports import CheckResult

__all__ = [
    "CauseAnswer",
    "FullProblem",
    "ShortProblem",
    "StatusAnswer",
    "bounded",
    "cause_of",
    "full_problem",
    "said",
    "short",
]

_MESSAGE = 400
_COMMAND = 300
_NAME = 120
_PLACE = 200
_MOST = 3


@dataclass(frozen=True, slots=True)
class ShortProblem:
    """A problem in brief; `resource` reads "Kind namespace/name", `evidence` "pointer = value"."""

    code: str
    severity: Severity
    resource: str | None
    message: str
    evidence: str
    next_command: str


@dataclass(frozen=True, slots=True)
class FullProblem:
    """A problem with its place in the snapshot and what it rests on."""

    code: str
    severity: Severity
    resource: str | None
    message: str
    evidence: str
    next_command: str
    check: str
    file: str
    line: int
    doc: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CauseAnswer:
    """The likeliest cause of a symptom; `cause` is empty where none was found."""

    symptom: str
    workload: str
    cause: str
    resource: str | None
    code: str
    next_command: str
    disproof: str
    looked_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """The structured content. `counts` are totals, whatever the page holds.

    Attributes:
        verdict: The judgement of everything.
        counts: All problems by severity.
        cause: The cause of the symptom that was asked about.
        problems: This page.
        meshes: What runs; rows without anything wrong are left out first.
        not_checked: What was not judged.
        taken_at: When the oldest cluster was read.
        clusters: The clusters.
        versions: What the configuration was judged by.
        reported: What a saved answer of `linkerd check` found.
        notes: What follows from the versions; what is not in this answer and how to get it.
        next_cursor: Where the next page starts, or null.
    """

    verdict: Verdict
    counts: Counts
    cause: CauseAnswer | None
    problems: tuple[ShortProblem | FullProblem, ...]
    meshes: tuple[MeshHealth, ...]
    not_checked: tuple[NotChecked, ...]
    taken_at: str
    clusters: tuple[ReadCluster, ...]
    versions: dict[str, str]
    reported: tuple[CheckResult, ...]
    notes: tuple[str, ...]
    next_cursor: str | None


def short(problem: Problem) -> ShortProblem:
    """The brief form."""
    return ShortProblem(
        code=problem.code,
        severity=problem.severity,
        resource=label(problem.resource),
        message=one_line(problem.message, _MESSAGE),
        evidence=_evidence(problem),
        next_command=one_line(problem.next_command, _COMMAND),
    )


def full_problem(problem: Problem) -> FullProblem:
    """Every field, each of them bounded."""
    return FullProblem(
        code=problem.code,
        severity=problem.severity,
        resource=label(problem.resource),
        message=one_line(problem.message, _MESSAGE),
        evidence=_evidence(problem),
        next_command=one_line(problem.next_command, _COMMAND),
        check=problem.check,
        file=one_line(problem.file, _PLACE),
        line=problem.line,
        doc=problem.doc,
        sources=tuple(one_line(source, _PLACE) for source in problem.sources[:_MOST]),
    )


def cause_of(cause: Cause) -> CauseAnswer:
    """The cause of a symptom, bounded."""
    return CauseAnswer(
        symptom=cause.symptom,
        workload=one_line(cause.workload, _NAME),
        cause=one_line(cause.cause, _MESSAGE),
        resource=label(cause.resource),
        code=cause.code,
        next_command=one_line(cause.next_command, _COMMAND),
        disproof=one_line(cause.disproof, _MESSAGE),
        looked_for=tuple(one_line(one, _NAME) for one in cause.looked_for),
    )


def said(check: CheckResult) -> CheckResult:
    """What another tool found, bounded."""
    return CheckResult(
        category=one_line(check.category, _NAME),
        description=one_line(check.description, _PLACE),
        result=one_line(check.result, _NAME),
        error=one_line(check.error, _PLACE),
        hint=one_line(check.hint, _PLACE),
        file=one_line(check.file, _PLACE),
    )


def bounded(mesh: MeshHealth) -> MeshHealth:
    """The same mesh with names from the cluster bounded and on one line."""
    return replace(
        mesh,
        cluster=one_line(mesh.cluster, _NAME),
        version=one_line(mesh.version, _NAME),
        mode=one_line(mesh.mode, _PLACE),
        support=one_line(mesh.support, _PLACE),
        control_plane=tuple(map(_component, mesh.control_plane)),
        data_plane=DataPlane(tuple(map(_namespace, mesh.data_plane.namespaces))),
        gateways=tuple(map(_gateway, mesh.gateways)),
        certificates=tuple(map(_certificate, mesh.certificates)),
    )


def _evidence(problem: Problem) -> str:
    value = f" = {problem.evidence.value}" if problem.evidence.value else ""
    return one_line(problem.evidence.pointer + value, _PLACE)


def _component(part: Component) -> Component:
    return replace(
        part,
        name=one_line(part.name, _NAME),
        namespace=one_line(part.namespace, _NAME),
        version=one_line(part.version, _NAME),
        revision=one_line(part.revision, _NAME),
    )


def _namespace(held: NamespaceHealth) -> NamespaceHealth:
    return replace(held, name=one_line(held.name, _NAME), revision=one_line(held.revision, _NAME))


def _gateway(gateway: GatewayHealth) -> GatewayHealth:
    return replace(
        gateway,
        name=one_line(gateway.name, _PLACE),
        addresses=tuple(one_line(address, _NAME) for address in gateway.addresses[:_MOST]),
        listeners=tuple(one_line(listener, _NAME) for listener in gateway.listeners[:_MOST]),
    )


def _certificate(held: CertificateHealth) -> CertificateHealth:
    return replace(held, what=one_line(held.what, _PLACE), not_after=one_line(held.not_after, _NAME))
