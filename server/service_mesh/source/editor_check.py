"""What an edit has to amount to, worked out on plain data: the editor compares it with what the new text says."""

from collections.abc import Sequence

from service_mesh.model.fix import Append, Edit, Insert, Remove, Rename, Replace
from service_mesh.model.path import Path

__all__ = ["Step", "edited", "same"]

Step = tuple[Path, Edit]
"""An edit with the path from the document's root, where the edit itself counts from its object's root."""


def edited(data: object, steps: Sequence[Step], path: Path = ()) -> object:
    """The data with all edits applied at once; every path counts in the data as it was.

    Args:
        data: The value at `path`.
        steps: The edits.
        path: Where `data` stands.
    """
    if isinstance(data, dict):
        return _edited_map(data, steps, path)
    if isinstance(data, list):
        kept = (index for index in range(len(data)) if not _at(steps, (*path, index), Remove))
        items = [_child(data[index], steps, (*path, index)) for index in kept]
        return items + [edit.value for at, edit in steps if isinstance(edit, Append) and at == path]
    return data


def same(left: object, right: object) -> bool:
    """Compare plain data; a boolean is no number, and the order of fields does not count."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return isinstance(left, bool) is isinstance(right, bool) and left == right


def _edited_map(data: dict[str, object], steps: Sequence[Step], path: Path) -> dict[str, object]:
    result: dict[str, object] = {}
    for key, value in data.items():
        at = (*path, key)
        if not _at(steps, at, Remove):
            names = [edit.name for where, edit in steps if isinstance(edit, Rename) and where == at]
            result[names[-1] if names else key] = _child(value, steps, at)
    result |= {edit.name: edit.value for at, edit in steps if isinstance(edit, Insert) and at == path}
    return result


def _child(value: object, steps: Sequence[Step], path: Path) -> object:
    values = [edit.value for at, edit in steps if isinstance(edit, Replace) and at == path]
    return values[-1] if values else edited(value, steps, path)


def _at(steps: Sequence[Step], path: Path, kind: type[Remove]) -> bool:
    return any(isinstance(edit, kind) and at == path for at, edit in steps)
