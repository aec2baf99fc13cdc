"""Edits in block style: exact text before and after."""

import pytest

from service_mesh.model.fix import Remove, Replace
from service_mesh.model.origin import Origin, SourceText
from service_mesh.model.resource import Resource
from service_mesh.source.editor import edit_text
from tests.source.edits import Ask, append, edited_text, insert, remove, rename, replaced


@pytest.mark.parametrize(
    ("before", "ask", "after"),
    [
        ("a: old # why\n", replaced("a", "new"), "a: new # why\n"),
        ("a:   old   # why\n", replaced("a", "new"), "a:   new   # why\n"),
        ("a: 'old' # why\n", replaced("a", "it's"), "a: 'it''s' # why\n"),
        ('a: "old"\n', replaced("a", "new"), 'a: "new"\n'),
        ('a: "1"\n', replaced("a", 1), "a: 1\n"),
        ("a: 1\n", replaced("a", "1"), 'a: "1"\n'),
        ("a: yes\nb: 'x'\n", replaced("a", "yes"), "a: 'yes'\nb: 'x'\n"),
        ("a: 1\n", replaced("a", None), "a: null\n"),
        ("a: one\n  two # why\nb: 1\n", replaced("a", 3), "a: 3 # why\nb: 1\n"),
        ("a:\n  later # why\nb: 1\n", replaced("a", 3), "a:\n  3 # why\nb: 1\n"),
        ("a: x\ty # why\n", replaced("a", "x\tz"), 'a: "x\\tz" # why\n'),
        ("a: !!str 12 # why\n", replaced("a", 12), "a: 12 # why\n"),
        ("a: &free x # why\n", replaced("a", "w"), "a: w # why\n"),
        ("a: |\n  old\n  text\n\n# next\nb: 1\n", replaced("a", "new"), "a: new\n\n# next\nb: 1\n"),
        ("a: |- # why\n  old\nb: 1\n", replaced("a", "new"), "a: new # why\nb: 1\n"),
        ("a: >\n  old\nb: 1\n", replaced("a", "x\ny\n"), "a: |\n  x\n  y\nb: 1\n"),
        ("a: |+\n  old\n\n\nb: 1\n", replaced("a", "new"), "a: new\nb: 1\n"),
        ("a: old # why\nb: 1\n", replaced("a", "x\n\ny"), "a: |- # why\n  x\n\n  y\nb: 1\n"),
        ("a: old", replaced("a", "x\ny"), 'a: "x\\ny"'),
        ("a:\nb: 1\n", replaced("a", "new"), "a: new\nb: 1\n"),
        ("a: # why\nb: 1\n", replaced("a", "new"), "a: new # why\nb: 1\n"),
        ("a:", replaced("a", 5), "a: 5"),
        ("- x\n-\n", replaced("1", "w"), "- x\n- w\n"),
    ],
)
def test_a_replaced_scalar_keeps_its_place_its_quotes_and_the_comment_behind_it(
    before: str, ask: Ask, after: str
) -> None:
    assert edited_text(before, ask) == after


@pytest.mark.parametrize(
    ("before", "ask", "after"),
    [
        ("a: # why\n  b: 1\n  c: 2 # in\n# next\nd: 3\n", replaced("a", 5), "a: 5 # why\n# next\nd: 3\n"),
        ("a:\n- x\n- w\nd: 3\n", replaced("a", "z"), "a: z\nd: 3\n"),
        ("a: 1 # why\nb: 2\n", replaced("a", {"c": 1, "d": {"e": "f"}}), "a: # why\n  c: 1\n  d:\n    e: f\nb: 2\n"),
        ("a: 1\nl:\n  - x\n", replaced("a", ["b", {"c": 1}]), "a:\n  - b\n  - c: 1\nl:\n  - x\n"),
        ("a: 1\nl:\n- x\n", replaced("a", ["b", {"c": 1}]), "a:\n- b\n- c: 1\nl:\n- x\n"),
        ("m:\n    k: 1\na:\n", replaced("a", {"b": {"c": 1}}), "m:\n    k: 1\na:\n    b:\n        c: 1\n"),
        ("a: {} # why\n", replaced("a", {"b": 1}), "a: # why\n  b: 1\n"),
        ("a: {b: 1} # why\n", replaced("a", {"c": [1]}), "a: {c: [1]} # why\n"),
        ("a:\n  b: 1\n", replaced("a", {}), "a: {}\n"),
        ("a:\n  # on b\n  b: 1\nc: 2\n", replaced("a", {"d": 1}), "a:\n  # on b\n  d: 1\nc: 2\n"),
        ("a: |\n  x\nc: 2\n", replaced("a", {"d": 1}), "a:\n  d: 1\nc: 2\n"),
        ("- a: 1 # in\n  b: 2\n- c\n", replaced("0", "x"), "- x\n- c\n"),
        ("- x # why\n- w\n", replaced("0", {"a": 1, "b": 2}), "- a: 1 # why\n  b: 2\n- w\n"),
        ("-   a: 1\n-   c: 2\n", replaced("0", {"d": 1, "e": 2}), "-   d: 1\n    e: 2\n-   c: 2\n"),
    ],
)
def test_a_map_or_list_takes_the_place_of_a_scalar_and_the_reverse(before: str, ask: Ask, after: str) -> None:
    assert edited_text(before, ask) == after


@pytest.mark.parametrize(
    ("before", "ask", "after"),
    [
        ("a:  1 # why\n", rename("a", "b"), "b:  1 # why\n"),
        ("'a': 1\n", rename("a", "b"), "'b': 1\n"),
        ('"a" : 1\n', rename("a", "b c"), '"b c" : 1\n'),
        ("a: 1\n", rename("a", "on"), '"on": 1\n'),
        ("- a: 1\n  b: 2\n", rename("0/a", "x"), "- x: 1\n  b: 2\n"),
        ("m: {a: 1, b: 2}\n", rename("m/a", "x"), "m: {x: 1, b: 2}\n"),
        ("true: 1\n", rename("true", "x"), "x: 1\n"),
    ],
)
def test_a_renamed_field_keeps_its_value_and_its_quotes(before: str, ask: Ask, after: str) -> None:
    assert edited_text(before, ask) == after


@pytest.mark.parametrize(
    ("before", "ask", "after"),
    [
        ("a: 1 # one\n# on the end\n", insert("", "b", 2), "a: 1 # one\nb: 2\n# on the end\n"),
        ("a: 1", insert("", "b", 2), "a: 1\nb: 2"),
        ("a: 1\r\n", insert("", "b", {"c": 2}), "a: 1\r\nb:\r\n  c: 2\r\n"),
        ("m:\n  a: 1 # one\n# on k\nk: 2\n", insert("m", "b", 2), "m:\n  a: 1 # one\n  b: 2\n# on k\nk: 2\n"),
        (
            "m:\n  a:\n    x: 1\n    # w: 2\n  # on k\nk: 2\n",
            insert("m", "b", 2),
            "m:\n  a:\n    x: 1\n    # w: 2\n  b: 2\n  # on k\nk: 2\n",
        ),
        ("- name: x\n- name: w\n", insert("0", "port", 80), "- name: x\n  port: 80\n- name: w\n"),
        ("- name: x\n  port: 1 # p\n", insert("0", "tls", {"m": "S"}), "- name: x\n  port: 1 # p\n  tls:\n    m: S\n"),
        ("m:\n  a: |\n    x\n\nk: 2\n", insert("m", "b", 2), "m:\n  a: |\n    x\n  b: 2\n\nk: 2\n"),
        ("m:\n  a: |+\n    x\n\nk: 2\n", insert("m", "b", 2), "m:\n  a: |+\n    x\n\n  b: 2\nk: 2\n"),
        ("m:\n  a:\n  - x\n  - w\nk: 2\n", insert("m", "b", [1]), "m:\n  a:\n  - x\n  - w\n  b:\n  - 1\nk: 2\n"),
        ("m:\n  a:\n    - x\nk: 2\n", insert("m", "b", [1]), "m:\n  a:\n    - x\n  b:\n    - 1\nk: 2\n"),
        ("m:\n  a:\nk: 2\n", insert("m", "b", "no"), 'm:\n  a:\n  b: "no"\nk: 2\n'),
        ("a: 1\n", insert("", "y", "x\n"), 'a: 1\n"y": |\n  x\n'),
        ("# Source: c/t.yaml\n---\n\na: 1\n...\n", insert("", "b", 2), "# Source: c/t.yaml\n---\n\na: 1\nb: 2\n...\n"),
    ],
)
def test_an_inserted_field_stands_behind_the_last_one_and_before_the_comments_of_what_follows(
    before: str, ask: Ask, after: str
) -> None:
    assert edited_text(before, ask) == after


@pytest.mark.parametrize(
    ("before", "ask", "after"),
    [
        ("l:\n- a # one\n# on m\nm: 1\n", append("l", "b"), "l:\n- a # one\n- b\n# on m\nm: 1\n"),
        ("l:\n  - a\nm: 1\n", append("l", "b"), "l:\n  - a\n  - b\nm: 1\n"),
        ("l:\n  - a", append("l", "on"), 'l:\n  - a\n  - "on"'),
        ("l:\n- k: a\n  p: 1\n", append("l", {"k": "b", "p": [1]}), "l:\n- k: a\n  p: 1\n- k: b\n  p:\n  - 1\n"),
        ("l:\n-   k: a\n", append("l", {"k": "b", "p": 2}), "l:\n-   k: a\n-   k: b\n    p: 2\n"),
        ("l:\n-\n", append("l", None), "l:\n-\n- null\n"),
        ("- - a\n  - b\n- c\n", append("0", "x"), "- - a\n  - b\n  - x\n- c\n"),
        ("l:\n- |\n  x\n\nm: 1\n", append("l", "w"), "l:\n- |\n  x\n- w\n\nm: 1\n"),
    ],
)
def test_an_appended_item_is_laid_out_like_its_neighbours(before: str, ask: Ask, after: str) -> None:
    assert edited_text(before, ask) == after


@pytest.mark.parametrize(
    ("before", "ask", "after"),
    [
        ("a: 1\n# on b\nb: 2 # own\n# on c\nc: 3\n", remove("b"), "a: 1\n# on b\n# on c\nc: 3\n"),
        ("a: 1\nb: 2\n", remove("a"), "b: 2\n"),
        ("a: 1\nb: 2", remove("b"), "a: 1"),
        ("a: 1\r\nb:\r\n  c: 2\r\nd: 3\r\n", remove("b"), "a: 1\r\nd: 3\r\n"),
        ("a: 1\nb:\n  c: 2\n  # d: 3\n# on e\ne: 4\n", remove("b"), "a: 1\n# on e\ne: 4\n"),
        ("a: 1\nb: |\n  x\n\nc: 3\n", remove("b"), "a: 1\n\nc: 3\n"),
        ("a: 1\nb:\n- x\n- w\nc: 3\n", remove("b"), "a: 1\nc: 3\n"),
        ("m: # why\n  # on a\n  a: 1 # own\nk: 2\n", remove("m/a"), "m: {} # why\n  # on a\nk: 2\n"),
        ("a: 1 # own\n", remove("a"), "{}\n"),
        ("l:\n- a # own\nk: 2\n", remove("l/0"), "l: []\nk: 2\n"),
        ("l:\n- a\n- b # own\n- c\n", remove("l/1"), "l:\n- a\n- c\n"),
        ("l:\n- a\n- k: b\n  p: 1\n", remove("l/1"), "l:\n- a\n"),
        ("l:\n- k: a\n  p: 1\n  q: 2\n", remove("l/0/k"), "l:\n- p: 1\n  q: 2\n"),
        ("l:\n- k: a # own\n  # on p\n  p: 1\n", remove("l/0/k"), "l:\n- # on p\n  p: 1\n"),
        ("l:\n- k: a # own\n- b\n", remove("l/0/k"), "l:\n- {}\n- b\n"),
        ("- - a\n  - b\n", remove("0/0"), "- - b\n"),
        ("a: &free 1\nb: 2\n", remove("a"), "b: 2\n"),
        ("a: &x 1\nb: *x # own\nc: 3\n", remove("b"), "a: &x 1\nc: 3\n"),
    ],
)
def test_a_removed_field_or_item_takes_its_lines_along_and_leaves_the_comments_above_it(
    before: str, ask: Ask, after: str
) -> None:
    assert edited_text(before, ask) == after


def test_an_alias_itself_can_be_replaced_because_its_anchor_stays() -> None:
    before = "a: &x 1\nb: *x # why\nc: *x\n"
    assert edited_text(before, replaced("b", 2)) == "a: &x 1\nb: 2 # why\nc: *x\n"


def test_of_a_field_written_twice_the_last_is_replaced() -> None:
    assert edited_text("a: 1\nb: 2\na: 3\n", replaced("a", 4)) == "a: 1\nb: 2\na: 4\n"


def test_a_field_beside_a_merge_key_is_edited() -> None:
    before = "x: &x {a: 1}\nw:\n  <<: *x\n  b: 2\n"
    assert edited_text(before, insert("w", "a", 5)) == before + "  a: 5\n"


@pytest.mark.parametrize(
    ("asks", "after"),
    [
        ([remove("m/a"), insert("m", "c", 3)], "m:\n  b: 2\n  c: 3\nk: 4\n"),
        ([remove("m/b"), insert("m", "c", 3)], "m:\n  a: 1\n  c: 3\nk: 4\n"),
        ([remove("m/a"), remove("m/b"), insert("m", "c", 3)], "m:\n  c: 3\nk: 4\n"),
        ([remove("m/b"), remove("m/a")], "m: {}\nk: 4\n"),
        ([rename("m/a", "z"), replaced("m/a", 9), replaced("k", 5)], "m:\n  z: 9\n  b: 2\nk: 5\n"),
        (
            [insert("", "o", 6), insert("m", "c", 3), insert("", "p", 7)],
            "m:\n  a: 1\n  b: 2\n  c: 3\nk: 4\no: 6\np: 7\n",
        ),
        ([remove("k"), insert("m", "c", 3)], "m:\n  a: 1\n  b: 2\n  c: 3\n"),
        ([replaced("k", 5), replaced("k", 5)], "m:\n  a: 1\n  b: 2\nk: 5\n"),
    ],
)
def test_edits_of_one_document_all_count_from_the_document_as_it_was(asks: list[Ask], after: str) -> None:
    assert edited_text("m:\n  a: 1\n  b: 2\nk: 4\n", *asks) == after


def test_an_insertion_at_the_end_of_a_map_in_the_last_field_stands_before_that_of_the_outer_map() -> None:
    asks = [insert("", "x", 1), insert("m", "w", 2), insert("m/k", "z", 3)]
    assert edited_text("m:\n  k:\n    o: 0\n", *asks) == "m:\n  k:\n    o: 0\n    z: 3\n  w: 2\nx: 1\n"


def test_edits_of_several_documents_leave_the_documents_between_them_alone() -> None:
    first, second, third = "# top\na: 1\n", "---\nb:  2 # same\n", "---\n# Source: c.yaml\nc: 3"
    source = SourceText("all.yaml", first + second + third)
    one = Resource({"a": 1}, Origin(source, 0, len(first), 0, 1))
    three = Resource({"c": 3}, Origin(source, len(first + second), len(source.text), 4, 3))
    after = edit_text(source, [Replace(three, ("c",), "long text"), Replace(one, ("a",), [1, 2])])
    assert after == "# top\na:\n- 1\n- 2\n---\nb:  2 # same\n---\n# Source: c.yaml\nc: long text"


def test_an_object_inside_a_list_is_edited_in_its_place() -> None:
    before = "kind: List\nitems:\n- kind: A\n  spec:\n    x: 1\n- kind: B\n  spec:\n    x: 1\n"
    after = "kind: List\nitems:\n- kind: A\n  spec:\n    x: 1\n- kind: B\n  spec:\n    x: 1\n    w: 2\n"
    assert edited_text(before, insert("spec", "w", 2), inner=("items", 1)) == after


def test_edits_of_two_objects_of_one_list_are_made_together() -> None:
    source = SourceText("list.yaml", "items:\n- a: 1\n- a: 2\n")
    whole = (source, 0, len(source.text), 0, 1)
    objects = [Resource({"a": n}, Origin(*whole, ("items", n - 1))) for n in (1, 2)]
    assert edit_text(source, [Remove(objects[1], ("a",)), Replace(objects[0], ("a",), 5)]) == "items:\n- a: 5\n- {}\n"


def test_no_edits_give_the_same_text() -> None:
    text = "a: [1,  2]  \r\n\t\n# \ufeff odd\nb:   |+\n  x\n\n"
    assert edit_text(SourceText("odd.yaml", text), []) == text
