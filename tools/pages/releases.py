"""Keeps the newest known releases right where hand-written pages name them, so that a new one changes none by hand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from service_mesh.catalog.archive import Archive
from service_mesh.catalog.releases import number_of

__all__ = ["Place", "release_pages"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page names the newest release of a project.

    Attributes:
        page: Path from the repository's root.
        project: Its name in the data.
        before: Regular expression of what stands right before the release.
        is_named: Whether the newest version of Linkerd is meant, `2.20`, and not its newest edge release.
    """

    page: str
    project: str
    before: str
    is_named: bool = False

    @property
    def release(self) -> str:
        """The release to be named."""
        releases = [release.partition("/")[0] for release in Archive().index["releases"][self.project]]
        if self.project == "linkerd" and not self.is_named:
            return releases[-1]
        numbers = [number_of(self.project, release) for release in releases]
        return [number for number in numbers if number[0].isdigit()][-1]

    def written(self, text: str) -> str:
        """The page with this release in place of the one that it names.

        Raises:
            ValueError: The page names none, or names it in several places.
        """
        changed, count = re.subn(rf"(?<![\w.])({self.before})(?:edge-)?[0-9]+(?:\.[0-9]+)+", self._replaced, text)
        if count != 1:
            raise ValueError(f"{self.page}: {count} places, not one, name the newest release of {self.project}")
        return changed

    def _replaced(self, match: re.Match[str]) -> str:
        return match[1] + self.release


def release_pages(root: Path) -> dict[str, str]:
    """Path -> text of every page that names newest releases, brought up to date."""
    pages: dict[str, str] = {}
    for place in _places():
        text = pages[place.page] if place.page in pages else (root / place.page).read_text(encoding="utf-8")
        pages[place.page] = place.written(text)
    return pages


def _places() -> Iterator[Place]:
    since = r"v?[0-9.]+(?:\u2013| to )v?"
    for page in ("SKILL.md", "README.md", "NOTICE"):
        yield Place(page, "istio", rf"Istio\s+{since}")
        yield Place(page, "gateway-api", rf"Gateway\s+API\s+{since}")
    for page in ("README.md", "NOTICE"):
        yield Place(page, "cilium", rf"Cilium\s+{since}")
    yield Place("NOTICE", "linkerd", r"Linkerd stable-2\.14\.10 to ")
    yield Place("NOTICE", "kubernetes", "- Kubernetes ")
    for page, projects in (("references/versions.md", "gateway_api"), ("docs/catalogue.md", "gateway-api")):
        yield Place(page, "istio", rf"\| `istio` \| [^|0-9]*{since}")
        yield Place(page, "gateway-api", rf"\| `{projects}` \| [^|0-9]*{since}")
        yield Place(page, "cilium", rf"\| `cilium` \| {since}")
        yield Place(page, "kubernetes", r"\| `kubernetes` \| [^|0-9]*")
        yield Place(page, "linkerd", rf"\| `linkerd` \| [^|]*?{since}", is_named=True)
        yield Place(page, "linkerd", r"\| `linkerd` \| [^|]*(?=edge-[0-9])")
