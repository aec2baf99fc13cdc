"""The knowledge base: one dated claim per entry, each with its source, held as data files beside this module."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from service_mesh.recommend.requirements import Option

__all__ = ["Claim", "ClaimKind", "Knowledge", "bundled_knowledge", "claim_of", "knowledge_of"]

_OLD_AFTER_DAYS = 120


class ClaimKind(StrEnum):
    """What a claim is about."""

    CAPABILITY = "capability"
    REQUIREMENT = "requirement"
    RESOURCE = "resource"
    LATENCY = "latency"
    SUPPORT = "support"
    DEPRECATION = "deprecation"
    MANAGED = "managed"
    OPERATIONS = "operations"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that is known of an option.

    Attributes:
        id: Its name.
        option: What it is about.
        property: Which property of it.
        kind: What sort of claim it is; the shape of `value` follows from it.
        value: What is claimed.
        conditions: When it holds, in one sentence.
        source: URL, or `project: path in its repository`.
        dated: When the source was written, or read where it has no date.
        versions: Releases that it holds for, as a range; empty for all that are maintained.
        confidence: `high`, `medium` or `low`.
    """

    id: str
    option: Option
    property: str
    kind: ClaimKind
    value: Mapping[str, object]
    conditions: str
    source: str
    dated: date
    versions: str
    confidence: str

    def is_old(self, today: date) -> bool:
        """Tell whether it was last looked at so long ago that the answer has to say so."""
        return (today - self.dated).days > _OLD_AFTER_DAYS

    def number(self, name: str) -> float | None:
        """A number of the value; None where there is none."""
        held = self.value.get(name)
        return float(held) if isinstance(held, int | float) and not isinstance(held, bool) else None

    def text(self, name: str) -> str:
        """A text of the value; empty where there is none."""
        held = self.value.get(name)
        return held if isinstance(held, str) else ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Claims by what they are about."""

    claims: tuple[Claim, ...]
    _by_place: Mapping[tuple[Option, str], list[Claim]]
    _by_kind: Mapping[tuple[Option, ClaimKind], list[Claim]]

    def of(self, option: Option, name: str, kind: ClaimKind = ClaimKind.CAPABILITY) -> Claim | None:
        """The claim on one property of an option; None where nothing is known."""
        return next((one for one in self._by_place.get((option, name), ()) if one.kind is kind), None)

    def of_kind(self, option: Option, kind: ClaimKind) -> tuple[Claim, ...]:
        """Every claim of one kind about an option."""
        return tuple(self._by_kind.get((option, kind), ()))

    def without(self, claim_id: str) -> "Knowledge":
        """The same without one claim: what would be said if it were not known."""
        return knowledge_of(one for one in self.claims if one.id != claim_id)


def knowledge_of(claims: Iterable[Claim]) -> Knowledge:
    """Sort claims by what they are about."""
    listed = tuple(claims)
    places: dict[tuple[Option, str], list[Claim]] = {}
    kinds: dict[tuple[Option, ClaimKind], list[Claim]] = {}
    for one in listed:
        places.setdefault((one.option, one.property), []).append(one)
        kinds.setdefault((one.option, one.kind), []).append(one)
    return Knowledge(listed, places, kinds)


@cache
def bundled_knowledge() -> Knowledge:
    """The claims that come with the product, read once."""
    folder = files("service_mesh.recommend").joinpath("data")
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".json"))
    entries = [entry for name in names for entry in json.loads(folder.joinpath(name).read_text(encoding="utf-8"))]
    return knowledge_of(claim_of(entry) for entry in entries)


def claim_of(entry: Mapping[str, object]) -> Claim:
    """Read one claim.

    Args:
        entry: An object of a data file.

    Raises:
        ValueError: It has no source or no date, or its option or kind is not known.
    """
    if not str(entry.get("source", "")).strip():
        raise ValueError(f"claim '{entry['id']}' has no source")
    texts = {name: str(entry[name]) for name in ("id", "property", "conditions", "source", "versions", "confidence")}
    value = entry["value"]
    return Claim(
        option=Option(str(entry["option"])),
        kind=ClaimKind(str(entry["kind"])),
        value=value if isinstance(value, dict) else {},
        dated=_day(entry),
        **texts,
    )


def _day(entry: Mapping[str, object]) -> date:
    try:
        return date.fromisoformat(str(entry.get("date", "")))
    except ValueError as error:
        raise ValueError(f"claim '{entry['id']}' has no date in the form 2026-11-21") from error
