"""Edits between brackets, in YAML and in JSON: exact text before and after."""

import pytest

from tests.source.edits import Ask, append, edited_text, insert, remove, rename, replaced


@pytest.mark.parametrize(
    ("before", "ask", "after"),
    [
        ("m: {} # why\n", insert("m", "a", 1), "m: {a: 1} # why\n"),
        ("m: { }\n", insert("m", "a", {"b": ["c, d"]}), 'm: {a: {b: ["c, d"]}}\n'),
        ("m: {a: 1} # why\n", insert("m", "b", "x"), "m: {a: 1, b: x} # why\n"),
        ("m: { a: 1 }\n", insert("m", "b", "x"), "m: { a: 1, b: x }\n"),
        ("m: {a: 1, }\n", insert("m", "b", 2), "m: {a: 1, b: 2 }\n"),
        ('m: {"a":1,"b":2}\n', insert("m", "c", 3), 'm: {"a":1,"b":2,c: 3}\n'),
        (
            "m: {\n  a: 1, # one\n  b: 2 # two\n}\n",
            insert("m", "c", 3),
            "m: {\n  a: 1, # one\n  b: 2, # two\n  c: 3\n}\n",
        ),
        ("m: {\n  a: 1,\n  b: 2, # two\n}\n", insert("m", "c", 3), "m: {\n  a: 1,\n  b: 2, # two\n  c: 3,\n}\n"),
        ("m: {a: 1,\n    b: 2}\n", insert("m", "c", 3), "m: {a: 1,\n    b: 2,\n    c: 3}\n"),
        ("{a: 1}\n", insert("", "b", 2), "{a: 1, b: 2}\n"),
        ("l: []\n", append("l", "a"), "l: [a]\n"),
        ("l: [a, b]\n", append("l", "on"), 'l: [a, b, "on"]\n'),
        ("l: [\n  a,\n  b\n]\r\n", append("l", "c"), "l: [\n  a,\n  b,\r\n  c\n]\r\n"),
        ("l: [ # why\n]\n", append("l", "a"), "l: [a # why\n]\n"),
        ("l: [a]\n", append("l", "one\ntwo"), 'l: [a, "one\\ntwo"]\n'),
    ],
)
def test_an_entry_is_added_with_the_commas_and_lines_of_its_neighbours(before: str, ask: Ask, after: str) -> None:
    assert edited_text(before, ask) == after


@pytest.mark.parametrize(
    ("before", "ask", "after"),
    [
        ("l: [a, b, c]\n", remove("l/0"), "l: [b, c]\n"),
        ("l: [a, b, c]\n", remove("l/1"), "l: [a, c]\n"),
        ("l: [a, b, c]\n", remove("l/2"), "l: [a, b]\n"),
        ("l: [ a, b, ]\n", remove("l/1"), "l: [ a, ]\n"),
        ("l: [a] # why\n", remove("l/0"), "l: [] # why\n"),
        ("m: { a: 1, b: 2 }\n", remove("m/b"), "m: { a: 1 }\n"),
        ("m: { a: 1, b: 2 }\n", remove("m/a"), "m: { b: 2 }\n"),
        ("m: {a: 1}\n", remove("m/a"), "m: {}\n"),
        (
            "l: [\n  a, # one\n  # on b\n  b, # two\n  c # three\n]\n",
            remove("l/1"),
            "l: [\n  a, # one\n  # on b\n  c # three\n]\n",
        ),
        ("l: [\n  a, # one\n  # on b\n  b # two\n]\n", remove("l/1"), "l: [\n  a # one\n  # on b\n]\n"),
        ("l: [\n  a,\n  b,\n]\n", remove("l/1"), "l: [\n  a,\n]\n"),
        ("l: [a, # one\n  # on b\n  b]\n", remove("l/0"), "l: [\n  # on b\n  b]\n"),
        ("l: [a, # one\n  b]\n", remove("l/1"), "l: [a # one\n  ]\n"),
    ],
)
def test_an_entry_is_removed_with_one_comma(before: str, ask: Ask, after: str) -> None:
    assert edited_text(before, ask) == after


@pytest.mark.parametrize(
    ("before", "ask", "after"),
    [
        ("m: {a: 1, b: 2}\n", replaced("m/a", {"c": [1]}), "m: {a: {c: [1]}, b: 2}\n"),
        ("m: {a: 'x'}\n", replaced("m/a", "z"), "m: {a: 'z'}\n"),
        ("m: {a, b: }\n", replaced("m/a", 1), "m: {a: 1, b: }\n"),
        ("m: {a, b: }\n", replaced("m/b", 1), "m: {a, b: 1 }\n"),
        ("l: [x, {a: 1}]\n", replaced("l/1", "q, r"), 'l: [x, "q, r"]\n'),
        ("l: [a: 1, b]\n", replaced("l/0/a", 2), "l: [a: 2, b]\n"),
        ("m: {a: 1}\n", rename("m/a", "b, c"), 'm: {"b, c": 1}\n'),
    ],
)
def test_a_value_or_name_between_brackets_is_replaced(before: str, ask: Ask, after: str) -> None:
    assert edited_text(before, ask) == after


def test_several_entries_of_one_pair_of_brackets_are_removed_and_added_together() -> None:
    asks = [remove("l/0"), remove("l/2"), append("l", "d"), append("l", "e")]
    assert edited_text("l: [a, b, c]\n", *asks) == "l: [b, d, e]\n"


PRETTY = """{
  "kind": "Gateway",
  "spec": {
    "servers": [
      {
        "port": 80
      }
    ],
    "selector": {}
  }
}
"""


@pytest.mark.parametrize(
    ("ask", "old", "new"),
    [
        (replaced("spec/servers/0/port", 'a"b'), "80", '"a\\"b"'),
        (replaced("kind", None), '"Gateway"', "null"),
        (rename("spec/selector", "on"), '"selector"', '"on"'),
        (
            insert("spec/selector", "istio", "ingressgateway"),
            '"selector": {}',
            '"selector": {\n      "istio": "ingressgateway"\n    }',
        ),
        (
            insert("spec/servers/0", "tls", {"mode": "SIMPLE"}),
            '"port": 80\n',
            '"port": 80,\n        "tls": {\n          "mode": "SIMPLE"\n        }\n',
        ),
        (append("spec/servers", True), "      }\n    ]", "      },\n      true\n    ]"),
        (remove("spec/selector"), '],\n    "selector": {}', "]"),
        (remove("spec/servers/0/port"), '{\n        "port": 80\n      }', "{}"),
        (remove("kind"), '  "kind": "Gateway",\n', ""),
    ],
)
def test_json_over_several_lines_stays_json_in_the_same_layout(ask: Ask, old: str, new: str) -> None:
    assert edited_text(PRETTY, ask) == PRETTY.replace(old, new)


@pytest.mark.parametrize(
    ("before", "ask", "after"),
    [
        ('{"a":1,"b":[1,2]}', insert("", "c", {"d": [True]}), '{"a":1,"b":[1,2],"c":{"d":[true]}}'),
        (r'{"a": "\ud83d\ude00", "b": 1}', replaced("b", "é"), r'{"a": "\ud83d\ude00", "b": "é"}'),
        ('{"a": 1, "a": 2}', replaced("a", "x"), '{"a": 1, "a": "x"}'),
        ('{"a": 1}', insert("", "c", {"d": None}), '{"a": 1, "c": {"d": null}}'),
        (
            '{\n\t"a": {\n\t\t"b": 1\n\t}\n}',
            insert("", "c", [1]),
            '{\n\t"a": {\n\t\t"b": 1\n\t},\n\t"c": [\n\t\t1\n\t]\n}',
        ),
    ],
)
def test_json_keeps_its_blanks_and_tabs(before: str, ask: Ask, after: str) -> None:
    assert edited_text(before, ask) == after
