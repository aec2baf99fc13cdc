"""The verb `validate`: what is refused, wrong or without effect in a configuration, with its place."""

from collections.abc import Iterable, Iterator

from service_mesh.engine.grading import Graded, grade, in_order
from service_mesh.engine.run import Engine, Report
from service_mesh.engine.world import World
from service_mesh.errors import UsageError
from service_mesh.model.finding import Finding
from service_mesh.model.grade import Severity
from service_mesh.model.kinds import Kind
from service_mesh.operations.definitions import load_definitions
from service_mesh.operations.fixing import Fixing
from service_mesh.operations.loading import load, unrendered
from service_mesh.operations.request import FixMode, ValidateRequest
from service_mesh.operations.result import Counts, NotChecked, ResourceCounts, Rewritten, ValidateResult, Verdict
from service_mesh.operations.versions import catalogue_for
from service_mesh.operations.withholding import shown, withheld
from service_mesh.rules.registry import load_rules

__all__ = ["validate", "validate_to_write"]

_ABOUT_THE_CALL = "SC140"
_NOTHING = NotChecked("the input", "it holds no Kubernetes object and no mesh command", "give manifests")


def validate(request: ValidateRequest) -> ValidateResult:
    """Judge a configuration.

    Raises:
        As `validate_to_write`.
    """
    return validate_to_write(request)[0]


def validate_to_write(request: ValidateRequest) -> tuple[ValidateResult, tuple[Rewritten, ...]]:
    """Judge a configuration, and give the files after the fixes as they would be written, Secrets and all.

    Raises:
        UsageError: Nothing was given, a rule code is unknown, or a version is none or older than all that are known.
        InputError: Something given cannot be read.
    """
    inputs = request.inputs
    if inputs.manifests is None and not inputs.paths and inputs.snapshot is None and inputs.kube_context is None:
        raise UsageError("nothing to validate", "give manifests, paths, a snapshot or a kubeconfig context")
    registry = load_rules()
    definitions = load_definitions(request.crds, inputs)
    codes = registry.about_files().narrowed(request.select, request.ignore)
    loaded = load(inputs, request.complete)
    catalogue, detected = catalogue_for(request.versions, definitions.given, loaded.worlds)
    engine = Engine(registry, catalogue, codes)
    reports = [engine.run(world) for world in loaded.worlds]
    found = [graded for report in reports for graded in report.findings]
    faulty = [grade(registry.get(code), draft) for code, draft in definitions.faults if code in engine.codes]
    fixing = Fixing(engine, loaded, request.complete, found, _shown(found, faulty, request))
    findings = tuple(fixing.views())
    kinds = _kinds(loaded.worlds)
    resources = _resources(loaded.worlds, reports)
    commands = sum(len(world.commands) for world in loaded.worlds)
    chart_values = sum(len(world.reading.values) for world in loaded.worlds)
    not_checked = (*loaded.unread, *definitions.unread, *_not_checked(loaded.worlds, reports))
    not_checked = (*not_checked, *definitions.not_checked(kinds))
    if not not_checked and not (resources.valid or resources.invalid or commands or chart_values):
        not_checked = (_NOTHING,)
    rewritten = fixing.fixed(request.fix) if request.fix is not FixMode.NONE else ()
    fixed = tuple(shown(rewritten))
    result = ValidateResult(
        verdict=_verdict(findings, not_checked, request.fail_on),
        counts=_counts(findings),
        resources=resources,
        findings=findings,
        not_checked=not_checked,
        complete_namespaces=tuple(sorted({name for report in reports for name in report.complete_namespaces})),
        fixed=fixed,
        versions=catalogue.versions(kinds),
        notes=(*detected, *catalogue.notes(), *withheld(fixed, request.fix)),
        commands=commands,
        chart_values=chart_values,
    )
    return result, rewritten


def _shown(found: Iterable[Graded], faulty: Iterable[Graded], request: ValidateRequest) -> list[Graded]:
    """What the caller asked to see: findings in the input, and faults of given definitions whatever the namespace."""
    listed = (graded for graded in found if graded.is_listed)
    wanted = [graded for graded in _once(in_order(listed)) if _is_wanted(graded.finding, request)]
    return in_order([*wanted, *(graded for graded in faulty if _is_grave(graded.finding, request))])


def _kinds(worlds: Iterable[World]) -> set[Kind]:
    return {resource.kind for world in worlds for resource in world.reading.resources}


def _once(findings: Iterable[Graded]) -> Iterator[Graded]:
    """What is said about the call itself is said once, however many documents it was met in."""
    told: set[str] = set()
    for graded in findings:
        finding = graded.finding
        if finding.code != _ABOUT_THE_CALL or finding.message not in told:
            yield graded
        if finding.code == _ABOUT_THE_CALL:
            told.add(finding.message)


def _is_grave(finding: Finding, request: ValidateRequest) -> bool:
    return finding.severity.reaches(request.min_severity)


def _is_wanted(finding: Finding, request: ValidateRequest) -> bool:
    if not _is_grave(finding, request):
        return False
    ref = finding.resource
    if request.namespace is None or ref is None:
        return True
    return request.namespace in (ref.namespace, ref.name if ref.kind == "Namespace" else None)


def _counts(findings: Iterable[Finding]) -> Counts:
    by_severity = dict.fromkeys(Severity, 0)
    for finding in findings:
        by_severity[finding.severity] += 1
    return Counts(*(by_severity[severity] for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)))


def _verdict(findings: Iterable[Finding], not_checked: tuple[NotChecked, ...], fail_on: Severity) -> Verdict:
    if any(finding.severity.reaches(fail_on) for finding in findings):
        return Verdict.FAIL
    return Verdict.INCOMPLETE if not_checked else Verdict.PASS


def _resources(worlds: Iterable[World], reports: Iterable[Report]) -> ResourceCounts:
    readings = [world.reading for world in worlds]
    valid = invalid = unjudged = 0
    for report in reports:
        valid, invalid = valid + report.valid, invalid + report.invalid
        unjudged += sum(report.unjudged.values())
    invalid += sum(reading.unreadable for reading in readings)
    unjudged += sum(sum(reading.templates.values()) + reading.patches for reading in readings)
    skipped = sum(reading.skipped for reading in readings)
    return ResourceCounts(valid + invalid + unjudged + skipped, valid, invalid, skipped, unjudged)


def _not_checked(worlds: Iterable[World], reports: list[Report]) -> Iterator[NotChecked]:
    yield from (entry for world in worlds for entry in world.unread)
    yield from unrendered(worlds)
    unjudged: dict[str, int] = {}
    for report in reports:
        for reason, count in report.unjudged.items():
            unjudged[reason] = unjudged.get(reason, 0) + count
    for reason, count in sorted(unjudged.items()):
        how = "give their definitions as crds (--crds PATH), or ask a cluster: kubectl apply --dry-run=server -f FILE"
        yield NotChecked(f"{count} object{'s' if count > 1 else ''}", reason, how)
    partial = sum(graded.draft.partial for report in reports for graded in report.findings)
    if partial:
        why = "what they name is not in the given files and may exist elsewhere"
        how = "add the missing files, or say that nothing is missing: complete=yes (--complete yes)"
        yield NotChecked(f"{partial} reference{'s' if partial > 1 else ''}", why, how)
