"""Hand-written pages name the newest releases of the catalogue, and `make docs` is what keeps them doing so."""

from pathlib import Path

import pytest

from tests.support.releases import known, newest, newest_stored
from tools.pages.releases import Place, release_pages

_ROOT = Path(__file__).parents[2]


def test_release_that_a_page_names_becomes_the_newest() -> None:
    place = Place("page.md", "istio", "Istio 1.18 to ")
    assert place.written("of Istio 1.18 to 1.19, and") == f"of Istio 1.18 to {newest('istio')}, and"


def test_version_and_edge_release_of_linkerd_are_told_apart() -> None:
    text = "Linkerd 2.14 to 2.15 and edge-24.2.4"
    named = [number for number in known("linkerd") if not number.startswith("edge")][-1]
    assert Place("page.md", "linkerd", "to ", is_named=True).written(text) == f"Linkerd 2.14 to {named} and edge-24.2.4"
    assert Place("page.md", "linkerd", "and ").written(text) == f"Linkerd 2.14 to 2.15 and {newest_stored('linkerd')}"


@pytest.mark.parametrize(("text", "count"), [("Istio", 0), ("Istio 1.19 and Istio 1.20", 2)])
def test_page_without_one_such_place_is_refused_by_its_name(text: str, count: int) -> None:
    with pytest.raises(ValueError, match=f"^page.md: {count} places, not one, name the newest release of istio$"):
        Place("page.md", "istio", "Istio ").written(text)


def test_pages_that_name_newest_releases_are_up_to_date() -> None:
    pages = release_pages(_ROOT)
    stale = [path for path, text in pages.items() if (_ROOT / path).read_text(encoding="utf-8") != text]
    assert stale == [], "run make docs: it writes the newest releases into these pages"
