"""Support windows: dated facts about releases, and what follows from them."""

import json
from collections.abc import Iterator

import pytest

from service_mesh.catalog import support
from service_mesh.catalog.releases import linkerd_name
from service_mesh.catalog.support import End, Range
from service_mesh.model.instants import DAY, seconds_of
from tests.support.fixture import NOW

_PROJECTS = ("cert-manager", "cilium", "gateway-api", "istio", "kubernetes", "linkerd")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, held in value.items():
            yield key
            yield from _strings(held)
    elif isinstance(value, list):
        for held in value:
            yield from _strings(held)


def test_file_is_small_and_holds_no_prose() -> None:
    text = support.SUPPORT.read_text(encoding="utf-8")
    assert len(text) < 8_000
    assert [one for one in _strings(json.loads(text)) if len(one) > 60 or one.count(" ") > 3] == []


@pytest.mark.parametrize("project", _PROJECTS)
def test_every_project_has_sources_and_sound_dates(project: str) -> None:
    assert support.sources_of(project)
    for release in support.releases(project).values():
        for day in (release.released, release.end.date if release.end else ""):
            assert not day or seconds_of(f"{day}T00:00:00Z") is not None
        assert not (release.end and release.released) or release.end.date > release.released
        assert not (release.end and release.until), "a release with a day needs no other to end it"


@pytest.mark.parametrize("project", _PROJECTS)
def test_releases_stand_in_order_the_newest_first(project: str) -> None:
    numbers = [tuple(map(int, number.split("."))) for number in support.releases(project)]
    assert numbers == sorted(numbers, reverse=True)


def test_edge_release_of_the_newest_linkerd_is_the_one_its_version_names() -> None:
    assert linkerd_name(support.newest("linkerd").newest) == support.newest("linkerd").number


def test_unknown_project_has_no_releases() -> None:
    assert support.releases("consul") == {}
    assert support.end_of("consul", "1.0") is None


@pytest.mark.parametrize(
    ("project", "number", "end"),
    [
        ("istio", "1.28", End("2026-07-01")),
        ("istio", "1.29", End("2026-10-15", is_estimated=True)),
        ("istio", "1.30", None),
        ("istio", "1.99", None),
        ("istio", "1.9", End("2024-06-25", is_bound=True)),
        ("istio", "edge", None),
        ("kubernetes", "1.34", End("2026-10-27", is_estimated=True)),
        ("linkerd", "2.20", None),
        ("gateway-api", "0.8", None),
    ],
)
def test_end_of_a_release_is_known_estimated_bounded_or_open(project: str, number: str, end: End | None) -> None:
    assert support.end_of(project, number) == end


@pytest.mark.parametrize(
    ("end", "text"),
    [
        (End("2026-07-01"), "2026-07-01"),
        (End("2026-10-15", is_estimated=True), "about 2026-10-15"),
        (End("2024-06-25", is_bound=True), "before 2024-06-25"),
    ],
)
def test_end_says_how_well_it_is_known(end: End, text: str) -> None:
    assert str(end) == text


def test_last_day_counts_as_supported() -> None:
    assert End("2026-07-01").seconds == seconds_of("2026-07-02T00:00:00Z")


@pytest.mark.parametrize(
    ("version", "advisories"),
    [
        ("1.30.3", ("ISTIO-SECURITY-2026-006",)),
        ("1.30.4", None),
        ("1.30", None),
        ("1.31.0", None),
        ("nightly", None),
    ],
)
def test_version_below_the_floor_lacks_the_advisories(version: str, advisories: tuple[str, ...] | None) -> None:
    floor = support.floor_of("istio", version)
    assert (floor.advisories if floor else None) == advisories


def test_oldest_supported_release_is_the_one_that_got_fixes_when_checked() -> None:
    assert support.oldest_supported("istio") == "1.30"
    assert support.oldest_supported("cilium") == "1.18"


def test_skew_is_a_number_of_minor_releases() -> None:
    assert support.allowed_skew("kubernetes", "kubelet-behind") == 3
    assert support.allowed_skew("istio", "between-revisions") == 2


@pytest.mark.parametrize(
    ("tested", "text", "inside", "outside"),
    [
        (Range("1.2.1", "1.5.1"), "1.2 to 1.5", "1.2.0", "1.6"),
        (Range("1.6.1", ""), "1.6 or newer", "1.10", "1.5.4"),
        (Range("", "1.5"), "1.5 or older", "0.7", "1.6.0"),
    ],
)
def test_range_compares_minor_releases_alone(tested: Range, text: str, inside: str, outside: str) -> None:
    assert str(tested) == text
    assert tested.holds(inside)
    assert not tested.holds(outside)


def test_facts_say_their_age_only_when_they_are_old() -> None:
    checked = seconds_of(f"{support.checked()}T00:00:00Z")
    assert checked is not None
    assert support.age_days(NOW) == int((NOW - checked) // DAY)
    assert support.age_note(None) == ""
    assert support.age_note(checked + 120 * DAY) == ""
    assert support.age_note(checked + 121 * DAY) == (
        f"support windows were last checked on {support.checked()}, 121 days before: "
        "what is said of newest and supported releases may be out of date"
    )
