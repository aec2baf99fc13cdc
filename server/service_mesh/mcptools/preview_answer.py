"""What `preview_change` publishes: the result of the operation, bounded field by field, and its Markdown."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Annotated, Any, cast

from pydantic import Field, TypeAdapter

from service_mesh.mcptools import budget
from service_mesh.mcptools.answer import label, reason
from service_mesh.mcptools.quoting import encodable, one_line
from service_mesh.mcptools.tool import Answer
from service_mesh.model.finding import Finding
from service_mesh.operations.preview_result import CallsChange, CallSide, PreviewResult
from service_mesh.operations.result import NotChecked, Verdict
from service_mesh.rendering.preview import port_text, render_preview_markdown, requests_text, why
from service_mesh.rendering.words import some

__all__ = ["AccessChangesAnswer", "ChangeAnswer", "PreviewAnswer", "to_preview_answer"]

_MOST = 12
_OBJECTS = 20
_TEXT = 300
_REASONS = 300


@dataclass(frozen=True, slots=True)
class ChangeAnswer:
    """Calls that the same becomes of; `before` and `after` read "decision (transport)", null where there is no call."""

    from_: Annotated[str, Field(alias="from")]
    to: str
    port: str
    request: str
    before: str | None
    after: str | None
    decided_by: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccessChangesAnswer:
    """What becomes of calls."""

    gained: tuple[ChangeAnswer, ...]
    lost: tuple[ChangeAnswer, ...]
    newly_unauthenticated: tuple[ChangeAnswer, ...]
    uncertain: tuple[ChangeAnswer, ...]


@dataclass(frozen=True, slots=True)
class EncryptionChangesAnswer:
    """What becomes of encryption of calls that go on."""

    lost: tuple[ChangeAnswer, ...]
    gained: tuple[ChangeAnswer, ...]


@dataclass(frozen=True, slots=True)
class FindingChangesAnswer:
    """Entries read "severity code object: finding (file:line)"."""

    introduced: tuple[str, ...]
    fixed: tuple[str, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class PreviewAnswer:
    """The structured content.

    Attributes:
        verdict: fail: encryption or authentication is lost, calls can no longer connect, or an error is introduced.
        objects: What the change touches.
        access: What becomes of calls.
        encryption: What becomes of encryption.
        findings: What becomes of findings.
        left_out: Kinds of calls that are not shown.
        markdown: The same for a pull request.
        not_checked: What was given and not read.
        versions: What it was judged by.
        notes: What the answer does not tell.
    """

    verdict: Verdict
    objects: tuple[str, ...]
    access: AccessChangesAnswer
    encryption: EncryptionChangesAnswer
    findings: FindingChangesAnswer
    left_out: int
    markdown: str
    not_checked: tuple[NotChecked, ...]
    versions: dict[str, str]
    notes: tuple[str, ...]


def to_preview_answer(result: PreviewResult, adapter: TypeAdapter[PreviewAnswer]) -> Answer:
    """The result as Markdown and data, each section with as many rows as fit."""

    def answer(rows: int) -> Answer:
        found = _bounded(result, rows)
        data = adapter.dump_python(found, mode="json", by_alias=True)
        return Answer(found.markdown, cast(dict[str, Any], data))

    return answer(budget.largest(_MOST, lambda rows: budget.fits(answer(rows), budget.DEFAULT_TOKENS)))


def _bounded(result: PreviewResult, rows: int) -> PreviewAnswer:
    access, encryption, findings = result.access, result.encryption, result.findings
    sections = (
        access.gained,
        access.lost,
        access.uncertain,
        access.newly_unauthenticated,
        encryption.lost,
        encryption.gained,
    )
    gained, lost, uncertain, unknown, bare, sealed = (
        tuple(_change(row, is_carriage=number > 2) for row in one[:rows]) for number, one in enumerate(sections)
    )
    return PreviewAnswer(
        verdict=result.verdict,
        objects=tuple(one_line(f"{one.how} {one.title}", _TEXT) for one in result.objects[:_OBJECTS]),
        access=AccessChangesAnswer(gained, lost, unknown, uncertain),
        encryption=EncryptionChangesAnswer(bare, sealed),
        findings=FindingChangesAnswer(
            tuple(_findings(findings.introduced[:rows])), tuple(_findings(findings.fixed[:rows])), findings.unchanged
        ),
        left_out=sum(max(0, len(one) - rows) for one in sections),
        markdown=encodable(render_preview_markdown(result, rows)),
        not_checked=budget.leading([reason(entry) for entry in result.not_checked], _REASONS, asdict),
        versions=result.versions,
        notes=tuple(one_line(note, _TEXT) for note in result.notes),
    )


def _change(row: CallsChange, *, is_carriage: bool = False) -> ChangeAnswer:
    sides = [side for side in (row.after, row.before) if side is not None]
    return ChangeAnswer(
        from_=one_line(some(row.from_, row.clients), _TEXT),
        to=one_line(some(row.to, row.servers), _TEXT),
        port=one_line(port_text(row.port), _TEXT),
        request=one_line(requests_text(row), _TEXT),
        before=_side(row.before),
        after=_side(row.after),
        decided_by=one_line(": ".join(filter(None, why(row, is_carriage=is_carriage))), _TEXT),
        needs=tuple(one_line(need, _TEXT) for need in next((side.needs for side in sides if side.needs), ())[:2]),
    )


def _side(side: CallSide | None) -> str | None:
    return f"{side.decision.value} ({side.transport})" if side is not None else None


def _findings(findings: Iterable[Finding]) -> Iterable[str]:
    for one in findings:
        place = f" ({one.file}:{one.line})" if one.file else ""
        yield one_line(f"{one.severity.value} {one.code} {label(one.resource)}: {one.message}{place}", _TEXT)
