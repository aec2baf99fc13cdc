"""Durations: one grammar for whoever reads Go's notation, and where others read another."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_mesh.catalog.constraints.forms import duration_between
from service_mesh.catalog.formats import FORMATS
from service_mesh.model.durations import go_duration, go_parts
from service_mesh.rules.istio._duration import seconds
from service_mesh.rules.linkerd._durations import annotation_seconds, field_seconds

SECOND = 10**9
TEXTS = st.lists(
    st.sampled_from(
        ["1", "0", "30", "5.", ".5", "1.25", "h", "m", "s", "ms", "us", "µs", "μs", "ns", "d", "+", "-", " ", "e"]
    ),
    max_size=6,
).map("".join)


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1ms", 1_000_000),
        ("1h30m", 5400 * SECOND),
        ("-1.5s", -1_500_000_000),
        ("+1s", SECOND),
        (".5s", 500_000_000),
        ("5.s", 5 * SECOND),
        ("1\u00b5s", 1_000),
        ("1\u03bcs", 1_000),
        ("10.5s4m", 250_500_000_000),
        ("0.3333333333333333333h", 1200 * SECOND),
        ("0.100000000000000000000h", 360 * SECOND),
        ("0.830103483285477580700h", 2_988_372_539_827),
        ("39h9m14.425s", 140_954_425_000_000),
        ("0", 0),
        ("+0", 0),
        ("-0", 0),
        ("999999h", 3_599_996_400 * SECOND),
        ("9999999h", None),
        ("9223372036854775807ns", 2**63 - 1),
        ("9223372036854775808ns", None),
        ("-9223372036854775808ns", -(2**63)),
        ("", None),
        ("-", None),
        ("+-1s", None),
        ("s", None),
        (".s", None),
        (".", None),
        ("5", None),
        ("00", None),
        ("1d", None),
        ("1s ", None),
        ("1s1", None),
        ("1s0", None),
        ("inf", None),
        ("\u0661s", None),
        ("9" * 500 + "s", None),
    ],
)
def test_duration_is_read_as_go_reads_it(text: str, nanoseconds: int | None) -> None:
    assert go_duration(text) == nanoseconds


def test_reading_stops_where_no_number_with_a_unit_follows() -> None:
    assert go_parts("1m30sx") == (90 * SECOND, 5)
    assert go_parts("x") == (0, 0)


@given(TEXTS)
def test_constraints_and_istio_take_the_same_texts_and_the_format_takes_them_too(text: str) -> None:
    length = go_duration(text)
    is_taken = not list(duration_between("")(text))
    assert is_taken == (length is not None)
    assert length is None or FORMATS["duration"](text)
    assert seconds(text) == (None if length is None else Fraction(length, SECOND))


@given(TEXTS)
def test_fields_of_linkerd_take_what_go_takes_and_mean_the_same(text: str) -> None:
    length, read = go_duration(text), field_seconds(text)
    if length is not None:
        assert read == Fraction(length, SECOND)
    elif read is not None:
        assert text.strip("+-") == "" or text.endswith("0") or text.startswith(("++", "+-", "--"))


@pytest.mark.parametrize(
    ("text", "go", "field", "annotation"),
    [
        ("1m30s", True, True, False),
        ("1.5s", True, True, False),
        ("1s0", False, True, False),
        ("", False, True, False),
        ("--1s", False, True, False),
        ("1d", False, False, True),
        ("1w", False, False, False),
        (" 1s ", False, False, True),
    ],
)
def test_notations_differ_where_their_readers_do(text: str, *, go: bool, field: bool, annotation: bool) -> None:
    taken = [go_duration(text), field_seconds(text), annotation_seconds(text)]
    assert [length is not None for length in taken] == [go, field, annotation]


@pytest.mark.parametrize("text", ["1d", "1w"])
def test_format_of_kubernetes_takes_units_that_go_does_not_know(text: str) -> None:
    assert (FORMATS["duration"](text), go_duration(text)) == (True, None)
