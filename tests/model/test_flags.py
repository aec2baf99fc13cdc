"""Switches as Go reads them."""

import pytest

from service_mesh.model.flags import parse_bool


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (("1", "t", "T", "true", "TRUE", "True"), True),
        (("0", "f", "F", "false", "FALSE", "False"), False),
        (("", "yes", "on", "tRUE", " true", "2"), None),
    ],
)
def test_only_the_words_of_go_are_switches(texts: tuple[str, ...], value: bool | None) -> None:
    assert [parse_bool(text) for text in texts] == [value] * len(texts)
