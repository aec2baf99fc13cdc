"""Moves annotations and labels: what stands where nobody reads it goes to where it is read."""

from service_mesh.model.fix import Edit, Fix, Insert, Remove
from service_mesh.model.node import Node

__all__ = ["moved"]


def moved(entry: Node, target: Node, field: str, title: str) -> Fix | None:
    """A fix that takes an annotation or label away and writes it elsewhere; unsafe, since it counts there.

    Args:
        entry: The annotation or label.
        target: The metadata that it is to stand in.
        field: `annotations` or `labels`.
        title: What the fix says of itself.

    Returns:
        The fix; None where the target holds the name already or cannot take it.
    """
    name = entry.path[-1]
    held = target.get(field)
    if held is not None and (not isinstance(held.value, dict) or name in held.value):
        return None
    around = entry.parent()
    is_only = isinstance(around.value, dict) and len(around.value) == 1
    edits: list[Edit] = [Remove(entry.resource, around.path if is_only else entry.path)]
    if held is not None:
        edits.append(Insert(entry.resource, held.path, str(name), entry.value))
    else:
        edits.append(Insert(entry.resource, target.path, field, {name: entry.value}))
    return Fix(title, False, tuple(edits))
