"""Queries of guides: where each starts, what belongs to it, and what is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_mesh.model.origin import SourceText
from service_mesh.source.markdown import CodeBlock
from service_mesh.source.queries import LIMIT, queries


def _found(language: str, text: str) -> list[tuple[int, int, str]]:
    block = CodeBlock(language, SourceText("guide.md", text, 10, 2))
    found = [command.words for command in queries(block)]
    assert all(words[0].text == "promql" and words[0].location == words[1].location for words in found)
    return [(words[1].location.line, words[1].location.column, words[1].text) for words in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("up", [(11, 3, "up")]),
        ("# one\nup\n\n# two\n  down\n", [(12, 3, "up"), (15, 5, "down")]),
        ("a # first\nb", [(11, 3, "a \nb")]),
        ('a{b="#"} # c', [(11, 3, 'a{b="#"}')]),
        ("sum(\n\n  # of all\n  a\n)\n\nb", [(11, 3, "sum(\n  a\n)"), (17, 3, "b")]),
        ("a)))\n\nb", [(11, 3, "a)))"), (13, 3, "b")]),
        ("sum(a\n\nb", [(11, 3, "sum(a\nb")]),
        ("\n# nothing\n", []),
    ],
)
def test_blank_lines_and_comments_outside_of_brackets_set_queries_apart(
    text: str, expected: list[tuple[int, int, str]]
) -> None:
    assert _found("promql", text) == expected


def test_file_of_alerts_holds_queries_beside_and_below_their_name() -> None:
    text = (
        "groups:\n"
        "- rules:\n"
        "  - alert: A\n"
        "    expr: a > 1\n"
        "  - expr: |\n"
        "      b\n"
        "        + c\n"
        "\n"
        "    for: 5m\n"
        "  - expr: 'd'\n"
        "  - expr: >-\n"
        "    for: 5m\n"
    )
    assert _found("yaml", text) == [
        (14, 13, "a > 1"),
        (16, 9, "b\n        + c"),
        (20, 14, "d"),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("yaml", "kind: PrometheusRule\nspec:\n  expr: a\n"),
        ("text", "expr: a\n"),
        ("bash", "expr: a\n"),
        ("", "up\n"),
        ("yaml", "expression: a\n"),
    ],
)
def test_manifests_and_other_languages_are_left_out(language: str, text: str) -> None:
    assert _found(language, text) == []


def test_what_stands_behind_the_limit_is_left_out() -> None:
    assert _found("promql", "a\n" + "\n" * LIMIT + "b\n") == [(11, 3, "a")]


@given(st.sampled_from(["promql", "yaml"]), st.text(alphabet="ab:-|> #\"'(){}\r\nexpr", max_size=80))
def test_any_text_is_read(language: str, text: str) -> None:
    lines = text.count("\n") + 11
    assert all(11 <= line <= lines and column >= 3 and query for line, column, query in _found(language, text))
