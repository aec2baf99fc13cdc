"""Fixes, proven before they are shown: applied to the texts, judged again, withdrawn if anything new turns up."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import indent

from service_mesh.engine.grading import Graded
from service_mesh.engine.run import Engine
from service_mesh.engine.secrecy import without_content
from service_mesh.mesh.view import Complete
from service_mesh.model.finding import Finding, FixView, ResourceRef
from service_mesh.model.fix import Edit, Fix
from service_mesh.model.origin import SourceText
from service_mesh.operations.loading import Loaded, Text, read_again
from service_mesh.operations.request import FixMode
from service_mesh.operations.result import Rewritten
from service_mesh.source.blocks import replace_blocks
from service_mesh.source.diff import unified_diff
from service_mesh.source.editor import EditRefusedError, edit_documents, edit_text
from service_mesh.source.secrecy import holds_secret

__all__ = ["Fixing"]

_MOST_SHOWN = 500
_MOST_RUNS = 40
_MOST_TRIED = 30
_Signature = tuple[str, ResourceRef | None, str]
_Document = tuple[SourceText, int, int]  # with the offset and the line where it starts


@dataclass(frozen=True, slots=True)
class _Applied:
    """The texts after some fixes, and which findings' fixes are in them."""

    texts: tuple[Text, ...]
    findings: list[Graded]


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
        self._runs = _MOST_RUNS
        self._known: dict[frozenset[int], bool] = {frozenset(): True}
        candidates = [g for g in shown if not g.draft.partial and _by_document(g) and _is_of_files(g)]
        self._proven = {id(graded) for graded in self._prove(candidates[:_MOST_SHOWN])}

    def views(self) -> Iterator[Finding]:
        """The findings, each with its fix if that was proven."""
        for graded in self._shown:
            fix = graded.draft.fix
            if fix is None or id(graded) not in self._proven:
                yield graded.finding
                continue
            yield graded.finding.with_fix(_view(graded, fix))

    def fixed(self, mode: FixMode) -> tuple[Rewritten, ...]:
        """The texts that change when all proven fixes, or all safe ones, are applied."""
        chosen = [
            graded
            for graded in self._shown
            if id(graded) in self._proven and (mode is FixMode.ALL or (graded.draft.fix and graded.draft.fix.safe))
        ]
        self._runs = _MOST_RUNS
        return tuple(self._changes(self._apply(self._agreeing([], chosen))))

    def _prove(self, findings: list[Graded]) -> Iterator[Graded]:
        """What goes together first, which costs one run; its halves where something new turned up; then the rest."""
        applied = self._apply(findings if self._runs else [])
        together = applied.findings
        if not together:
            return
        if self._holds(applied):
            yield from together
        elif len(together) > 1:
            half = len(together) // 2
            yield from self._prove(together[:half])
            yield from self._prove(together[half:])
        taken = {id(graded) for graded in together}
        yield from self._prove([graded for graded in findings if id(graded) not in taken])

    def _agreeing(self, taken: list[Graded], more: list[Graded]) -> list[Graded]:
        """`taken` and what of `more` can be applied besides: two fixes may each be right and together be wrong."""
        applied = self._apply([*taken, *more])
        if self._holds(applied):
            return applied.findings
        if len(more) < 2 or not self._runs:
            return taken
        half = len(more) // 2
        return self._agreeing(self._agreeing(taken, more[:half]), more[half:])

    def _holds(self, applied: _Applied) -> bool:
        """Whether the findings are gone and nothing new is said."""
        key = frozenset(map(id, applied.findings))
        if key not in self._known:
            self._runs -= 1
            worlds = read_again(applied.texts, self._complete, self._loaded.clusters)
            after = Counter(_signature(graded) for world in worlds for graded in self._engine.run(world).findings)
            gone = all(after[_signature(g)] < self._before[_signature(g)] for g in applied.findings)
            self._known[key] = gone and not after - self._before
        return self._known[key]

    def _apply(self, findings: list[Graded]) -> _Applied:
        try:
            taken, changed = findings, _edited(findings)
        except EditRefusedError:
            taken = _compatible(findings)
            changed = _edited(taken)
        return _Applied(tuple(_rewritten(text, changed) for text in self._loaded.texts), taken)

    def _changes(self, applied: _Applied) -> Iterator[Rewritten]:
        for before, after in zip(self._loaded.texts, applied.texts, strict=True):
            if after is not before:
                yield Rewritten(before.source.name, before.source.text, after.source.text)


def _is_of_files(graded: Graded) -> bool:
    """Whether a fix changes files alone: what was read from a cluster is not ours to change."""
    fix = graded.draft.fix
    return fix is not None and not any(edit.resource.is_from_cluster for edit in fix.edits)


def _view(graded: Graded, fix: Fix) -> FixView:
    """A fix as it is shown: without a diff where the document holds Secrets, whose lines are shown to nobody."""
    node = graded.draft.node
    title = without_content(fix.title, node.resource if node is not None else None)
    origins = [edit.resource.origin for edit in fix.edits]
    hidden = any(origin is not None and holds_secret(origin.text) for origin in origins)
    return FixView(title, fix.safe, "" if hidden else "".join(_diffs(graded)))


def _signature(graded: Graded) -> _Signature:
    """What is said about what, without the place: fixes move lines and list items."""
    return graded.finding.code, graded.finding.resource, graded.finding.message


def _by_document(graded: Graded) -> dict[_Document, list[Edit]]:
    """The edits of a finding's fix by document; nothing if one of them concerns an object that no text holds."""
    found: dict[_Document, list[Edit]] = {}
    for edit in graded.draft.fix.edits if graded.draft.fix is not None else ():
        origin = edit.resource.origin
        if origin is None:
            return {}
        found.setdefault((origin.source, origin.start, origin.line), []).append(edit)
    return found


def _diffs(graded: Graded) -> Iterator[str]:
    """What the fix of one finding changes, from the changed documents alone, however large their texts are."""
    for (source, _, line), edits in _by_document(graded).items():
        margin = " " * source.column_offset
        for splice in edit_documents(source, edits):
            before = indent(source.text[splice.start : splice.end], margin)
            yield unified_diff(source.name, before, indent(splice.text, margin), source.line_offset + line)


def _edited(findings: list[Graded]) -> dict[SourceText, str]:
    edits: dict[SourceText, list[Edit]] = {}
    for graded in findings:
        for (source, _, _), wanted in _by_document(graded).items():
            edits.setdefault(source, []).extend(wanted)
    return {source: edit_text(source, wanted) for source, wanted in edits.items()}


def _compatible(findings: list[Graded]) -> list[Graded]:
    """The findings whose edits go together, in order: one that contradicts an earlier one stays out."""
    edits: dict[_Document, list[Edit]] = {}
    taken: list[Graded] = []
    for graded in findings:
        tried = {document: [*edits.get(document, ()), *own] for document, own in _by_document(graded).items()}
        if _are_made(tried):
            edits |= tried
            taken.append(graded)
    return taken


def _are_made(tried: dict[_Document, list[Edit]]) -> bool:
    """Whether the edits of each document go together; False for more than are worth the time."""
    try:
        for (source, _, _), edits in tried.items():
            if len(edits) > _MOST_TRIED:
                return False
            edit_documents(source, edits)
    except EditRefusedError:
        return False
    return True


def _rewritten(text: Text, changed: dict[SourceText, str]) -> Text:
    source = text.source
    if source in changed:
        return Text(SourceText(source.name, changed[source]), text.layer)
    blocks = {block: new for block, new in changed.items() if block.name == source.name}
    if not blocks or not text.is_markdown:
        return text
    return Text(SourceText(source.name, replace_blocks(source.text, blocks)), text.layer)
