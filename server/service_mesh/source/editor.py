"""Applies fixes to the text people wrote: only what a fix names changes, and what cannot be changed alone is refused.

An edit becomes splices at the offsets of the outline; the new text is then read again and has to hold exactly the old
data with the edit applied. Whatever the layout does to an edit, a text that says something else never comes out.
"""

from collections.abc import Sequence
from dataclasses import replace

from service_mesh.errors import InputError
from service_mesh.model.fix import Append, Edit, Insert, Quote, Remove, Rename, Replace
from service_mesh.model.origin import SourceText
from service_mesh.model.path import Path, join
from service_mesh.source.compose import ComposeError, compose_documents
from service_mesh.source.edit_plan import Change, RefusalError, plain_text, plan
from service_mesh.source.editor_check import Step, edited, same
from service_mesh.source.json_text import json_values, without_surrogates
from service_mesh.source.layout import is_json
from service_mesh.source.locate import composable
from service_mesh.source.outline import LayoutError, Part, outline
from service_mesh.source.plain import Builder
from service_mesh.source.render import UnwritableError, plain_data
from service_mesh.source.splice import OverlapError, Splice, apply_splices

__all__ = ["EditRefusedError", "edit_documents", "edit_text"]


class EditRefusedError(InputError):
    """An edit that cannot be made without changing something else; nothing was changed."""


def edit_text(source: SourceText, edits: Sequence[Edit]) -> str:
    """Apply edits to a text, all of them or none.

    Args:
        source: The text; every edit's object comes from it.
        edits: In any order; every path counts in the objects as they are.

    Returns:
        The whole new text. Line ends, comments, quotes and order stay as they were everywhere else.

    Raises:
        EditRefusedError: An edit names nothing that is written, touches a value that other places share through an
            anchor or merge key, contradicts another edit, or meets a layout in which it cannot be made alone.
    """
    return apply_splices(source.text, edit_documents(source, edits))


def edit_documents(source: SourceText, edits: Sequence[Edit]) -> list[Splice]:
    """The same, as one splice for each document that changes.

    Raises:
        EditRefusedError: As in `edit_text`.
    """
    splices = []
    for (start, end), own in _by_document(source, edits).items():
        document = source.text[start:end]
        try:
            changed = _edit_document(document, own)
        except (RefusalError, LayoutError, UnwritableError) as error:
            raise _refused(source, own, str(error)) from None
        except OverlapError:
            raise _refused(source, own, "two edits change the same characters") from None
        except RecursionError:
            raise _refused(source, own, "it is nested too deeply") from None
        splices.append(Splice(start, end, changed))
    return splices


def _by_document(source: SourceText, edits: Sequence[Edit]) -> dict[tuple[int, int], list[Step]]:
    documents: dict[tuple[int, int], list[Step]] = {}
    for edit in edits:
        origin = edit.resource.origin
        if origin is None or (origin.source is not source and origin.source.text != source.text):
            reason = f"{edit.resource.title} was not read from '{source.name}'"
            raise EditRefusedError(reason, "edit it where it is kept")
        steps = documents.setdefault((origin.start, origin.end), [])
        step = ((*origin.inner, *edit.path), edit)
        if not any(_is_twin(step, other) for other in steps):
            steps.append(step)
    return documents


def _is_twin(step: Step, other: Step) -> bool:
    """Two findings may ask for the same edit of one object; it is made once. Additions are never the same."""
    (path, edit), (at, that) = step, other
    if path != at or type(edit) is not type(that) or isinstance(edit, Append):
        return False
    return replace(edit, resource=that.resource) == that


def _refused(source: SourceText, steps: Sequence[Step], reason: str) -> EditRefusedError:
    edit = steps[0][1]
    where = f"'{join(edit.path)}' of {edit.resource.title}" if edit.path else edit.resource.title
    return EditRefusedError(f"cannot edit {where} in '{source.name}': {reason}", "change it by hand")


def _edit_document(text: str, steps: Sequence[Step]) -> str:
    before = _data(text)
    _refuse_contradictions(steps)
    root = outline(without_surrogates(composable(text), keep_pairs=False))
    if root is None:
        raise RefusalError("the document is empty")
    changes = [(path, _change(edit, root, path)) for path, edit in steps]
    changed = apply_splices(text, plan(text, root, changes))
    _verify(text, before, changed, changes)
    return changed


def _change(edit: Edit, root: Part, path: Path) -> Change:
    if isinstance(edit, Quote):
        return Replace(edit.resource, edit.path, plain_text(root, path))
    if isinstance(edit, Replace | Insert | Append):
        return replace(edit, value=plain_data(edit.value))
    return edit


def _data(text: str) -> list[object]:
    if is_json(text):
        return [found.value for found in json_values(text)[0]]
    try:
        return [Builder().build(node, text) for node in compose_documents(composable(text))]
    except ComposeError as error:
        raise RefusalError(f"it cannot be read: {error.message}") from None


def _verify(text: str, before: Sequence[object], changed: str, steps: Sequence[Step]) -> None:
    """Read the new text and compare it with what the edits amount to."""
    is_json_lost = is_json(text) and not is_json(changed)
    if is_json_lost or not same(_data(changed), [edited(before[0], steps), *before[1:]]):
        raise RefusalError("its layout does not let it be changed alone")


def _refuse_contradictions(steps: Sequence[Step]) -> None:
    """Refuse edits inside a value that another edit replaces or takes away, and two values for one place."""
    for index, (path, edit) in enumerate(steps):
        for number, (other, that) in enumerate(steps):
            if number == index or not isinstance(edit, Replace | Quote | Remove) or other[: len(path)] != path:
                continue
            if other == path and not isinstance(edit, Remove) and isinstance(that, Rename):
                continue
            raise RefusalError(f"two edits contradict each other at '{join(path)}'")
