"""Values as text: what is quoted, how blocks are indented, and that the decoder reads the same value back."""

from collections import OrderedDict
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_mesh.source.compose import compose
from service_mesh.source.editor_check import same
from service_mesh.source.layout import Layout
from service_mesh.source.plain import Builder
from service_mesh.source.render import UnwritableError, block_lines, inline, json_lines, plain_data

PLAIN = Layout()


class Mode(StrEnum):
    STRICT = "STRICT"


@pytest.mark.parametrize(
    "text",
    [
        *[
            "x",
            "/a/b",
            "8080/tcp",
            "a:b",
            "http://x/?q=1#top",
            "it's",
            "-x",
            "--flag=1",
            "0.1.2",
            "é😀",
            "STRICT",
            "10.0.0.0/8",
            "1h30m",
            "a#b",
            "nan",
            "Nope",
        ],
        "a b",
        "reviews.prod.svc.cluster.local",
    ],
)
def test_strings_that_need_no_quotes_get_none(text: str) -> None:
    assert inline(text, PLAIN) == text


@pytest.mark.parametrize(
    "text",
    [
        *[
            "~",
            "null",
            "Null",
            "on",
            "Off",
            "y",
            "N",
            "yes",
            "NO",
            "true",
            "FALSE",
            "012",
            "0o14",
            "0x1f",
            "1_000",
            "1e3",
            "1.5",
            "-1",
            "+1",
            ".5",
            ".inf",
            ".NaN",
        ],
        *[
            "12:30",
            "2001-01-01",
            "=",
            "<<",
            "#a",
            "a:",
            "-",
            "---",
            "...",
            "?",
            "*a",
            "&a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a",
            "[a",
            "{a",
            "]",
            "}",
            ",a",
            "'a'",
            ":",
        ],
        *("", "a: b", "a #b", "- a", "? a", " a", "a ", ": a"),
    ],
)
def test_strings_that_would_change_their_type_or_break_the_text_are_quoted(text: str) -> None:
    assert inline(text, PLAIN) == f'"{text}"'
    assert inline(text, Layout(quote="'")) == "'" + text.replace("'", "''") + "'"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('say "a"', 'say "a"'),
        ('"a"', '"\\"a\\""'),
        ("a\tb", '"a\\tb"'),
        ("a\nb", '"a\\nb"'),
        ("a\u2028b", '"a\\Lb"'),
        ("\x07", '"\\a"'),
        ("\ufeff", '"\\uFEFF"'),
        ("back\\slash", "back\\slash"),
    ],
)
def test_characters_without_a_shape_are_escaped_in_double_quotes(text: str, written: str) -> None:
    assert inline(text, PLAIN) == written
    assert inline(text, Layout(quote="'")) == written.replace('"\\"a\\""', "'\"a\"'")


@pytest.mark.parametrize("text", ["a, b", "a[0]", "{{x}}", "a]"])
def test_brackets_and_commas_are_quoted_between_brackets_alone(text: str) -> None:
    assert inline([text], PLAIN) == f'["{text}"]'


def test_commas_stay_plain_in_a_block() -> None:
    assert block_lines({"a": "b, c[0]"}, PLAIN) == ["a: b, c[0]"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "true"),
        (False, "false"),
        (None, "null"),
        (0, "0"),
        (-7, "-7"),
        (1.5, "1.5"),
        (1e30, "1e+30"),
        (1e-7, "1e-07"),
    ],
)
def test_numbers_booleans_and_null_are_written_as_such(value: object, written: str) -> None:
    assert inline(value, PLAIN) == written


def test_a_wanted_quote_is_given_to_a_string_and_to_no_name() -> None:
    assert block_lines({"k": "x"}, PLAIN, "'") == ["k: 'x'"]


def test_names_of_fields_are_quoted_like_strings() -> None:
    assert inline({"on": 1, "8080": 2, "a: b": 3, "ok": 4}, PLAIN) == '{"on": 1, "8080": 2, "a: b": 3, ok: 4}'


def test_long_names_stay_on_their_line() -> None:
    name = "example.com/" + "k" * 240
    assert block_lines({name: "v" * 300}, PLAIN) == [f"{name}: {'v' * 300}"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb\n", ["k: |", "  a", "  b"]),
        ("a\n\nb", ["k: |-", "  a", "", "  b"]),
        (" a\nb", ['k: " a\\nb"']),
        ("a \nb", ['k: "a \\nb"']),
        ("a\n\n", ['k: "a\\n\\n"']),
        ("a\r\nb", ['k: "a\\r\\nb"']),
        ("\n", ['k: "\\n"']),
    ],
)
def test_text_of_several_lines_becomes_a_block_where_a_block_shows_all_of_it(text: str, lines: list[str]) -> None:
    assert block_lines({"k": text}, PLAIN) == lines


def test_no_block_is_written_where_the_text_ends_without_a_line_end() -> None:
    assert block_lines({"k": "a\nb\n"}, Layout(may_use_blocks=False)) == ['k: "a\\nb\\n"']


@pytest.mark.parametrize(
    ("layout", "lines"),
    [
        (Layout(), ["a:", "  b:", "  - 1", "  - c: 2", "    d: []"]),
        (Layout(dash=2), ["a:", "  b:", "    - 1", "    - c: 2", "      d: []"]),
        (Layout(step=4), ["a:", "    b:", "    - 1", "    - c: 2", "      d: []"]),
        (Layout(step=4, dash=2), ["a:", "    b:", "      - 1", "      - c: 2", "        d: []"]),
    ],
)
def test_blocks_are_indented_as_the_layout_says(layout: Layout, lines: list[str]) -> None:
    assert block_lines({"a": {"b": [1, {"c": 2, "d": []}]}}, layout) == lines


@pytest.mark.parametrize("dash", [0, 2])
def test_a_list_starts_at_column_zero_whatever_the_layout(dash: int) -> None:
    assert block_lines([{"a": 1, "b": 2}, "x"], Layout(dash=dash)) == ["- a: 1", "  b: 2", "- x"]


def test_json_is_written_with_double_quotes_and_the_blanks_of_the_text() -> None:
    value = {"a": ["é", None, True], "on": {}}
    tight = Layout(is_json=True, separator=",", colon=":")
    assert inline(value, tight) == '{"a":["é",null,true],"on":{}}'
    assert inline(value, Layout(is_json=True)) == '{"a": ["é", null, true], "on": {}}'
    assert json_lines({"a": [1]}, Layout(is_json=True, json_indent="\t")) == ["{", '\t"a": [', "\t\t1", "\t]", "}"]


def test_values_of_rules_become_plain_data() -> None:
    value = OrderedDict(mode=Mode.STRICT, ports=(1, 2))
    plain = plain_data(value)
    assert plain == {"mode": "STRICT", "ports": [1, 2]}
    assert isinstance(plain, dict)
    assert type(plain["mode"]) is str


@pytest.mark.parametrize("value", [float("nan"), {1: 2}, b"x".hex, [{"a": object}]])
def test_values_without_a_form_in_json_are_refused(value: object) -> None:
    with pytest.raises(UnwritableError):
        plain_data(value)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=20), inner),
    max_leaves=10,
)


@given(VALUES, st.sampled_from([Layout(), Layout(dash=2), Layout(step=4, quote="'"), Layout(step=3, dash=1)]))
def test_whatever_is_written_reads_back_as_the_same_value(value: object, layout: Layout) -> None:
    for text in (f"k: {inline(value, layout)}\n", "\n".join(block_lines({"k": value}, layout)) + "\n"):
        node = compose(text)
        assert node is not None
        assert same(Builder().build(node, text), {"k": value})
