"""From steps inside an object to line and column, for every style in which an object can be written.

What an alias or a merge key brings in is located where it is written, at the anchor: that is where it would be mended.
"""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from service_mesh.model.finding import Anchor
from service_mesh.model.origin import Location, Origin, SourceText
from service_mesh.model.path import Path
from service_mesh.source.compose import Mark
from service_mesh.source.locate import locate, place
from service_mesh.source.reader import Reader

HEAD = "apiVersion: v1\nkind: Pod\n"


def origins(text: str, **offsets: int) -> list[Origin]:
    reader = Reader()
    reader.read(SourceText("a.yaml", text, **offsets))
    return [resource.origin for resource in reader.reading.resources if resource.origin]


def at(text: str, *path: str | int, anchor: Anchor = Anchor.AUTO) -> tuple[int, int]:
    (origin,) = origins(text)
    where = locate(origin, path, anchor)
    return where.line, where.column


def test_block_style() -> None:
    text = f"{HEAD}spec:\n  ports:\n  - port: 80\n    name: a\n  - port: 81\n"
    assert at(text, "kind") == (2, 7)
    assert at(text, "spec") == (3, 1)
    assert at(text, "spec", "ports") == (4, 3)
    assert at(text, "spec", "ports", 0) == (5, 5)
    assert at(text, "spec", "ports", 0, "name") == (6, 11)
    assert at(text, "spec", "ports", 1, "port") == (7, 11)


def test_anchor_chooses_the_end_of_the_field() -> None:
    text = f"{HEAD}spec:\n  ports:\n  - port: 80\n"
    assert at(text, "spec", "ports", anchor=Anchor.KEY) == (4, 3)
    assert at(text, "spec", "ports", anchor=Anchor.VALUE) == (5, 3)
    assert at(text, "spec", "ports", 0, "port", anchor=Anchor.KEY) == (5, 5)
    assert at(text, "spec", "ports", 0, "port", anchor=Anchor.VALUE) == (5, 11)
    assert at(text, "spec", "ports", 0, anchor=Anchor.KEY) == (5, 5)


def test_flow_style() -> None:
    text = "{apiVersion: v1, kind: Pod, spec: {ports: [{port: 80}, {port: 81}]}}"
    assert at(text) == (1, 1)
    assert at(text, "spec") == (1, 29)
    assert at(text, "spec", "ports", 1, "port") == (1, 63)


def test_quoted_keys_and_values() -> None:
    text = f"{HEAD}metadata:\n  labels:\n    \"a/b.c\": 'x'\n    'on': \"y\"\n"
    assert at(text, "metadata", "labels", "a/b.c") == (5, 14)
    assert at(text, "metadata", "labels", "a/b.c", anchor=Anchor.KEY) == (5, 5)
    assert at(text, "metadata", "labels", "on") == (6, 11)


def test_keys_that_are_written_otherwise_than_they_read() -> None:
    text = f'{HEAD}metadata:\n  labels: {{on: a, 0x10: b, "true": c}}\n'
    assert at(text, "metadata", "labels", "16") == (4, 25)
    assert at(text, "metadata", "labels", "true") == (4, 36)
    assert at(f"{HEAD}spec:\n  y: 1\n", "spec", "true", anchor=Anchor.KEY) == (4, 3)


def test_equal_values_have_their_own_places() -> None:
    text = f"{HEAD}spec:\n  a: x\n  b: x\n  c: [x, x]\n"
    assert [at(text, "spec", "a"), at(text, "spec", "b")] == [(4, 6), (5, 6)]
    assert [at(text, "spec", "c", 0), at(text, "spec", "c", 1)] == [(6, 7), (6, 10)]


def test_last_of_two_equal_fields_is_the_one_that_counts() -> None:
    assert at(f"{HEAD}spec:\n  a: 1\n  a: 2\n", "spec", "a") == (5, 6)


def test_aliases_are_found_at_their_anchor() -> None:
    text = f"{HEAD}spec:\n  a: &a\n    x: 1\n  b: *a\n"
    assert at(text, "spec", "b") == (6, 3)
    assert at(text, "spec", "b", "x") == (5, 8)


def test_merged_fields_are_found_where_they_are_written() -> None:
    text = f"{HEAD}spec:\n  a: &a\n    x: 1\n    y: 2\n  b:\n    <<: *a\n    y: 3\n"
    text += "  c:\n    y: 4\n    <<: [*a]\n    z: 5\n"
    assert at(text, "spec", "b", "x") == (5, 8)
    assert at(text, "spec", "b", "y") == (9, 8)
    assert at(text, "spec", "c", "y") == (6, 8)
    assert at(text, "spec", "c", "z") == (13, 8)
    assert at(text, "spec", "c", "absent") == (10, 3)


def test_absent_steps_lead_to_the_nearest_ancestor() -> None:
    text = f"{HEAD}spec:\n  ports:\n  - port: 80\n"
    assert at(text, "metadata", "name") == (1, 1)
    assert at(text, "spec", "ports", 0, "name") == (5, 5)
    assert at(text, "spec", "ports", 7) == (4, 3)
    assert at(text, "spec", "ports", "name") == (4, 3)
    assert at(text, "spec", "ports", 0, "port", "deeper") == (5, 11)


def test_null_value_is_found_behind_its_colon() -> None:
    assert at(f"{HEAD}spec:\n  a:\n", "spec", "a") == (4, 5)


def test_complex_keys_are_passed_over() -> None:
    assert at(f"{HEAD}spec:\n  ? [a]\n  : b\n  c: d\n", "spec", "c") == (6, 6)


def test_list_documents() -> None:
    text = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n"
    text += "- kind: PodList\n  apiVersion: v1\n  items:\n  - spec: {a: 1}\n"
    first, second = origins(text)
    assert places(first, (), ("kind",)) == [(4, 3), (4, 26)]
    assert places(second, ("spec", "a"), ("kind",)) == [(8, 15), (8, 5)]


def test_json_with_tabs_escapes_and_neighbours() -> None:
    text = '\t{\n\t"apiVersion": "v1",\n\t"kind":\t"Pod",\n'
    text += '\t"x": "\\ud83d\\ude00\\/",\t"y": 1\n} {"apiVersion": "v1", "kind": "Pod"}\n'
    first, second = origins(text)
    assert places(first, (), ("kind",), ("x",), ("y",)) == [(1, 2), (3, 10), (4, 7), (4, 30)]
    assert places(second, (), ("kind",)) == [(5, 3), (5, 32)]
    assert locate(second, ("kind",)).snippet == '} {"apiVersion": "v1", "kind": "Pod"}'


def places(origin: Origin, *paths: Path) -> list[tuple[int, int]]:
    return [(where.line, where.column) for where in (locate(origin, path) for path in paths)]


def test_several_documents_with_carriage_returns() -> None:
    text = f"{HEAD}x: 1\n---\n# c\n{HEAD}y: 2\n".replace("\n", "\r\n")
    first, second = origins(text)
    assert locate(first, ("x",)) == Location("a.yaml", 1, 3, 4, "x: 1")
    assert locate(second, ("y",)) == Location("a.yaml", 2, 8, 4, "y: 2")


def test_line_separators_of_unicode_end_no_line() -> None:
    text = f'{HEAD}x: "\u2028\u0085"\ny: 2 # \u2029\nz: 3\n'
    assert at(text, "y") == (4, 4)
    assert at(text, "z") == (5, 4)


def test_byte_order_mark_is_no_column() -> None:
    text = "\ufeff{apiVersion: v1, kind: Pod}"
    assert at(text, "kind") == (1, 24)
    (origin,) = origins(text)
    assert locate(origin, ()).snippet == text[1:]
    later = "a: 1\n\ufeffb"
    assert place(Origin(SourceText("a.yaml", later), 0, len(later), 0, 1), Mark(1, 0)).column == 1


def test_code_block_of_a_document_is_located_in_its_file() -> None:
    (origin,) = origins(f"{HEAD}spec:\n  a: 1\n", line_offset=10, column_offset=3)
    assert locate(origin, ("spec", "a")) == Location("a.yaml", 1, 14, 9, "  a: 1")


def test_name_of_the_source_is_reported() -> None:
    (origin,) = origins(f"# Source: c/templates/a.yaml\n{HEAD}")
    assert locate(origin, ("kind",)) == Location("c/templates/a.yaml", 1, 3, 7, "kind: Pod")


def test_long_line_is_cut_in_the_snippet() -> None:
    (origin,) = origins(f"{HEAD}x: {'y' * 1000}\n")
    assert locate(origin, ("x",)).snippet == f"x: {'y' * 197}"


def test_text_that_cannot_be_composed_is_located_at_its_first_content() -> None:
    def origin(text: str) -> Origin:
        return Origin(SourceText("a.yaml", text), 0, len(text), 0, 1)

    assert places(origin("%YAML 1.1\n--- # c\n\n# d\n  a: [\n"), ("a",)) == [(5, 3)]
    assert places(origin("--- {a: ["), ("a",)) == [(1, 5)]
    assert places(origin("# nothing\n"), ("a",)) == [(1, 1)]


def test_mark_becomes_a_place() -> None:
    source = SourceText("a.yaml", "a: 1\n---\nb: 2\nc: 3\n", line_offset=1)
    assert place(Origin(source, 5, 19, 1, 2), Mark(2, 3)) == Location("a.yaml", 2, 5, 4, "c: 3")


NAMES = st.text("abcdefgh-./_ '\"#:", min_size=1, max_size=8).map(lambda name: f"k{name}")
DATA = st.recursive(
    st.none(),
    lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(NAMES, inner, min_size=1, max_size=4),
    max_leaves=20,
)


def numbered(value: object, path: Path, leaves: dict[Path, str]) -> object:
    """The same shape, with another word in every leaf."""
    if isinstance(value, dict):
        return {name: numbered(inner, (*path, name), leaves) for name, inner in value.items()}
    if isinstance(value, list):
        return [numbered(inner, (*path, index), leaves) for index, inner in enumerate(value)]
    leaves[path] = f"leaf{len(leaves)}"
    return leaves[path]


@given(DATA, st.sampled_from([True, False, None]), st.sampled_from([None, "'", '"']), st.sampled_from(["\n", "\r\n"]))
def test_every_scalar_is_found_where_the_text_has_it(
    shape: object, flow: bool | None, style: str | None, end: str
) -> None:
    leaves: dict[Path, str] = {}
    data = {"apiVersion": "v1", "kind": "Pod", "spec": numbered(shape, ("spec",), leaves)}
    text = yaml.safe_dump(data, default_flow_style=flow, default_style=style, width=40, sort_keys=False)
    (origin,) = origins(f"# before\n---\n{text}".replace("\n", end))
    lines = origin.source.text.split("\n")
    for path, word in leaves.items():
        where = locate(origin, path)
        found = lines[where.line - 1][where.column - 1 :].lstrip("'\"")
        assert found.startswith(word)
        assert not found[len(word) :][:1].isalnum()
