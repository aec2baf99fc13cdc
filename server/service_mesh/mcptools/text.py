"""The text of an answer: the judgement first, one line per finding, then what was not judged and what to do next."""

from collections.abc import Iterator

from service_mesh.mcptools.answer import ConciseFinding, FixedFile, ValidateAnswer, label
from service_mesh.mcptools.quoting import one_line
from service_mesh.model.finding import Finding
from service_mesh.operations.result import Counts, ResourceCounts

__all__ = ["render"]

_DIFF_LINE = 1_000


def render(answer: ValidateAnswer) -> str:
    """The answer as text; it says nothing that the structured content does not hold, and leaves out fixed texts."""
    return "\n".join(_lines(answer))


def _lines(answer: ValidateAnswer) -> Iterator[str]:
    yield f"{answer.verdict}: {_counts(answer.counts)}; {_resources(answer.resources)}{_commands(answer.commands)}"
    for finding in answer.findings:
        yield from _full(finding) if isinstance(finding, Finding) else _concise(finding)
    for entry in answer.not_checked:
        yield f"not checked: {entry.what}: {entry.why}; {entry.how_to_settle}"
    if answer.complete_namespaces:
        yield f"taken as complete: {', '.join(answer.complete_namespaces)}"
    if answer.versions:
        yield "judged by: " + ", ".join(f"{name} {version}" for name, version in answer.versions.items())
    for file in answer.fixed:
        yield from _fixed(file)
    yield from answer.notes


def _counts(counts: Counts) -> str:
    return f"{_number(counts.error, 'error')}, {_number(counts.warning, 'warning')}, {counts.info} info"


def _resources(resources: ResourceCounts) -> str:
    parts = {
        "valid": resources.valid,
        "invalid": resources.invalid,
        "skipped": resources.skipped,
        "not checked": resources.not_checked,
    }
    detail = ", ".join(f"{count} {what}" for what, count in parts.items() if count)
    return _number(resources.total, "document") + (f" ({detail})" if detail else "")


def _commands(count: int) -> str:
    return f", {_number(count, 'command')}" if count else ""


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _concise(finding: ConciseFinding) -> Iterator[str]:
    resource = f" {finding.resource}" if finding.resource else ""
    yield f"{finding.file}:{finding.line} {finding.severity} {finding.code}{resource}: {finding.message}"


def _full(finding: Finding) -> Iterator[str]:
    resource = label(finding.resource)
    yield (
        f"{finding.file}:{finding.line}:{finding.column} {finding.severity} {finding.code} {finding.name}"
        f"{' ' + resource if resource else ''}: {finding.message}"
    )
    if finding.snippet:
        yield f"  > {finding.snippet.lstrip()}"
    for view in finding.related:
        yield f"  see {view.file}:{view.line} {view.note}"
    if finding.fix:
        yield f"  fix ({'safe' if finding.fix.safe else 'needs a decision'}): {finding.fix.title}"
    if finding.doc:
        yield f"  page: {finding.doc}"


def _fixed(file: FixedFile) -> Iterator[str]:
    if file.diff is not None:
        yield f"fixed {file.file}:"
        yield from (one_line(line, _DIFF_LINE) for line in file.diff.rstrip("\n").split("\n"))
