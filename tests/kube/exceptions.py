"""Where we and the server may differ, each with its reason: `exceptions.json`.

An entry names the check it belongs to, the side that refuses, the objects (`*` stands for any text) and a regular
expression that the message of the refusal holds. An entry that explains nothing any more fails the check. An entry
that holds of definitions put together from copies names their project, and counts as long as its newest release is one.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from service_mesh.catalog.releases import is_reconstructed
from tests.kube.verdicts import Disagreement
from tests.support.releases import newest_stored

__all__ = ["Exemption", "exemptions", "unexplained", "unused"]


@dataclass(frozen=True, slots=True)
class Exemption:
    """One entry; see the module."""

    check: str
    side: str
    object: str
    message: str
    reason: str
    reconstructed: str = ""

    @property
    def counts(self) -> bool:
        """Whether what the entry rests on is so."""
        return not self.reconstructed or is_reconstructed(self.reconstructed, newest_stored(self.reconstructed))

    def explains(self, found: Disagreement) -> bool:
        """Whether a disagreement is the one that the entry is about."""
        is_named = fnmatchcase(found.name, self.object.replace("[", "[[]"))
        return is_named and self.side == found.side.value and re.search(self.message, found.message) is not None


@cache
def exemptions(check: str) -> tuple[Exemption, ...]:
    """The entries of a check."""
    text = Path(__file__).with_name("exceptions.json").read_text(encoding="utf-8")
    entries = (Exemption(**entry) for entry in json.loads(text))
    return tuple(entry for entry in entries if entry.check == check and entry.counts)


def unexplained(check: str, found: Iterable[Disagreement]) -> Iterator[Disagreement]:
    """The disagreements that no entry of a check is about."""
    entries = exemptions(check)
    return (disagreement for disagreement in found if not any(entry.explains(disagreement) for entry in entries))


def unused(check: str, found: Iterable[Disagreement]) -> list[Exemption]:
    """The entries of a check that are about none of its disagreements."""
    disagreements = list(found)
    return [entry for entry in exemptions(check) if not any(map(entry.explains, disagreements))]
