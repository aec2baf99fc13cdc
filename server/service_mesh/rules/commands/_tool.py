"""What is known of a vendor's command line: its sub-commands and the flags of those that were read in full."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Tool"]


@dataclass(frozen=True, slots=True)
class Tool:
    """The tree of sub-commands of one program.

    Words of the tables are separated by blanks; `name|alias` gives a sub-command its other names.

    Attributes:
        programs: Names of the program.
        label: Program and version, as findings name it.
        source: Where the tables were read.
        groups: Path of a command that does nothing but hold others -> all of them. The root has the empty path.
        common: Flags of every command, without dashes.
        flags: Path of a command -> all flags of its own; commands that are not here were not read in full.
        valued: Flags whose value is a word of its own, so that it is not taken for a sub-command.
        own: Root commands that every such program has and nobody needs to be told about.
        extensible: Unknown root commands may be programs of their own.
    """

    programs: tuple[str, ...]
    label: str
    source: str
    groups: Mapping[str, str]
    common: str = ""
    flags: Mapping[str, str] = field(default_factory=dict)
    valued: str = ""
    own: str = "help completion version options __complete"
    extensible: bool = False

    def child(self, path: tuple[str, ...], word: str) -> str | None:
        """The first name of a sub-command by any of its names, or None where `path` has no such sub-command."""
        for entry in self.groups.get(" ".join(path), "").split():
            names = entry.split("|")
            if word in names:
                return names[0]
        return None

    def children(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """First names of all sub-commands of a command; none for a command that takes arguments."""
        return tuple(entry.partition("|")[0] for entry in self.groups.get(" ".join(path), "").split())

    def is_group(self, path: tuple[str, ...]) -> bool:
        """Whether all sub-commands of a command are known and it takes no arguments itself."""
        return " ".join(path) in self.groups

    def all_flags(self, path: tuple[str, ...]) -> frozenset[str] | None:
        """Every flag that a command takes, or None where that is not known."""
        own = self.flags.get(" ".join(path))
        return None if own is None else frozenset(f"{own} {self.common} h help".split())
