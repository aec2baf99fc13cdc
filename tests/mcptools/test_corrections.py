"""Corrections of lists that were written as one text."""

import pytest

from service_mesh.errors import UsageError
from service_mesh.mcptools.arguments import read_arguments
from service_mesh.mcptools.validate import validate_tool
from tests.mcptools.samples import Recorder

TAKES = "'paths' takes a list of strings"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("mesh/", f'{TAKES}: write "paths": ["mesh/"]'),
        (" a.yaml ,, b.yaml, ", f'{TAKES}: write "paths": ["a.yaml", "b.yaml"]'),
        ('["a.yaml", "b.yaml"]', f'{TAKES}: write "paths": ["a.yaml", "b.yaml"]'),
        ('["a.yaml"', f'{TAKES}: write "paths": ["[\\"a.yaml\\""]'),
        (" , ", TAKES),
        ("", TAKES),
        ("x" * 201, TAKES),
        (7, TAKES),
        ({"a": 1}, TAKES),
    ],
    ids=["one", "some", "a list as text", "a broken list", "commas alone", "nothing", "too long", "number", "object"],
)
def test_text_in_the_place_of_a_list_is_answered_with_the_list_where_one_can_be_seen(
    written: object, sentence: str
) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(validate_tool(Recorder()), {"paths": written})
    assert str(caught.value) == sentence


def test_arguments_that_are_null_count_as_not_given() -> None:
    assert read_arguments(validate_tool(Recorder()), {"manifests": "kind: X", "paths": None}).paths == []


@pytest.mark.parametrize("written", [7, ["istio"], True])
def test_what_cannot_be_meant_as_an_object_gets_no_example(written: object) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(validate_tool(Recorder()), {"versions": written})
    assert str(caught.value).startswith("'versions' takes an object of strings with the members istio, ")
    assert "write" not in str(caught.value)
