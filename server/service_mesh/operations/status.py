"""The verb `status`: the health of every mesh of some clusters, problems first."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import replace

from service_mesh.catalog.given import NOTHING_GIVEN
from service_mesh.catalog.support import age_note, checked
from service_mesh.cluster.exports import ExportKind
from service_mesh.cluster.layouts import Layout
from service_mesh.cluster.redaction import REDACTED
from service_mesh.engine.grading import Graded
from service_mesh.engine.run import Engine, Report
from service_mesh.engine.world import World
from service_mesh.errors import UsageError
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Finding
from service_mesh.model.grade import Severity
from service_mesh.model.kinds import Kind
from service_mesh.model.node import Node
from service_mesh.operations.clusters import Clusters, HowToRead, read_clusters
from service_mesh.operations.diagnosis import check_question, find_cause
from service_mesh.operations.request import Check, StatusRequest
from service_mesh.operations.result import Counts, NotChecked, Verdict
from service_mesh.operations.status_result import Evidence, Problem, StatusResult
from service_mesh.operations.versions import catalogue_for
from service_mesh.rules.registry import Registry, load_rules
from service_mesh.source.reader import Reading as Texts
from service_mesh.status.checks import codes_of, part_of
from service_mesh.status.coverage import lacking
from service_mesh.status.health import DataPlane, MeshHealth
from service_mesh.status.linkerd_exports import CheckResult, failed_checks
from service_mesh.status.overview import overview

__all__ = ["status"]

_LIVE = Layout.LIVE.value
_SHOWN_VALUE = 120
_TAKEN_OUT = (REDACTED, b64encode(REDACTED.encode("ascii")).decode("ascii"))
"""What the reader leaves in place of a secret, in a text and in `data` of a Secret."""
_ABOUT_THE_MESH = frozenset({"control-plane", "certificates", "versions", "multi-cluster", "pre-install"})
"""Parts that concern every namespace, whichever is asked for."""


def status(request: StatusRequest) -> StatusResult:
    """Tell the health of clusters.

    Raises:
        UsageError: No cluster is named, a version or the time is none, a symptom has no workload.
        InputError: The snapshot or the cluster cannot be read.
    """
    check_question(request)
    inputs = request.inputs
    if inputs.snapshot is None and inputs.kube_context is None:
        raise UsageError("no cluster to look at", "name a snapshot or a kubeconfig context")
    how = HowToRead(request.now, request.cert_days, request.namespace or "", request.deadline, request.progress)
    clusters = read_clusters(inputs, how)
    registry = load_rules()
    world = _world(clusters)
    catalogue, detected = catalogue_for(request.versions, NOTHING_GIVEN, [world])
    asked = codes_of(request.checks, registry)
    codes = asked | (codes_of((), registry) if request.symptom else set()) | registry.about_files().narrowed()
    report = Engine(registry, catalogue, codes).run(world)
    problems = tuple(one for one in _problems(report, registry, request) if one.code in asked)
    configuration = [one.finding for one in report.findings if not registry.get(one.finding.code).is_about_health]
    meshes = _meshes(report.view, clusters, configuration, request)
    has_answer = bool(meshes or problems or Check.PRE_INSTALL in request.checks)
    not_checked = (*clusters.unread, *_lacking(clusters, meshes), *(() if has_answer else _without_mesh(clusters)))
    return StatusResult(
        verdict=_verdict(problems, not_checked, request.fail_on),
        meshes=meshes,
        problems=problems,
        counts=_counts(problems),
        not_checked=not_checked,
        taken_at=min((cluster.taken_at for cluster in clusters.clusters if cluster.taken_at), default=""),
        clusters=clusters.clusters,
        versions=catalogue.versions(_kinds(world)),
        notes=(*detected, *catalogue.notes(), *_age_of_facts(clusters)),
        cause=find_cause(request, report),
        reported=_reported(clusters),
        nothing_checked=not has_answer,
    )


def _age_of_facts(clusters: Clusters) -> Iterator[str]:
    """How old the facts about supported releases are."""
    times = [capture.now for capture in clusters.captures.values() if capture.now is not None]
    yield age_note(max(times, default=None)) or f"support windows are those known on {checked()}"


def _reported(clusters: Clusters) -> tuple[CheckResult, ...]:
    checks = [export for export in clusters.exports if export.kind is ExportKind.LINKERD_CHECK]
    return failed_checks((export.file, export.data) for export in checks)


def _world(clusters: Clusters) -> World:
    texts = Texts()
    texts.resources += clusters.resources
    return World((), texts, captures=clusters.captures)


def _kinds(world: World) -> set[Kind]:
    return {resource.kind for resource in world.reading.resources}


def _problems(report: Report, registry: Registry, request: StatusRequest) -> Iterator[Problem]:
    found = [_problem(one, registry) for one in report.findings if registry.get(one.finding.code).is_about_health]
    yield from sorted((one for one in found if _is_wanted(one, request.namespace)), key=_gravity)


def _problem(graded: Graded, registry: Registry) -> Problem:
    finding, node = graded.finding, graded.draft.node
    return Problem(
        id=finding.id,
        code=finding.code,
        name=finding.name,
        severity=finding.severity,
        check=part_of(registry.get(finding.code)),
        message=finding.message,
        resource=finding.resource,
        evidence=Evidence(finding.pointer, _value(node)),
        file=finding.file,
        line=finding.line,
        next_command=graded.draft.next_command,
        doc=finding.doc,
        sources=finding.sources,
    )


def _value(node: Node | None) -> str:
    """What stands in a field, if it is a plain value: of a map or a list its size says enough."""
    value = node.value if node is not None else None
    if isinstance(value, dict | list):
        one, several = ("field", "fields") if isinstance(value, dict) else ("entry", "entries")
        return f"{len(value)} {one if len(value) == 1 else several}"
    if value in _TAKEN_OUT:
        return "redacted"
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= _SHOWN_VALUE else f"{text[:_SHOWN_VALUE]}…"


def _is_wanted(problem: Problem, namespace: str | None) -> bool:
    ref = problem.resource
    if namespace is None or ref is None or problem.check in _ABOUT_THE_MESH:
        return True
    return namespace in (ref.namespace, ref.name if ref.kind == "Namespace" else None)


def _gravity(problem: Problem) -> tuple[int, str, str, str, str]:
    ref = problem.resource
    place = (ref.cluster, ref.namespace, ref.name) if ref is not None else ("", "", "")
    return (problem.severity.rank, *place, problem.code)


def _without_mesh(clusters: Clusters) -> Iterator[NotChecked]:
    """Said of clusters in which no mesh was found; where nothing was read at all, the reader has said why."""
    if any(cluster.objects for cluster in clusters.clusters):
        how = "look at another context or snapshot, or ask whether a mesh can be installed: --check pre-install"
        yield NotChecked("the health of a mesh", "neither Istio nor Linkerd nor Cilium was found", how)


def _lacking(clusters: Clusters, meshes: Iterable[MeshHealth]) -> Iterator[NotChecked]:
    """What snapshots do not hold; of a live cluster the reader has said it already."""
    saved = {cluster.key for cluster in clusters.clusters if cluster.source != _LIVE and cluster.objects}
    injected = {mesh.cluster for mesh in meshes if mesh.mesh != "cilium"}
    yield from lacking({key: one for key, one in clusters.captures.items() if key in saved}, saved - injected)


def _meshes(
    view: MeshView | None, clusters: Clusters, configuration: Iterable[Finding], request: StatusRequest
) -> tuple[MeshHealth, ...]:
    if view is None:
        return ()
    found = overview(view, dict.fromkeys(cluster.key for cluster in clusters.clusters), configuration)
    return tuple(_narrowed(health, request.namespace) for health in found)


def _narrowed(health: MeshHealth, namespace: str | None) -> MeshHealth:
    if namespace is None:
        return health
    held = tuple(one for one in health.data_plane.namespaces if one.name == namespace)
    gateways = tuple(one for one in health.gateways if one.name.partition("/")[0] == namespace)
    return replace(health, data_plane=DataPlane(held), gateways=gateways)


def _counts(problems: Iterable[Problem]) -> Counts:
    graded = [problem.severity for problem in problems]
    return Counts(*(graded.count(severity) for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)))


def _verdict(problems: Iterable[Problem], not_checked: tuple[NotChecked, ...], fail_on: Severity) -> Verdict:
    if any(problem.severity.reaches(fail_on) for problem in problems):
        return Verdict.FAIL
    return Verdict.INCOMPLETE if not_checked else Verdict.PASS
