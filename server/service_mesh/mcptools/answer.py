"""What `validate_config` publishes: the result of the operation, cut to a page and bounded field by field."""

from dataclasses import dataclass, replace

from service_mesh.mcptools.quoting import encodable, one_line
from service_mesh.model.finding import Finding, FixView, RelatedView, ResourceRef
from service_mesh.model.grade import Severity
from service_mesh.operations.result import Counts, NotChecked, ResourceCounts, Verdict

__all__ = ["ConciseFinding", "FixedFile", "ValidateAnswer", "concise", "full", "label", "reason"]

_MESSAGE = 400
_NAME = 120
_PLACE = 200
_SNIPPET = 160
_DIFF = 1_500
_MOST = 3


@dataclass(frozen=True, slots=True)
class ConciseFinding:
    """A finding in one line; `resource` reads "Kind namespace/name", null where the fault belongs to no object."""

    code: str
    severity: Severity
    resource: str | None
    file: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A file as it would be after the fixes; null where that part did not fit into the answer."""

    file: str
    diff: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class ValidateAnswer:
    """The structured content. `counts` and `resources` are totals, whatever the page holds.

    Attributes:
        verdict: The judgement of the whole input.
        counts: All findings by severity.
        resources: What became of the documents.
        commands: Mesh commands looked at in Markdown.
        findings: This page.
        not_checked: What was not judged.
        complete_namespaces: Namespaces in which something that is not here was taken not to exist.
        fixed: Files as they would be after the fixes.
        versions: What the input was judged by.
        notes: What follows from the versions; what is not in this answer and how to get it.
        next_cursor: Where the next page starts, or null.
    """

    verdict: Verdict
    counts: Counts
    resources: ResourceCounts
    commands: int
    findings: tuple[ConciseFinding | Finding, ...]
    not_checked: tuple[NotChecked, ...]
    complete_namespaces: tuple[str, ...]
    fixed: tuple[FixedFile, ...]
    versions: dict[str, str]
    notes: tuple[str, ...]
    next_cursor: str | None


def label(resource: ResourceRef | None) -> str | None:
    """An object as people name it: `Kind namespace/name`, the namespace left out where there is none."""
    if resource is None:
        return None
    name = f"{resource.namespace}/{resource.name}" if resource.namespace else resource.name
    cluster = f" in cluster {resource.cluster}" if resource.cluster else ""
    return one_line(f"{resource.kind} {name}{cluster}", _PLACE)


def concise(finding: Finding) -> ConciseFinding:
    """The one-line form."""
    return ConciseFinding(
        code=finding.code,
        severity=finding.severity,
        resource=label(finding.resource),
        file=one_line(finding.file, _PLACE),
        line=finding.line,
        message=one_line(finding.message, _MESSAGE),
    )


def full(finding: Finding) -> Finding:
    """Every field of the contract, each of them bounded; a longer diff is left empty, it comes with `fix`."""
    return replace(
        finding,
        message=one_line(finding.message, _MESSAGE),
        resource=_resource(finding.resource),
        pointer=one_line(finding.pointer, _PLACE),
        file=one_line(finding.file, _PLACE),
        snippet=one_line(finding.snippet.rstrip(), _SNIPPET),
        related=tuple(_related(view) for view in finding.related[:_MOST]),
        fix=_fix(finding.fix),
        sources=tuple(one_line(source, _PLACE) for source in finding.sources[:_MOST]),
    )


def reason(entry: NotChecked) -> NotChecked:
    """A not-checked entry, bounded."""
    return NotChecked(
        what=one_line(entry.what, _PLACE),
        why=one_line(entry.why, _PLACE),
        how_to_settle=one_line(entry.how_to_settle, _PLACE),
    )


def _resource(resource: ResourceRef | None) -> ResourceRef | None:
    if resource is None:
        return None
    return ResourceRef(
        api_version=one_line(resource.api_version, _NAME),
        kind=one_line(resource.kind, _NAME),
        namespace=one_line(resource.namespace, _NAME),
        name=one_line(resource.name, _NAME),
        cluster=one_line(resource.cluster, _NAME),
    )


def _related(view: RelatedView) -> RelatedView:
    return RelatedView(
        resource=_resource(view.resource),
        pointer=one_line(view.pointer, _PLACE),
        file=one_line(view.file, _PLACE),
        line=view.line,
        note=one_line(view.note, _PLACE),
    )


def _fix(fix: FixView | None) -> FixView | None:
    if fix is None:
        return None
    diff = encodable(fix.diff) if len(fix.diff.encode(errors="replace")) <= _DIFF else ""
    return FixView(title=one_line(fix.title, _PLACE), safe=fix.safe, diff=diff)
