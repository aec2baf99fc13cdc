"""What holds for every text and every edit, whoever's hand wrote it."""

import json
from typing import cast

import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service_mesh.model.fix import Append, Edit, Insert, Remove, Rename, Replace
from service_mesh.model.origin import Origin, SourceText
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource
from service_mesh.source.compose import compose
from service_mesh.source.editor import EditRefusedError, edit_text
from service_mesh.source.editor_check import edited, same
from service_mesh.source.locate import composable
from service_mesh.source.plain import Builder
from service_mesh.source.scalars import key_name
from tests.source.written import Hand

NAMES = st.sampled_from(["a", "bee", "host", "on", "8080", "x/y", "é", "n", "a b", "null"])
WORDS = st.sampled_from(
    [
        *["x", "on", "1e3", "012", "12:30", "~", "null", "it's", 'q"q', "é😀", "1_000", "[x", "{{x}}", "*x", "true"],
        *("", "a: b", "a #b", "- x", "a, b", " lead\nx", "trail \nx", "tab\there", "\u2028"),
        *("line w\n", "one\ntwo", "one\n\ntwo\n"),
    ]
)
SCALARS = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6) | WORDS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
MAPS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=4)
HANDS = st.builds(
    Hand, st.randoms(use_true_random=False), step=st.sampled_from([2, 2, 4]), dash=st.sampled_from([0, 2])
)


def read(text: str) -> object:
    node = compose(composable(text))
    assert node is not None
    return Builder().build(node, text)


def places(value: object, path: Path = ()) -> list[tuple[Path, object]]:
    found = [(path, value)]
    if isinstance(value, dict):
        found += [place for key, item in value.items() for place in places(item, (*path, key))]
    if isinstance(value, list):
        found += [place for index, item in enumerate(value) for place in places(item, (*path, index))]
    return found


def edits_of(resource: Resource, path: Path, value: object, new: object) -> list[Edit]:
    edits: list[Edit] = []
    if path:
        edits += [Replace(resource, path, new), Remove(resource, path)]
    if path and isinstance(path[-1], str):
        edits.append(Rename(resource, path, "renamed"))
    if isinstance(value, dict):
        edits.append(Insert(resource, path, "inserted", new))
    if isinstance(value, list):
        edits.append(Append(resource, path, new))
    return edits


def resource_in(text: str) -> Resource:
    source = SourceText("f.yaml", text)
    return Resource(cast(dict[str, object], read(text)), Origin(source, 0, len(text), 0, 1))


def apply(resource: Resource, *edits: Edit) -> str:
    assert resource.origin is not None
    return edit_text(resource.origin.source, edits)


@given(MAPS, HANDS)
def test_the_hands_write_what_they_are_given(data: dict[str, object], hand: Hand) -> None:
    assert same(read(hand.document(data)), data)


@given(MAPS, HANDS)
def test_a_text_without_edits_stays_byte_for_byte(data: dict[str, object], hand: Hand) -> None:
    text = hand.document(data)
    assert edit_text(SourceText("f.yaml", text), []) == text


@settings(max_examples=400)
@given(MAPS, HANDS, VALUES, st.data())
def test_any_edit_amounts_to_the_same_edit_of_the_data(
    data: dict[str, object], hand: Hand, new: object, draw: st.DataObject
) -> None:
    text = hand.document(data)
    resource = resource_in(text)
    # Text of several lines in front of a comment further right is refused, see test_editor_refusals.
    assume("         # far" not in text or "w\\n" not in json.dumps(new))
    options = [edit for place in places(resource.data) for edit in edits_of(resource, *place, new)]
    edit = draw.draw(st.sampled_from(options))
    after = apply(resource, edit)
    assert same(read(after), edited(resource.data, [(edit.path, edit)]))


def read_key(key: yaml.ScalarNode) -> str | None:
    return key.value if key.style else key_name(key.value)


def dash_line(text: str, line: int, column: int) -> int:
    """The line of an item's dash; the item itself may start further down."""
    lines = text.split("\n")
    if lines[line][:column].strip():
        return line
    return next(above for above in range(line - 1, -1, -1) if lines[above].lstrip().startswith("-"))


def lines_of(text: str, path: Path) -> tuple[int, int]:
    """First line of a value with its name, and the line behind the last, by libyaml's own marks."""
    node = compose(composable(text))
    first = 0
    for step in path:
        assert isinstance(node, yaml.CollectionNode)
        if isinstance(node, yaml.MappingNode):
            first, node = next((k.start_mark.line, v) for k, v in node.value if read_key(k) == step)
        else:
            node = node.value[step]
            first = dash_line(text, node.start_mark.line, node.start_mark.column)
    assert node is not None
    return first, node.end_mark.line + 1


@settings(max_examples=200)
@given(MAPS, HANDS, VALUES, st.data())
def test_lines_outside_the_touched_value_stay_byte_for_byte(
    data: dict[str, object], hand: Hand, new: object, draw: st.DataObject
) -> None:
    text = hand.document(data)
    resource = resource_in(text)
    # Text of several lines in front of a comment further right is refused, see test_editor_refusals.
    assume("         # far" not in text or "w\\n" not in json.dumps(new))
    options = [edit for place in places(resource.data) for edit in edits_of(resource, *place, new)]
    edit = draw.draw(st.sampled_from(options))
    first, behind = lines_of(text, edit.path if isinstance(edit, Insert | Append | Replace) else edit.path[:-1])
    before, after = text.splitlines(keepends=True), apply(resource, edit).splitlines(keepends=True)
    assert after[:first] == before[:first]
    assert "".join(after).endswith("".join(before[behind:]))


@settings(max_examples=200)
@given(MAPS, HANDS, VALUES, st.data())
def test_several_edits_amount_to_all_of_them_or_are_refused_for_contradicting_each_other(
    data: dict[str, object], hand: Hand, new: object, draw: st.DataObject
) -> None:
    text = hand.document(data)
    resource = resource_in(text)
    # Text of several lines in front of a comment further right is refused, see test_editor_refusals.
    assume("         # far" not in text or "w\\n" not in json.dumps(new))
    options = [edit for place in places(resource.data) for edit in edits_of(resource, *place, new)]
    edits = draw.draw(st.lists(st.sampled_from(options), min_size=2, max_size=3, unique_by=id))
    steps = [(edit.path, edit) for edit in edits]
    try:
        after = apply(resource, *edits)
    except EditRefusedError as error:
        assert "contradict" in error.message or "already" in error.message  # noqa: PT017  # the reason is the claim
        return
    assert same(read(after), edited(resource.data, steps))


@settings(max_examples=200)
@given(MAPS, VALUES, st.sampled_from([None, 2, 4, "\t"]), st.booleans(), st.data())
def test_json_looks_as_if_the_encoder_had_written_the_edited_data(
    data: dict[str, object], new: object, indent: int | str | None, is_tight: bool, draw: st.DataObject
) -> None:
    separators = (",", ":") if is_tight else None
    text = json.dumps(data, indent=indent, separators=separators, ensure_ascii=False)
    resource = resource_in(text)
    # Text of several lines in front of a comment further right is refused, see test_editor_refusals.
    assume("         # far" not in text or "w\\n" not in json.dumps(new))
    options = [edit for place in places(resource.data) for edit in edits_of(resource, *place, new)]
    edit = draw.draw(st.sampled_from(options))
    wanted = edited(data, [(edit.path, edit)])
    assert apply(resource, edit) == json.dumps(wanted, indent=indent, separators=separators, ensure_ascii=False)
