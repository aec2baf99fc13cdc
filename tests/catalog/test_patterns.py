"""Classes of regular expressions mean what they mean to the API server, wherever they stand."""

import re

import pytest

from service_mesh.catalog.archive import Archive
from service_mesh.catalog.patterns import ascii_classes


@pytest.mark.parametrize(
    ("regex", "spelt"),
    [
        (r"^\d+$", "^[0-9]+$"),
        (r"[\d.]", "[0-9.]"),
        (r"[^\s/]\w", r"[^\t\n\f\r /][0-9A-Za-z_]"),
        (r"\D\S\W", r"[^0-9][^\t\n\f\r ][^0-9A-Za-z_]"),
        (r"[\D]", r"[\D]"),
        (r"\\d", r"\\d"),
        (r"\[\d\]", r"\[[0-9]\]"),
        (r"[]\d]\d", "[]0-9][0-9]"),
        (r"[^]\d]", "[^]0-9]"),
        (r"a\.b\-c", r"a\.b\-c"),
        ("", ""),
    ],
)
def test_class_is_spelt_out(regex: str, spelt: str) -> None:
    assert ascii_classes(regex) == spelt


def test_pattern_without_such_classes_stays_as_it_is() -> None:
    changed = [regex for regex in Archive().patterns.values() if ascii_classes(regex) != regex]
    assert [bool(re.search(r"\\[dsw]", regex)) for regex in changed] == [True] * len(changed)
    assert len(changed) == 1
