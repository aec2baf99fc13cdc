"""Where documents start and end."""

import pytest

from service_mesh.source.documents import Chunk, chunks, source_name


def cut(text: str) -> list[tuple[int, int, str]]:
    """Number, line and text of every document with content."""
    return [(chunk.number, chunk.line, text[chunk.start : chunk.end]) for chunk in chunks(text) if not chunk.empty]


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("a: 1\n", [(1, 0, "a: 1\n")]),
        ("a: 1\n---\nb: 2\n", [(1, 0, "a: 1\n"), (2, 1, "---\nb: 2\n")]),
        ("---\na: 1\n---\nb: 2\n", [(1, 0, "---\na: 1\n"), (2, 2, "---\nb: 2\n")]),
        ("# above\n\n---\na: 1\n", [(1, 2, "---\na: 1\n")]),
        ("\ufeff# above\n---\na: 1\n", [(1, 1, "---\na: 1\n")]),
        ("\ufeff---\na: 1\n", [(1, 0, "---\na: 1\n")]),
        ("a: 1\r\n---\r\nb: 2\r\n", [(1, 0, "a: 1\r\n"), (2, 1, "---\r\nb: 2\r\n")]),
        ("a: 1\r---\rb: 2\r", [(1, 0, "a: 1\r"), (2, 0, "---\rb: 2\r")]),
        ("--- # c\na: 1\n--- {b: 2}", [(1, 0, "--- # c\na: 1\n"), (2, 2, "--- {b: 2}")]),
        ("a: 1\n---\n# nothing\n---\nb: 2\n", [(1, 0, "a: 1\n"), (3, 3, "---\nb: 2\n")]),
        ("%YAML 1.1\n# c\n---\na: 1\n", [(1, 0, "%YAML 1.1\n# c\n---\na: 1\n")]),
        ("a: 1\n...\n%YAML 1.1\n---\nb: 2\n", [(1, 0, "a: 1\n...\n"), (2, 2, "%YAML 1.1\n---\nb: 2\n")]),
        ("a: 1\n...\nb: 2\n", [(1, 0, "a: 1\n...\n"), (2, 2, "b: 2\n")]),
        ("a: 1\n...\n# c\n\n---\nb: 2\n...\n", [(1, 0, "a: 1\n...\n"), (2, 4, "---\nb: 2\n...\n")]),
        ("a: 1\n...", [(1, 0, "a: 1\n...")]),
    ],
)
def test_text_is_cut_at_markers(text: str, documents: list[tuple[int, int, str]]) -> None:
    assert cut(text) == documents


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n  x\n  ---\n  y\n",
        "-----\na: 1\n------\n",
        "---b\na: 1\n",
        "a: x ---\n",
        "a: \ufeff--- b\n",
        "a: ...\n...b: 1\n",
        "a: 1 ... \n",
    ],
)
def test_marker_inside_a_line_cuts_nothing(text: str) -> None:
    assert cut(text) == [(1, 0, text)]


def test_marker_at_the_start_of_a_line_ends_a_block_scalar() -> None:
    assert cut("a: |\n  x\n---\nb: 1\n") == [(1, 0, "a: |\n  x\n"), (2, 2, "---\nb: 1\n")]


@pytest.mark.parametrize("text", ["", "\n \t\n", "# only\n# comments", "\ufeff", "...\n...\n"])
def test_text_without_content_is_one_empty_document(text: str) -> None:
    (chunk,) = chunks(text)
    assert (chunk.number, chunk.end, chunk.empty) == (1, len(text), True)


def test_separators_alone_are_empty_documents() -> None:
    assert list(chunks("---\n---\n")) == [Chunk(0, 4, 0, 1, empty=True), Chunk(4, 8, 1, 2, empty=True)]


@pytest.mark.parametrize(
    "text",
    [" \n" * 500_000, "--- " * 100_000 + "x", "...\n" * 100_000 + "a: 1", "%\n" * 100_000 + "---\n", "-" * 1_000_000],
    ids=["blanks", "dashes", "ends", "directives", "rule"],
)
def test_text_made_to_be_slow_is_cut_in_linear_time(text: str) -> None:
    assert next(chunks(text)).number == 1
    assert source_name(text) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# Source: chart/templates/a.yaml\na: 1\n", "chart/templates/a.yaml"),
        ("---\n# Source: chart/templates/a.yaml\r\na: 1\r\n", "chart/templates/a.yaml"),
        ("---\n\n#Source:  chart/a.tpl  \n", "chart/a.tpl"),
        ("# Source: a.yaml", "a.yaml"),
        ("# Source: https://istio.io/latest/a.yaml\n", ""),
        ("# Source: the reference, see a.yaml\n", ""),
        ("# another\n# Source: a.yaml\n", ""),
        ("a: 1\n# Source: a.yaml\n", ""),
        ("", ""),
    ],
)
def test_first_comment_may_name_the_source(text: str, name: str) -> None:
    assert source_name(text) == name
