"""How long releases are supported and what they are made for: facts with a date, which grow old and say so.

The facts and their sources stand in `SUPPORT.json`. The date says when somebody last compared them with the
sources.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from service_mesh.model.instants import DAY, days_between, seconds_of

__all__ = [
    "SUPPORT",
    "End",
    "Floor",
    "Range",
    "Release",
    "age_days",
    "age_note",
    "allowed_skew",
    "checked",
    "end_of",
    "floor_of",
    "newest",
    "oldest_supported",
    "release_of",
    "releases",
    "sources_of",
]

SUPPORT = Path(__file__).parent / "SUPPORT.json"
"""File of the facts: beside the data folder, whose files are all written by `make schemas`."""

_OLD = 120
"""Days after which the facts are said to be old: more than a release of each project has come out by then."""

_NUMBERS = re.compile(r"v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6}))?(?:[-+].*)?")


@dataclass(frozen=True, slots=True)
class Range:
    """The releases of something else that a release takes; an empty end is open."""

    low: str
    high: str

    def holds(self, number: str) -> bool:
        """Whether a release lies in the range; patch releases do not count."""
        rank = _minor(number)
        return not (self.low and rank < _minor(self.low)) and not (self.high and rank > _minor(self.high))

    def __str__(self) -> str:
        if self.low and self.high:
            return f"{_short(self.low)} to {_short(self.high)}"
        return f"{_short(self.low)} or newer" if self.low else f"{_short(self.high)} or older"


class Floor(NamedTuple):
    """The first patch of a release that has the fixes of some advisories."""

    version: str
    advisories: tuple[str, ...]


class End(NamedTuple):
    """When a release gets its last fixes.

    Attributes:
        date: The day, as in `2026-07-01`.
        is_estimated: Nobody has published the day: it follows from the project's rule.
        is_bound: The release ended before that day, and it is not known when.
    """

    date: str
    is_estimated: bool = False
    is_bound: bool = False

    @property
    def seconds(self) -> float:
        """The first instant after it, since 1970."""
        return (seconds_of(f"{self.date}T00:00:00Z") or 0.0) + DAY

    def __str__(self) -> str:
        return f"{'before ' if self.is_bound else 'about ' if self.is_estimated else ''}{self.date}"


@dataclass(frozen=True, slots=True)
class Release:
    """What is known of one minor release.

    Attributes:
        project: As the data has it: `istio`, `linkerd`, `cilium`, `gateway-api`, `kubernetes`, `cert-manager`.
        number: Major and minor; of Linkerd the version that an edge release is called.
        released: The day it came out, empty where that is not known.
        newest: The newest patch seen when the facts were checked; the edge release that a version of Linkerd names.
        until: The release whose coming ends it, empty where a day is known or nothing is.
        end: When it gets its last fixes; None while no day is known.
        floor: The first patch that has the fixes of known advisories.
        kubernetes: Releases of Kubernetes that it is tested with.
        gateway_api: Releases of the Gateway API that it takes.
    """

    project: str
    number: str
    released: str = ""
    newest: str = ""
    until: str = ""
    end: End | None = None
    floor: Floor | None = None
    kubernetes: Range | None = None
    gateway_api: Range | None = None


def releases(project: str) -> Mapping[str, Release]:
    """The releases of a project by number, the newest first; nothing for a project that is not kept."""
    return _all().get(project, MappingProxyType({}))


def release_of(project: str, number: str) -> Release | None:
    """One release, by major and minor."""
    return releases(project).get(number)


def newest(project: str) -> Release:
    """The newest release of a project that is kept."""
    return next(iter(releases(project).values()))


def end_of(project: str, number: str) -> End | None:
    """When a release gets its last fixes; None while no day is known, and for one that is newer than all.

    A release that is older than all that are kept ended before the oldest of them did.
    """
    known = releases(project)
    if number in known:
        return known[number].end
    oldest = list(known.values())[-1] if known else None
    if oldest is None or oldest.end is None or not _minor(number) or _minor(number) >= _minor(oldest.number):
        return None
    return End(oldest.end.date, is_bound=True)


def floor_of(project: str, version: str) -> Floor | None:
    """The patch release that a version is below of, with what it lacks; None where nothing is known to be lacking.

    Args:
        project: The project.
        version: Such as `1.30.2`; one without a patch number is not judged.
    """
    rank = _rank(version)
    release = release_of(project, ".".join(map(str, rank[:2])))
    if release is None or release.floor is None or len(rank) < 3:
        return None
    return release.floor if rank < _rank(release.floor.version) else None


def oldest_supported(project: str) -> str:
    """The oldest release that got fixes on the day the facts were checked."""
    day = seconds_of(f"{checked()}T00:00:00Z") or 0.0
    living = [one.number for one in releases(project).values() if one.end is None or one.end.seconds > day]
    return living[-1] if living else newest(project).number


def allowed_skew(project: str, what: str) -> int:
    """How many minor releases parts may be apart.

    Args:
        project: `istio` or `kubernetes`.
        what: `between-revisions`, `node-agent`, `proxy-behind`; `kubelet-behind`.
    """
    return int(_data()["skew"][project][what])


def sources_of(project: str) -> tuple[str, ...]:
    """Where the facts of a project come from."""
    return tuple(_data()["projects"][project]["sources"])


def checked() -> str:
    """The day on which the facts were last compared with their sources, as in `2026-11-20`."""
    return str(_data()["checked"])


def age_days(now: float) -> int:
    """Whole days that the facts are old at an instant in seconds since 1970; negative before they were checked."""
    return days_between(seconds_of(f"{checked()}T00:00:00Z") or 0.0, now)


def age_note(now: float | None) -> str:
    """A sentence that says that the facts are old; empty while they are not, and where the time is unknown."""
    if now is None or age_days(now) <= _OLD:
        return ""
    return (
        f"support windows were last checked on {checked()}, {age_days(now)} days before: "
        "what is said of newest and supported releases may be out of date"
    )


@cache
def _data() -> Mapping[str, Any]:
    held: Mapping[str, Any] = json.loads(SUPPORT.read_text(encoding="utf-8"))
    return held


@cache
def _all() -> Mapping[str, Mapping[str, Release]]:
    return {
        project: {number: _release(project, number, facts) for number, facts in held["releases"].items()}
        for project, held in _data()["projects"].items()
    }


def _release(project: str, number: str, facts: Mapping[str, Any]) -> Release:
    ends, floor = facts.get("ends"), facts.get("floor")
    return Release(
        project,
        number,
        facts.get("released", ""),
        facts.get("newest", ""),
        facts.get("until", ""),
        End(ends, facts.get("estimated", False)) if ends else None,
        Floor(floor, tuple(facts["advisories"])) if floor else None,
        _range(facts.get("kubernetes")),
        _range(facts.get("gateway-api")),
    )


def _range(ends: tuple[str, str] | None) -> Range | None:
    return Range(ends[0], ends[1]) if ends else None


def _rank(version: str) -> tuple[int, ...]:
    match = _NUMBERS.fullmatch(version)
    return tuple(int(part) for part in match.groups() if part) if match else ()


def _minor(version: str) -> tuple[int, ...]:
    return _rank(version)[:2]


def _short(version: str) -> str:
    return ".".join(map(str, _minor(version)))
