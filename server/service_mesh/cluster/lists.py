"""Reads a List as kubectl prints it in YAML item by item: composed in one piece it would take fifty times its length.

Sources: kubernetes/kubernetes staging/src/k8s.io/cli-runtime/pkg/printers/yaml.go prints sorted fields, items at the
margin. Anything else about the text, and the whole of it is left to the reader of manifests.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_mesh.source.compose import ComposeError, compose_documents
from service_mesh.source.plain import Builder

__all__ = ["Item", "list_items"]

_HEAD = re.compile(r"(?:---\n)?apiVersion: ([\w./-]+)\nitems:\n(?=- )")
_TAIL = re.compile(
    r"^kind: (\w*List)\n(?:metadata: \{\}\n|metadata:\n(?:  (?:resourceVersion|selfLink|continue|remainingItemCount):"
    r"[^\n]*\n)*)?\Z",
    re.M,
)
_ITEM = re.compile(r"^- ", re.M)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a List.

    Attributes:
        data: The object; a typed List gives its items their type.
        start: Offset of the item's dash; from here to `end` the text is a list of this one item.
        end: Offset behind its last character.
        line: 0-based line of `start`.
    """

    data: Mapping[str, object]
    start: int
    end: int
    line: int


def list_items(text: str, builder: Builder) -> list[Item] | None:
    """The items of a List in the form in which kubectl prints one; None for any other text."""
    head = _HEAD.match(text)
    tail = _TAIL.search(text, max(text.rfind("\nkind: "), 0)) if head is not None else None
    if head is None or tail is None:
        return None
    try:
        return list(_items(text, head, tail, builder))
    except (ComposeError, ValueError):
        return None  # an anchor, a quoted text over the margin, an item that is no object


def _items(text: str, head: re.Match[str], tail: re.Match[str], builder: Builder) -> Iterator[Item]:
    starts = [match.start() for match in _ITEM.finditer(text, head.end(), tail.start())]
    line, position = 0, 0
    for start, end in zip(starts, [*starts[1:], tail.start()], strict=True):
        line, position = line + text.count("\n", position, start), start
        piece = text[start:end]
        (node,) = compose_documents(piece)
        value = builder.build(node, piece)
        data = value[0] if isinstance(value, list) and len(value) == 1 else None
        if builder.defects or not isinstance(data, dict):
            raise ValueError
        if tail[1] != "List":
            data = {"apiVersion": head[1], "kind": tail[1].removesuffix("List"), **data}
        if not all(isinstance(data.get(name), str) and data[name] for name in ("apiVersion", "kind")):
            raise ValueError
        if data["kind"].endswith("List") and "items" in data:
            raise ValueError
        yield Item(data, start, end, line)
