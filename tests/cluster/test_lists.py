"""Lists as kubectl prints them are read item by item, and everything else is left to the reader of manifests."""

import pytest

from service_mesh.cluster.lists import list_items
from service_mesh.model.origin import Origin, SourceText
from service_mesh.model.resource import Resource
from service_mesh.source.locate import locate
from service_mesh.source.plain import Builder

LIST = """\
apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: a
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: b
  data:
    text: |
      - kind: no item
      kind: List
kind: List
metadata:
  resourceVersion: ""
"""
TYPED = "apiVersion: cilium.io/v2\nitems:\n- metadata:\n    name: a\nkind: CiliumNodeList\nmetadata: {}\n"


def read(text: str) -> list[tuple[object, int, int, int]] | None:
    items = list_items(text, Builder())
    return None if items is None else [(item.data, item.start, item.end, item.line) for item in items]


def test_items_are_read_with_their_places() -> None:
    second = LIST.index("- apiVersion: v1\n  kind: ConfigMap")
    text = "- kind: no item\nkind: List\n"
    assert read(LIST) == [
        ({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}, LIST.index("- api"), second, 2),
        (
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}, "data": {"text": text}},
            second,
            LIST.index("\nkind: List") + 1,
            6,
        ),
    ]


def test_lines_and_columns_count_from_the_top_of_the_file() -> None:
    source = SourceText("pods.yaml", LIST)
    item = (list_items(LIST, Builder()) or [])[1]
    resource = Resource(item.data, Origin(source, item.start, item.end, item.line, 1, inner=(0,)))
    assert resource.origin is not None
    found = locate(resource.origin, ("metadata", "name"))
    assert (found.file, found.document, found.line, found.column, found.snippet) == (
        "pods.yaml",
        1,
        10,
        11,
        "    name: b",
    )


def test_items_of_a_typed_list_get_their_type() -> None:
    (found,) = read(TYPED) or []
    assert found[0] == {"apiVersion": "cilium.io/v2", "kind": "CiliumNode", "metadata": {"name": "a"}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kind: List\n",
        LIST.replace("kind: List\nmetadata", "kind: List\nnote: x\nmetadata"),
        LIST.replace("  resourceVersion", "  note: x\n  resourceVersion"),
        LIST + "---\nkind: Pod\n",
        LIST.replace("apiVersion: v1\nitems", "# note\napiVersion: v1\nitems"),
        LIST.replace("  kind: Pod\n", ""),
        LIST.replace("name: a", "name: &a a").replace("name: b", "name: *a"),
        LIST.replace("name: a", 'name: "a\n- b"'),
        LIST.replace("name: a", "name: a\n    name: a"),
        LIST.replace("- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n", "- text\n"),
        LIST.replace("kind: Pod", "kind: List\n  items: []"),
    ],
)
def test_any_other_text_is_left_alone(text: str) -> None:
    assert read(text) is None
