"""Edits in texts that are written oddly: what is measured, what stays, and what is refused."""

import pytest

from service_mesh.model.fix import Quote
from service_mesh.source.editor import EditRefusedError
from tests.source.edits import Ask, append, edited_text, insert, remove, replaced, steps


def _quote(path: str) -> Ask:
    return lambda resource: Quote(resource, steps(path))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n b: 1\nc: 2\n", "a:\n b: 1\nc:\n  d:\n    e: 1\n"),
        ("a:\n          b: 1\nc: 2\n", "a:\n          b: 1\nc:\n  d:\n    e: 1\n"),
        ("a:\n   b: 1\nc: 2\n", "a:\n   b: 1\nc:\n   d:\n      e: 1\n"),
    ],
    ids=["one column", "ten columns", "three columns"],
)
def test_indentation_that_is_hard_to_read_is_no_habit(before: str, after: str) -> None:
    assert edited_text(before, replaced("c", {"d": {"e": 1}})) == after


def test_dashes_far_to_the_right_are_no_habit() -> None:
    far = "a:\n            - 1\nc: 2\n"
    assert edited_text(far, replaced("c", ["d"])) == "a:\n            - 1\nc:\n- d\n"


@pytest.mark.parametrize(
    ("before", "ask", "after"),
    [
        ("a:\n  later\nb: 1\n", replaced("a", {"c": 1, "d": 2}), "a:\n  c: 1\n  d: 2\nb: 1\n"),
        ("a:\n  later # why\nb: 1\n", replaced("a", {"c": 1}), "a:\n  c: 1 # why\nb: 1\n"),
        ("a:\n  # on it\n  later\nb: 1\n", replaced("a", ["c"]), "a:\n  # on it\n- c\nb: 1\n"),
    ],
)
def test_map_or_list_takes_the_place_of_a_scalar_on_a_line_of_its_own(before: str, ask: Ask, after: str) -> None:
    assert edited_text(before, ask) == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a: on # why\n", "a", 'a: "on" # why\n'),
        ("a: 'x'\nb: 012\n", "b", "a: 'x'\nb: '012'\n"),
        ("[y]\n", "0", '["y"]\n'),
    ],
)
def test_quoted_value_keeps_its_characters(before: str, path: str, after: str) -> None:
    assert edited_text(before, _quote(path)) == after


@pytest.mark.parametrize("before", ['a: "on"\n', "a: |\n  on\n", "a: !!str on\n", "a:\nb: 1\n", "a: [on]\n"])
def test_only_what_is_written_without_quotes_can_be_quoted(before: str) -> None:
    with pytest.raises(EditRefusedError, match="'a' is no unquoted value"):
        edited_text(before, _quote("a"))


@pytest.mark.parametrize(
    ("before", "ask", "reason"),
    [
        ("a: 1\u2028b: 2\n", replaced("b", 3), "the field 'b' is not where it is expected"),
        ("- a\u2028- b\n", replaced("1", 3), "an item of a list is not where it is expected"),
        (f'{{"{"k" * 1100}": 1}}', insert("", "b", 2), "libyaml does not read it: while parsing a flow mapping"),
    ],
    ids=["separator before a field", "separator before an item", "name that is too long for YAML"],
)
def test_layout_that_is_not_followed_is_refused(before: str, ask: Ask, reason: str) -> None:
    with pytest.raises(EditRefusedError) as caught:
        edited_text(before, ask)
    assert caught.value.message.partition(" in 'mesh.yaml': ")[2] == reason


def test_value_that_is_nested_too_deeply_is_refused() -> None:
    deep: object = 1
    for _ in range(3_000):
        deep = [deep]
    with pytest.raises(EditRefusedError, match="it is nested too deeply"):
        edited_text("a: 1\n", replaced("a", deep))


@pytest.mark.parametrize(
    ("before", "ask", "after"),
    [
        ("l: [a , b ,]\n", remove("l/1"), "l: [a ,]\n"),
        ("l: [a, # one, two\n  b]\n", remove("l/1"), "l: [a # one, two\n  ]\n"),
        ("l: [\n  a, # one, two\n  b\n]\n", remove("l/1"), "l: [\n  a # one, two\n]\n"),
        ("l: [a, # one\n  b]\n", append("l", "c"), "l: [a, # one\n  b,\n  c]\n"),
    ],
)
def test_commas_in_comments_between_brackets_are_left_alone(before: str, ask: Ask, after: str) -> None:
    assert edited_text(before, ask) == after
