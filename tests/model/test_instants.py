"""Instants in RFC 3339 are the same seconds that the standard library counts, and nothing else is an instant."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_mesh.model.instants import days_between, seconds_of, text_of

NOON = 1_795_176_000.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-11-20T12:00:00Z", NOON),
        ("2026-11-20T13:00:00+01:00", NOON),
        ("2026-11-20T06:30:00-05:30", NOON),
        ("2026-11-20t12:00:00z", NOON),
        ("2026-11-20T12:00:00.25Z", NOON + 0.25),
        ("2026-11-20T12:00:00.000000000Z", NOON),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59Z", -1),
        ("2024-02-29T00:00:00Z", 1_709_164_800),
        ("2016-12-31T23:59:60Z", 1_483_228_800),
    ],
)
def test_every_way_to_write_an_instant_is_read(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-20",
        "2026-11-20T12:00:00",
        "2026-11-31T12:00:00Z",
        "2026-02-29T12:00:00Z",
        "1900-02-29T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-00-01T12:00:00Z",
        "2026-11-00T12:00:00Z",
        "2026-11-20T24:00:00Z",
        "2026-11-20T12:60:00Z",
        "2026-11-20T12:00:61Z",
        "2026-11-20T12:00:00+24:00",
        "2026-11-20T12:00:00.Z",
        "٢٠٢٦-11-20T12:00:00Z",
        "2026-11-20T12:00:00Z\n",
        "2026-11-20T12:00:00." + "0" * 100 + "Z",
    ],
)
def test_what_is_no_instant_is_none(text: str) -> None:
    assert seconds_of(text) is None


@given(st.integers(min_value=-62_135_596_800, max_value=253_402_300_799))
def test_instants_are_those_of_the_standard_library(seconds: int) -> None:
    time = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    text = time.isoformat().replace("+00:00", "Z")
    assert seconds_of(text) == seconds
    assert text_of(seconds) == text


def test_fractions_are_cut_off_and_what_the_form_cannot_say_is_held_within() -> None:
    assert text_of(NOON + 0.9) == "2026-11-20T12:00:00Z"
    assert text_of(-0.5) == "1969-12-31T23:59:59Z"
    assert text_of(1e30) == "9999-12-31T23:59:59Z"
    assert text_of(-1e30) == "0000-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("seconds", "days"), [(0, 0), (86_399, 0), (86_400, 1), (30 * 86_400, 30), (-1, -1), (-86_400, -1)]
)
def test_days_left_are_whole_and_negative_once_over(seconds: float, days: int) -> None:
    assert days_between(NOON, NOON + seconds) == days
