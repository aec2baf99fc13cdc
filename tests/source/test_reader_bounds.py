"""Texts made to be too much."""

import pytest

from tests.source.readings import others, places, pod, read, titles


def test_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    reading = read("\n".join(lines) + "\n---\n" + pod("a"))
    assert places(reading) == [("SC103", "aliases expand to more than 100,000 values", 1, 6, 5)]
    assert titles(reading) == ["Pod default/a"]


def test_large_document_that_uses_an_alias_is_no_bomb() -> None:
    items = "".join(f"- {{a: {n}, b: {n}}}\n" for n in range(40_000))
    reading = read(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: &n a, namespace: *n}}\nitems:\n{items}")
    assert titles(reading) == ["ConfigMap a/a"]
    assert reading.problems == []


@pytest.mark.parametrize("text", ["a: &a [*a]\n", "a: &a {b: *a}\n", "a: &a {*a : b}\n"])
def test_alias_that_holds_itself_is_refused(text: str) -> None:
    assert places(read(text)) == [("SC103", "an alias holds itself", 1, 1, 4)]


def test_chain_of_aliases_is_not_nested_deeper_than_text_may_be() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 1000)]
    assert places(read("\n".join(lines))) == [("SC103", "aliases nest deeper than 200 levels", 1, 201, 7)]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("[" * 100_000, 1, 201),
        ("a: " + "{a: " * 100_000, 1, 4 + 4 * 199),
        ('{"a": ' * 500 + "1" + "}" * 500, 1, 1 + 6 * 200),
        ("".join(" " * n + "a:\n" for n in range(2000)), 201, 201),
        ("".join(" " * n + "a:\r" for n in range(2000)), 1, 201 + sum(n + 3 for n in range(200))),
        ("- " * 100_000 + "x", 1, 401),
        ("? " * 100_000 + "x", 1, 401),
    ],
    ids=["list", "map", "json", "block", "carriage returns", "compact", "complex keys"],
)
def test_deep_nesting_is_refused(text: str, line: int, column: int) -> None:
    reading = read(f"{text}\n---\n{pod('a')}")
    assert places(reading) == [("SC103", "nested deeper than 200 levels", 1, line, column)]
    assert titles(reading) == ["Pod default/a"]


def test_wide_text_is_not_mistaken_for_deep_text() -> None:
    drawing = (
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  x: |\n    a\n{' ' * 300}[[{'[' * 300}\n"
    )
    assert titles(read(drawing)) == ["ConfigMap default/a"]


def test_very_long_lines_are_read() -> None:
    long = "x" * 2_000_000
    reading = read(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{a: '{long}', b: {long}}}\n")
    assert reading.resources[0].data["data"] == {"a": long, "b": long}


@pytest.mark.parametrize("names", ["x", "&a x\n- &a y"])
def test_nesting_up_to_the_bound_is_read(names: str) -> None:
    deep = "[" * 197 + "]" * 197
    reading = read(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nx:\n- {deep}\n- {names}\n")
    assert titles(reading) == ["Pod default/a"]
    assert others(reading) == (0, 0, 0, {})
