"""JSON, which is read by its own rules where it is JSON."""

import json

import pytest

from service_mesh.source.json_text import read_json
from tests.source.readings import json_pod, places, pod, read, titles


def test_json_is_read_with_its_own_rules() -> None:
    data = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a"},
        "data": {"slash": "a/b", "face": "😀", "yes": "on", "tab": "\t"},
    }
    text = json.dumps(data, indent="\t").replace("a/b", "a\\/b")
    assert "\\ud83d\\ude00" in text
    reading = read(f"\t\n{text}\n\t\n")
    assert [resource.data for resource in reading.resources] == [data]
    assert reading.problems == []


def test_half_a_character_in_json_is_replaced() -> None:
    text = (
        r'{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"x": "\ud83d|\uDE00|\\ud83d"}}'
    )
    assert read(text).resources[0].data["data"] == {"x": "\ufffd|\ufffd|\\ud83d"}


def test_broken_escape_in_json_moves_no_line() -> None:
    assert places(read('{"a":\n"\\ud83d\\ude|\n0"\n,}')) == [
        ("SC101", "while parsing a quoted scalar, did not find expected hexdecimal number", 1, 2, 10)
    ]


def test_half_a_character_itself_is_refused() -> None:
    assert places(read('{"a": "\ud83d"}')) == [("SC101", "character U+D83D is not allowed in YAML", 1, 1, 8)]


def test_json_values_in_a_row_are_documents() -> None:
    reading = read(f"{json_pod('a')}\n{json_pod('b')} {json_pod('c')}\n---\n{json_pod('d')}")
    assert titles(reading) == ["Pod default/a", "Pod default/b", "Pod default/c", "Pod default/d"]
    origins = [resource.origin for resource in reading.resources]
    assert [(o.document, o.line, o.text) for o in origins if o] == [
        (1, 0, json_pod("a")),
        (2, 1, json_pod("b")),
        (3, 1, json_pod("c")),
        (4, 2, f"---\n{json_pod('d')}"),
    ]


def test_broken_json_value_leaves_those_before_it() -> None:
    reading = read(f'{json_pod("a")}\n{{"kind": oops: 1}}\n---\n{pod("b")}')
    assert titles(reading) == ["Pod default/a", "Pod default/b"]
    ((code, _, document, line, column),) = places(reading)
    assert (code, document, line, column) == ("SC101", 2, 2, 14)
    assert [resource.origin.document for resource in reading.resources if resource.origin] == [1, 3]


def test_name_written_twice_in_json_is_located() -> None:
    text = '{"apiVersion": "v1", "kind": "Pod",\n\t"metadata": {"name": "a", "name": "b"}}'
    reading = read(f"{json_pod('x')}\n{text}\n{json_pod('y')}")
    assert places(reading) == [("SC102", "field 'name' is written twice", 2, 3, 28)]
    assert titles(reading) == ["Pod default/x", "Pod default/b", "Pod default/y"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_number_that_json_cannot_carry_is_read_as_yaml_does(number: str) -> None:
    reading = read(f'{{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "a"}}, "x": {number}}}')
    assert reading.resources[0].data["x"] == number


def test_json_decimals_are_read() -> None:
    reading = read('{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "x": [1.5, 2]}')
    assert reading.resources[0].data["x"] == [1.5, 2]


def test_flow_style_yaml_is_no_broken_json() -> None:
    reading = read("{apiVersion: v1, kind: Pod, metadata: {name: a}, x: 'a\tb'}\n")
    assert titles(reading) == ["Pod default/a"]
    assert reading.resources[0].data["x"] == "a\tb"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"a": 1} [2]\n', [{"a": 1}, [2]]),
        ("", []),
        ('{"a": 1, "a": 2}', None),
        ('{"a": 1} b', None),
        ('{"a": ' * 300 + "1" + "}" * 300, None),
    ],
)
def test_whole_text_is_json_or_is_not(text: str, values: list[object] | None) -> None:
    assert read_json(text) == values
