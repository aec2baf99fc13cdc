"""From edits to splices: finds what each edit touches, and refuses what cannot be touched alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service_mesh.model.fix import Append, Insert, Remove, Rename, Replace
from service_mesh.model.path import Path, join
from service_mesh.source import edit_block, edit_flow
from service_mesh.source.layout import Layout, measure
from service_mesh.source.outline import Entry, Part, Shape
from service_mesh.source.render import inline
from service_mesh.source.splice import Page, Splice

__all__ = ["Change", "RefusalError", "plain_text", "plan"]


Change = Replace | Remove | Rename | Insert | Append
"""An edit whose new value, if it has one, is known."""


class RefusalError(Exception):
    """An edit cannot be made; the message is the reason, for a sentence that names the edit."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where an edit applies: the field or item, the collections on the way, the root first."""

    value: Part
    entry: Entry | None
    above: tuple[Part, ...]


@dataclass(slots=True)
class _Changes:
    """What happens to the entries of one map or list; `holder` is the field or item that holds it."""

    part: Part
    holder: Entry | None
    path: Path
    removed: set[int]
    added: list[tuple[str | None, object]]


def plan(text: str, root: Part, steps: Sequence[tuple[Path, Change]]) -> Iterator[Splice]:
    """Find what each edit touches and turn all of them into splices of the document.

    Args:
        text: The document.
        root: Its outline.
        steps: The edits with their paths from the document's root; new values are plain data.

    Raises:
        RefusalError: An edit names nothing that is written, or what it touches is shared with other places.
    """
    page = Page(text)
    changes: dict[int, _Changes] = {}
    for path, edit in steps:
        spot = _find(root, path)
        depth = len(path)
        if isinstance(edit, Insert | Append):
            _note_added(changes, spot, path, edit)
            continue
        if spot.entry is None:
            raise RefusalError("the whole object cannot be replaced, renamed or removed")
        parent = spot.above[-1]
        if isinstance(edit, Remove):
            _refuse_shared_inside(spot.value)
            _refuse_twice(parent, spot.entry)
            holder = _find(root, path[:-1]).entry
            known = changes.setdefault(id(parent), _Changes(parent, holder, path[:-1], set(), []))
            known.removed.add(parent.entries.index(spot.entry))
        elif isinstance(edit, Rename):
            _refuse_taken(parent, edit.name)
            _refuse_twice(parent, spot.entry)
            yield _renamed(spot.entry, edit.name, measure(text, root, parent))
        else:
            _refuse_shared_inside(spot.value)
            yield from _replaced(page, parent, spot.entry, edit.value, measure(text, root, parent), depth)
    for change in changes.values():
        yield from _changed_entries(page, change, measure(text, root, change.part))


def plain_text(root: Part, path: Path) -> str:
    """The characters of an unquoted scalar.

    Raises:
        RefusalError: There is something else.
    """
    part = _find(root, path).value
    if part.shape is not Shape.SCALAR or part.style or part.tag or part.is_absent:
        raise RefusalError(f"'{join(path)}' is no unquoted value")
    return part.text


def _note_added(changes: dict[int, _Changes], spot: _Spot, path: Path, edit: Insert | Append) -> None:
    part = spot.value
    shape = Shape.MAP if isinstance(edit, Insert) else Shape.LIST
    if part.shape is not shape:
        raise RefusalError(f"'{join(path)}' is no {shape.value}")
    if part.is_flow and not part.has_brackets:
        raise RefusalError("a field without braces between brackets cannot be added to")
    if any(entry.is_explicit for entry in part.entries):
        raise RefusalError("its fields are written with '?'")
    known = changes.setdefault(id(part), _Changes(part, spot.entry, path, set(), []))
    known.added.append((edit.name if isinstance(edit, Insert) else None, edit.value))


def _find(root: Part, path: Path) -> _Spot:
    part, entry = root, None
    above: list[Part] = []
    for index, step in enumerate(path):
        _refuse_shared(part, path[:index])
        above.append(part)
        entry = _entry(part, step, path[: index + 1])
        if entry.is_explicit:
            raise RefusalError(f"'{join(path[: index + 1])}' is written with '?'")
        part = entry.value
    if part.shape is not Shape.ALIAS:
        _refuse_shared(part, path)
    return _Spot(part, entry, tuple(above))


def _entry(part: Part, step: str | int, path: Path) -> Entry:
    """The entry that a step leads to; of a field written twice the last counts, as it does for the decoder."""
    found: Entry | None = None
    if part.shape is Shape.LIST and isinstance(step, int) and step < len(part.entries):
        found = part.entries[step]
    elif part.shape is Shape.MAP:
        found = next((entry for entry in reversed(part.entries) if entry.name == step), None)
        if found is None and any(entry.name == "<<" for entry in part.entries):
            raise RefusalError(f"'{join(path)}' comes from a merge key ('<<'), which other places may share")
    if found is None:
        raise RefusalError(f"there is no '{join(path)}'")
    return found


def _refuse_shared(part: Part, path: Path) -> None:
    if part.is_shared or part.shape is Shape.ALIAS:
        raise RefusalError(f"'{join(path)}' is shared with other places through an anchor and its aliases")


def _refuse_shared_inside(part: Part) -> None:
    pending = [part]
    while pending:
        part = pending.pop()
        if part.is_shared:
            raise RefusalError("it holds an anchor that other places use")
        pending += [child for entry in part.entries for child in (entry.key, entry.value) if child is not None]


def _refuse_twice(parent: Part, entry: Entry) -> None:
    if entry.key is not None and sum(other.name == entry.name for other in parent.entries) > 1:
        raise RefusalError(f"'{entry.name}' is written twice there")


def _refuse_taken(parent: Part, name: str) -> None:
    if any(entry.name == name for entry in parent.entries):
        raise RefusalError(f"there is a '{name}' already")


def _renamed(entry: Entry, name: str, layout: Layout) -> Splice:
    key = entry.key
    if key is None or key.shape is not Shape.SCALAR:
        raise RefusalError("an item of a list has no name")
    if key.is_shared:
        raise RefusalError("its name carries an anchor that other places use")
    return Splice(key.start, key.end, inline(name, layout, key.style))


def _replaced(page: Page, parent: Part, entry: Entry, value: object, layout: Layout, depth: int) -> list[Splice]:
    if parent.is_flow:
        return edit_flow.replace_value(page, entry, value, layout)
    return edit_block.replace_value(page, entry, value, layout, depth)


def _changed_entries(page: Page, change: _Changes, layout: Layout) -> Iterator[Splice]:
    """Additions take the place of the last entry where that one goes; then every run of removed entries goes."""
    part, removed, depth = change.part, change.removed, len(change.path) + 1
    _refuse_known_names(change)
    if change.added:
        instead = len(part.entries) - 1 in removed
        removed = removed - {len(part.entries) - 1}
        if part.is_flow:
            yield from edit_flow.add_entries(page, part, change.added, layout, depth, instead=instead)
        else:
            yield edit_block.add_entries(page, part, change.added, layout, depth, instead=instead)
    if part.is_flow and removed and not part.has_brackets:
        raise RefusalError("a field without braces between brackets cannot be removed alone")
    if removed and len(removed) == len(part.entries):
        if part.is_flow:
            yield from edit_flow.remove_all(part)
        else:
            yield from edit_block.remove_all(page, part, change.holder, depth)
        return
    for first, last in _runs(removed):
        if part.is_flow:
            yield from edit_flow.remove_run(page, part, first, last)
        else:
            yield edit_block.remove_run(page, part, first, last)


def _refuse_known_names(change: _Changes) -> None:
    kept = {entry.name for index, entry in enumerate(change.part.entries) if index not in change.removed}
    names = [name for name, _ in change.added if name is not None]
    for name in names:
        if name in kept or names.count(name) > 1:
            raise RefusalError(f"'{join((*change.path, name))}' is there already")


def _runs(indexes: set[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring indexes as pairs of first and last."""
    ordered = sorted(indexes)
    start = 0
    for position, index in enumerate(ordered):
        if position + 1 == len(ordered) or ordered[position + 1] != index + 1:
            yield ordered[start], index
            start = position + 1
