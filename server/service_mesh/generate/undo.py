"""The way back: objects that are new are deleted, those that were there are applied as they were."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from service_mesh.generate.held import metadata_of
from service_mesh.generate.plan import Form, Sheet
from service_mesh.generate.written import Leaf
from service_mesh.mesh.view import MeshView
from service_mesh.model.origin import Layer, SourceText
from service_mesh.model.resource import Resource
from service_mesh.source.layout import Layout
from service_mesh.source.reader import Reader
from service_mesh.source.render import block_lines, plain_data

__all__ = ["BEFORE", "Undo", "undo"]

BEFORE = "before.yaml"
"""The file with the objects that are replaced, as they were."""

_LAYOUT = Layout(dash=2, may_use_blocks=False)
_OWN = ("status",)


class Undo(NamedTuple):
    """How everything is taken back.

    Attributes:
        commands: The commands, in their order.
        before: The objects that are replaced, as they were; empty where none is.
    """

    commands: tuple[str, ...]
    before: str


def undo(leaves: Iterable[Leaf], view: MeshView) -> Undo:
    """Tell how steps are taken back, the last one first.

    Args:
        leaves: The steps.
        view: What was there before them.
    """
    replaced: dict[object, Resource] = {}
    seen: set[object] = set()
    back: list[tuple[str, ...]] = []
    for leaf in leaves:
        if not (isinstance(leaf.step, Sheet) and leaf.step.form is Form.MANIFEST and not leaf.undo):
            back.append(leaf.undo)
            continue
        objects = _objects(leaf)
        held = [view.find(one.kind, one.namespace, one.name) for one in objects]
        replaced |= {one.key: one for one in held if one is not None}
        new = [one for one, there in zip(objects, held, strict=True) if there is None and one.key not in seen]
        seen |= {one.key for one in objects}
        back.append(tuple(_deletions(leaf, objects, new)))
    commands = list(dict.fromkeys(command for part in reversed(back) for command in part))
    if replaced:
        commands.insert(0, f"kubectl apply -f {BEFORE}")
    return Undo(tuple(commands), "---\n".join(_text(one) for one in replaced.values()))


def _objects(leaf: Leaf) -> list[Resource]:
    reader = Reader(Layer.CHANGE)
    reader.read(SourceText(leaf.name, leaf.text))
    return reader.reading.resources


def _deletions(leaf: Leaf, objects: list[Resource], new: list[Resource]) -> Iterator[str]:
    if new and len(new) == len(objects):
        yield f"kubectl delete -f {leaf.name}"
        return
    for one in reversed(new):
        namespace = f" -n {one.namespace}" if one.namespace else ""
        group = f".{one.kind.group}" if one.kind.group else ""
        yield f"kubectl delete {one.kind.name.lower()}{group} {one.name}{namespace}"


def _text(held: Resource) -> str:
    data = {name: value for name, value in held.data.items() if name not in _OWN}
    return "\n".join(block_lines(plain_data({**data, "metadata": metadata_of(held)}), _LAYOUT)) + "\n"
