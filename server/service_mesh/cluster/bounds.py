"""How much of an archive is read, counted while it is read, since nothing it says about itself can be trusted."""

import re
from dataclasses import dataclass, field

from service_mesh.errors import InputError
from service_mesh.model.unchecked import NotChecked

__all__ = ["Bounds", "Budget", "Refusals", "fault_of_name", "shown"]

_MEGABYTE = 1024 * 1024
_LONGEST_NAME = 1000
_SHOWN = 200
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Ceilings for one snapshot.

    Attributes:
        total: Bytes of all members that are read together.
        member: Bytes of one member; a longer one is left out and said so.
        members: Number of members, those that are passed over included.
        expanded: Bytes that come out of decompression, those that are passed over included.
        ratio: Bytes that may come out of one byte. Kubernetes objects shrink 10 to 60 times, deflate ends at 1,032.
        ratio_from: Bytes that may come out before the ratio counts.
    """

    total: int = 200 * _MEGABYTE
    member: int = 100 * _MEGABYTE
    members: int = 200_000
    expanded: int = 4096 * _MEGABYTE
    ratio: int = 200
    ratio_from: int = 16 * _MEGABYTE


@dataclass(slots=True)
class Budget:
    """What is left of the bounds, across every archive of one snapshot.

    Attributes:
        name: The snapshot as people know it, for refusals.
        bounds: The ceilings.
    """

    name: str
    bounds: Bounds
    _members: int = 0
    _total: int = 0
    _expanded: int = 0

    def count_member(self) -> None:
        """Count one more member.

        Raises:
            InputError: There are more of them than the bounds allow.
        """
        self._members += 1
        if self._members > self.bounds.members:
            raise InputError(f"'{self.name}' holds more than {self.bounds.members:,} members", "give it in parts")

    def count_content(self, size: int) -> None:
        """Count the bytes of a member that is kept.

        Raises:
            InputError: Together they are more than the bounds allow.
        """
        self._total += size
        if self._total > self.bounds.total:
            limit = f"{self.bounds.total / _MEGABYTE:g} MB"
            raise InputError(
                f"'{self.name}' holds more than {limit} of objects", "give it in parts, such as namespaces"
            )

    def count_expanded(self, size: int, *, out: int, taken: int) -> None:
        """Count bytes that came out of decompression.

        Args:
            size: The bytes that came out now.
            out: All that came out of this stream so far.
            taken: The compressed bytes they came from.

        Raises:
            InputError: Far more comes out than went in.
        """
        self._expanded += size
        if (out > self.bounds.ratio_from and out > self.bounds.ratio * max(taken, 1)) or (
            self._expanded > self.bounds.expanded
        ):
            raise self.bomb()

    def bomb(self) -> InputError:
        """The refusal of an archive that is made to fill the memory of whoever opens it."""
        return InputError(
            f"'{self.name}' unpacks to far more than a snapshot holds and looks like an archive bomb",
            "take the snapshot again, or unpack it and name the folder",
        )


@dataclass(slots=True)
class Refusals:
    """Members that were not taken, one sentence for each reason however many there are."""

    _found: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, name: str, why: str, how: str) -> None:
        """Note a member that is left out."""
        self._found.setdefault((why, how), []).append(name)

    def notes(self) -> tuple[NotChecked, ...]:
        """What was left out, in the order in which the reasons were met."""
        return tuple(NotChecked(_named(names), why, how) for (why, how), names in self._found.items())


def fault_of_name(name: str) -> str:
    """Why a member of this name is refused, or an empty string. Nothing is ever written under such a name."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or _DRIVE.match(name):
        return "the name of the member is absolute"
    if ".." in parts:
        return "the name of the member leads out of the archive"
    if "\0" in name or len(name) > _LONGEST_NAME:
        return "the name of the member is no file name"
    return ""


def shown(name: str) -> str:
    """A name from an archive as it may be printed: short, and without characters that steer a terminal."""
    clean = "".join(character if character.isprintable() else "?" for character in name)
    return clean if len(clean) <= _SHOWN else f"…{clean[1 - _SHOWN :]}"


def _named(names: list[str]) -> str:
    more = len(names) - 1
    return names[0] if not more else f"{names[0]} and {more:,} more"
