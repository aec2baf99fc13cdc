"""How near one name is to another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_mesh.model.names import distance, nearest


@pytest.mark.parametrize(
    ("left", "right", "edits"),
    [
        ("", "", 0),
        ("host", "host", 0),
        ("host", "hosts", 1),
        ("hots", "host", 1),
        ("hsot", "host", 1),
        ("hxst", "host", 1),
        ("ca", "abc", 3),
        ("abcd", "badc", 2),
        ("kitten", "sitting", 3),
        ("", "abc", 3),
    ],
)
def test_edits_are_counted(left: str, right: str, edits: int) -> None:
    assert distance(left, right, 5) == edits
    assert distance(right, left, 5) == edits


@pytest.mark.parametrize(("left", "right", "limit"), [("abcdef", "uvwxyz", 2), ("a", "abcdef", 2), ("ab", "ba", 0)])
def test_counting_stops_above_the_limit(left: str, right: str, limit: int) -> None:
    assert distance(left, right, limit) == limit + 1


@given(st.text("abc", max_size=6), st.text("abc", max_size=6), st.integers(0, 6))
def test_limit_changes_nothing_below_it(left: str, right: str, limit: int) -> None:
    assert distance(left, right, limit) == min(distance(left, right, 12), limit + 1)


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("hosst", ["host", "hosts", "port"], "host"),
        ("retry", ["retries", "route"], None),
        ("reties", ["retries", "route"], "retries"),
        ("perTryTimout", ["timeout", "perTryTimeout"], "perTryTimeout"),
        ("app", ["all"], None),
        ("apq", ["app"], "app"),
        ("LeastConn", ["LEAST_CONN", "RANDOM"], "LEAST_CONN"),
        ("least-conn", ["LEAST_CONN"], "LEAST_CONN"),
        ("host", ["host"], None),
        ("host", [], None),
        ("bat", ["cat", "bar"], "bar"),
        ("v2", ["v1"], None),
        ("canary-10", ["canary-2", "canry-10"], "canry-10"),
    ],
)
def test_nearest_name_is_what_was_meant(name: str, known: list[str], found: str | None) -> None:
    assert nearest(name, known) == found


def test_only_name_that_is_as_near_can_be_asked_for() -> None:
    assert nearest("bat", ["cat", "bar"], unique=True) is None
    assert nearest("bat", ["bar", "dog"], unique=True) == "bar"
    assert nearest("hosts", ["host", "hostess"], unique=True) == "host"


@pytest.mark.parametrize(("length", "edits", "is_near"), [(4, 1, True), (4, 2, False), (9, 2, True), (9, 3, False)])
def test_longer_names_may_differ_more(length: int, edits: int, *, is_near: bool) -> None:
    known = "abcdefghijkl"[:length]
    name = known[:-edits] + "x" * edits
    assert nearest(name, [known]) == (known if is_near else None)


def test_name_of_any_length_is_compared_in_bounded_time() -> None:
    assert nearest("x" * 1_000_000, ["host"]) is None
