"""Fixes, proven before they are shown: applied to the texts, judged again, withdrawn if anything new turns up."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import indent

from service_mesh.engine.grading import Graded
from service_mesh.engine.run import Engine
from service_mesh.mesh.view import Complete
from service_mesh.model.finding import Finding, FixView, ResourceRef
from service_mesh.model.fix import Edit
from service_mesh.model.origin import SourceText
from service_mesh.operations.loading import Loaded, Text, read_again
from service_mesh.operations.request import FixMode
from service_mesh.operations.result import Fixed
from service_mesh.source.blocks import replace_blocks
from service_mesh.source.diff import unified_diff
from service_mesh.source.editor import EditRefusedError, edit_documents, edit_text

__all__ = ["Fixing"]

_MOST_SHOWN = 500
_MOST_ALONE = 40
_Signature = tuple[str, ResourceRef | None, str]


@dataclass(frozen=True, slots=True)
class _Applied:
    """The texts after some fixes, and which findings' fixes are in them."""

    texts: tuple[Text, ...]
    findings: tuple[Graded, ...]


class Fixing:
    """The fixes of some findings.

    Args:
        engine: Judges the texts after the fixes.
        loaded: The texts as they were read.
        complete: As in the request.
        found: Everything that was found in them.
        shown: Findings that will be shown; those without a fix pass through.
    """

    def __init__(
        self, engine: Engine, loaded: Loaded, complete: Complete, found: list[Graded], shown: list[Graded]
    ) -> None:
        self._engine = engine
        self._loaded = loaded
        self._complete = complete
        self._before = Counter(_signature(graded) for graded in found)
        self._shown = shown
        candidates = [graded for graded in shown if graded.draft.fix is not None and not graded.draft.partial]
        self._proven = {id(graded) for graded in self._prove(candidates[:_MOST_SHOWN])}

    def views(self) -> Iterator[Finding]:
        """The findings, each with its fix if that was proven."""
        for graded in self._shown:
            fix = graded.draft.fix
            if fix is None or id(graded) not in self._proven:
                yield graded.finding
                continue
            yield graded.finding.with_fix(FixView(fix.title, fix.safe, "".join(_diffs(graded))))

    def fixed(self, mode: FixMode) -> tuple[Fixed, ...]:
        """The texts that change when all proven fixes, or all safe ones, are applied."""
        chosen = [
            graded
            for graded in self._shown
            if id(graded) in self._proven and (mode is FixMode.ALL or (graded.draft.fix and graded.draft.fix.safe))
        ]
        return tuple(self._changes(self._apply(chosen)))

    def _prove(self, candidates: list[Graded]) -> Iterator[Graded]:
        """All together first, which costs one run; one by one only if something new turned up."""
        if not candidates:
            return
        applied = self._apply(candidates)
        if self._holds(applied):
            yield from applied.findings
            left = [graded for graded in candidates if graded not in applied.findings]
        else:
            left = candidates
        for graded in left[:_MOST_ALONE]:
            alone = self._apply([graded])
            if alone.findings and self._holds(alone):
                yield graded

    def _holds(self, applied: _Applied) -> bool:
        worlds = read_again(applied.texts, self._complete)
        after = Counter(_signature(graded) for world in worlds for graded in self._engine.run(world).findings)
        gone = all(after[_signature(g)] < self._before[_signature(g)] for g in applied.findings)
        return gone and not after - self._before

    def _apply(self, findings: list[Graded]) -> _Applied:
        taken = [graded for graded in findings if _by_source(graded)]
        try:
            changed = _edited(taken)
        except EditRefusedError:
            taken = _compatible(taken)
            changed = _edited(taken)
        return _Applied(tuple(_rewritten(text, changed) for text in self._loaded.texts), tuple(taken))

    def _changes(self, applied: _Applied) -> Iterator[Fixed]:
        for before, after in zip(self._loaded.texts, applied.texts, strict=True):
            if after is not before:
                name, old, new = before.source.name, before.source.text, after.source.text
                yield Fixed(name, unified_diff(name, old, new), new)


def _signature(graded: Graded) -> _Signature:
    """What is said about what, without the place: fixes move lines and list items."""
    return graded.finding.code, graded.finding.resource, graded.finding.message


def _by_source(graded: Graded) -> dict[SourceText, list[Edit]]:
    """The edits of a finding's fix by text; nothing if one of them concerns an object that no text holds."""
    found: dict[SourceText, list[Edit]] = {}
    for edit in graded.draft.fix.edits if graded.draft.fix is not None else ():
        if edit.resource.origin is None:
            return {}
        found.setdefault(edit.resource.origin.source, []).append(edit)
    return found


def _diffs(graded: Graded) -> Iterator[str]:
    """What the fix of one finding changes, from the changed documents alone, however large their texts are."""
    for source, edits in _by_source(graded).items():
        lines = {edit.resource.origin.start: edit.resource.origin.line for edit in edits if edit.resource.origin}
        margin = " " * source.column_offset
        for splice in edit_documents(source, edits):
            before = indent(source.text[splice.start : splice.end], margin)
            above = source.line_offset + lines[splice.start]
            yield unified_diff(source.name, before, indent(splice.text, margin), above)


def _edited(findings: list[Graded]) -> dict[SourceText, str]:
    edits: dict[SourceText, list[Edit]] = {}
    for graded in findings:
        for source, wanted in _by_source(graded).items():
            edits.setdefault(source, []).extend(wanted)
    return {source: edit_text(source, wanted) for source, wanted in edits.items()}


def _compatible(findings: list[Graded]) -> list[Graded]:
    """The findings whose edits go together, in order: one that touches the same place as an earlier one stays out."""
    taken: list[Graded] = []
    for graded in findings[:_MOST_ALONE]:
        try:
            _edited([*taken, graded])
        except EditRefusedError:
            continue
        taken.append(graded)
    return taken


def _rewritten(text: Text, changed: dict[SourceText, str]) -> Text:
    source = text.source
    if source in changed:
        return Text(SourceText(source.name, changed[source]), text.layer)
    blocks = {block: new for block, new in changed.items() if block.name == source.name}
    if not blocks or not text.is_markdown:
        return text
    return Text(SourceText(source.name, replace_blocks(source.text, blocks)), text.layer)
