"""A kind as the chosen release has it, and words on when something came or went that this release does not have."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from service_mesh.catalog.archive import Entry, release_order
from service_mesh.catalog.facts import version_rank
from service_mesh.catalog.releases import ARGUMENTS, Chosen, number_of, title_of

__all__ = ["CHANNELLED", "GIVEN", "INPUT_OF_TOOLS", "Timeline", "place_of", "timeline_of"]

CHANNELLED = "gateway-api"
GIVEN = "given"
"""Project and release of kinds whose definitions the caller gives."""

_STANDARD, _EXPERIMENTAL = "standard", "experimental"
INPUT_OF_TOOLS = frozenset({("install.istio.io", "IstioOperator")})
"""Kinds that people go on writing for a command line after their definition was removed."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A kind and the release that its objects are judged by.

    Attributes:
        entry: The kind.
        chosen: What was chosen for its project.
        release: The stored release, channel included; empty where that release lacks the kind.
    """

    entry: Entry
    chosen: Chosen
    release: str

    @property
    def served(self) -> tuple[str, ...]:
        """API versions that the release serves, the preferred one first."""
        if self.entry.project in ARGUMENTS.values():
            return self.entry.served(self.release) if self.release else ()
        every = {version for release in self.entry.releases for version in self.entry.served(release)}
        return tuple(sorted(every, key=version_rank, reverse=True))

    @property
    def preferred(self) -> str:
        """The API version, group included, that the release prefers; empty where it serves none."""
        return f"{self.entry.group}/{self.served[0]}".removeprefix("/") if self.served else ""

    @property
    def standard(self) -> str:
        """The same release in the standard channel, where the judged one is the experimental; else empty."""
        if self.chosen.project != CHANNELLED or self.chosen.channel or not self.release.endswith(_EXPERIMENTAL):
            return ""
        return f"{self.chosen.release}/{_STANDARD}"

    @property
    def is_open(self) -> bool:
        """Whether the release has things that are not known here, as its facts are those of a neighbour."""
        return self.chosen.is_near

    @property
    def place(self) -> str:
        """The release in words, the one that was asked for as well."""
        return place_of(self.chosen)

    def stored(self, version: str) -> str:
        """The release whose facts of an API version count."""
        if self.entry.project in ARGUMENTS.values():
            return self.release
        having = [release for release in self.entry.releases if version in self.entry.served(release)]
        return max(having, key=release_order, default=self.release)

    def when(self, has: Callable[[str], bool]) -> str:
        """Words on when something is there that the judged release lacks: ` but from 1.26 on`; empty if never.

        Args:
            has: Whether a stored release of the kind has it.
        """
        if self.chosen.channel == _STANDARD and self._has(f"{self.chosen.release}/{_EXPERIMENTAL}", has):
            return " but in the experimental one"
        here = release_order(self._judged)
        releases = list(self._line())
        later = next((r for r in releases if release_order(r) > here and has(r)), None)
        if later is not None:
            return f" but from {self._number(later)} on"
        earlier = next((r for r in reversed(releases) if release_order(r) < here and has(r)), None)
        return f" but was up to {self._number(earlier)}" if earlier is not None else ""

    @property
    def _judged(self) -> str:
        return self.release or self.chosen.release

    def _line(self) -> Iterator[str]:
        """The stored releases of the kind in the channel that is judged by, oldest first."""
        channel = self.chosen.channel or (_EXPERIMENTAL if self.chosen.project == CHANNELLED else "")
        for release in sorted(self.entry.releases, key=release_order):
            if release.partition("/")[2] == channel:
                yield release

    def _has(self, release: str, has: Callable[[str], bool]) -> bool:
        return release in self.entry.releases and has(release)

    def _number(self, release: str) -> str:
        return number_of(self.chosen.project, release)


def timeline_of(entry: Entry, chosen: Chosen) -> Timeline:
    """The timeline of a kind."""
    return Timeline(entry, chosen, _release(entry, chosen))


def _release(entry: Entry, chosen: Chosen) -> str:
    if entry.project not in ARGUMENTS.values():
        return entry.newest
    candidates = [chosen.release]
    if chosen.project == CHANNELLED:
        channels = (chosen.channel,) if chosen.channel else (_EXPERIMENTAL, _STANDARD)
        candidates = [f"{chosen.release}/{channel}" for channel in channels]
    found = next((release for release in candidates if release in entry.releases), "")
    is_gone = not found and (entry.group, entry.kind) in INPUT_OF_TOOLS
    return entry.newest if is_gone else found


def place_of(chosen: Chosen) -> str:
    """A release in words: `Istio 1.30, by which 1.31 is judged`, `the standard channel of Gateway API 1.6`."""
    if chosen.project == GIVEN:
        return "the given definition"
    name = f"{title_of(chosen.project)} {number_of(chosen.project, chosen.release)}"
    if chosen.channel:
        name = f"the {chosen.channel} channel of {name}"
    return f"{name}, by which {chosen.wanted} is judged," if chosen.is_near else name
