"""Reads the data folder a file at a time: the index first, the parts of a kind when an object of it is met."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypedDict, cast

from service_mesh.catalog.facts import Fact, version_rank
from service_mesh.errors import InternalError

__all__ = ["DATA", "Archive", "Entry", "Parts", "api_version_of", "release_order"]

DATA = Path(__file__).parent / "data"
INDEX = "INDEX.json"
METADATA = "METADATA.json"
PATTERNS = "PATTERNS.json"
SHARED = "SHARED.json"
CORE = "core"
PARTS = ',\n"parts":'
"""What stands in the file of a kind between its roots and its parts."""

_CONSTRAINED = ('"rules":[', 'Properties":')
"""How a fact is written that names constraints, or bounds the number of fields."""


class _Index(TypedDict):
    kinds: dict[str, dict[str, dict[str, object]]]
    named: dict[str, list[str]]
    releases: dict[str, list[str]]
    retired: dict[str, dict[str, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind in the index.

    Attributes:
        group: API group, empty for the core group.
        kind: Its name.
        project: Which project serves it.
        plural: Name in URLs.
        scope: `Namespaced` or `Cluster`.
        releases: Release -> API version -> flags, any of `served`, `storage`, `deprecated`.
    """

    group: str
    kind: str
    project: str
    plural: str
    scope: str
    releases: dict[str, dict[str, list[str]]]

    @property
    def newest(self) -> str:
        """The newest release that knows the kind."""
        return max(self.releases, key=release_order)

    def flags(self, version: str, release: str = "") -> list[str]:
        """Flags of an API version in a release, by default in the newest."""
        return self.releases[release or self.newest].get(version, [])

    def served(self, release: str = "") -> tuple[str, ...]:
        """API versions that a release serves, the preferred one first."""
        versions = self.releases[release or self.newest]
        return tuple(sorted((v for v in versions if "served" in versions[v]), key=version_rank, reverse=True))

    def preferred(self, release: str = "") -> str:
        """The API version, group included, that a release prefers; empty where it serves none."""
        versions = self.served(release)
        return api_version_of(self.group, versions[0]) if versions else ""


@dataclass(frozen=True, slots=True)
class Lines:
    """The parts that a file holds, a line for each; a part is parsed when it is asked for, as most never are.

    Attributes:
        texts: Digest -> part as JSON.
        is_constrained: Whether a part may name a constraint across fields.
    """

    texts: dict[str, str]
    is_constrained: bool
    _read: dict[str, Fact] = field(default_factory=dict)

    @staticmethod
    def of(text: str) -> "Lines":
        """The parts in the text of a JSON object that the writer wrote."""
        pairs = (line.partition(":") for line in text.splitlines() if ":" in line)
        is_constrained = any(sign in text for sign in _CONSTRAINED)
        return Lines({key.strip('"'): part.removesuffix(",") for key, _, part in pairs}, is_constrained)

    def get(self, digest: str) -> Fact | None:
        """The part of a digest; None where it is not here."""
        if digest not in self._read and digest in self.texts:
            self._read[digest] = json.loads(self.texts[digest])
        return self._read.get(digest)


@dataclass(frozen=True, slots=True)
class Parts:
    """The facts of one kind.

    Attributes:
        roots: Release -> API version -> digest of the root.
        own: The part of a digest, for what no other kind uses; None where it is not there.
        shared: The same for what other kinds use.
        is_constrained: Whether a part may name a constraint across fields.
    """

    roots: dict[str, dict[str, str]]
    own: Callable[[str], Fact | None]
    shared: Callable[[str], Fact | None]
    is_constrained: bool = True

    def find(self, digest: str) -> Fact:
        """The part of a digest.

        Raises:
            InternalError: There is none, so that the data is not whole.
        """
        part = self.own(digest)
        if part is None:
            part = self.shared(digest)
        if part is None:
            raise InternalError(f"the catalogue lacks the part '{digest}'")
        return part


@dataclass(frozen=True)
class Archive:
    """The data folder, each file of it read at most once."""

    folder: Path = DATA
    _shared: dict[str, Lines] = field(default_factory=dict)
    _parts: dict[Path, Parts] = field(default_factory=dict)

    @cached_property
    def index(self) -> _Index:
        """The index as it is stored."""
        return cast(_Index, self._load(self.folder / INDEX))

    @cached_property
    def patterns(self) -> dict[str, str]:
        """Name of a pattern -> regular expression."""
        return cast(dict[str, str], self._load(self.folder / PATTERNS))

    @cached_property
    def metadata(self) -> Fact:
        """Fact of the metadata of every object."""
        return cast(Fact, self._load(self.folder / METADATA))

    def entry(self, group: str, kind: str) -> Entry | None:
        """The index entry of a kind."""
        stored = self.index["kinds"].get(group, {}).get(kind)
        if stored is None:
            return None
        releases = cast(dict[str, dict[str, str]], stored["releases"])
        return Entry(
            group=group,
            kind=kind,
            project=str(stored["project"]),
            plural=str(stored["plural"]),
            scope=str(stored["scope"]),
            releases={r: {v: flags.split() for v, flags in versions.items()} for r, versions in releases.items()},
        )

    def parts(self, entry: Entry) -> Parts:
        """The facts of a kind."""
        path = self.path(entry.project, entry.group, entry.kind)
        if path not in self._parts:
            roots, _, parts = path.read_text(encoding="utf-8").partition(PARTS)
            own, shared = Lines.of(parts), self.shared(entry.project)
            is_constrained = own.is_constrained or shared.is_constrained
            self._parts[path] = Parts(json.loads(roots + "}")["roots"], own.get, shared.get, is_constrained)
        return self._parts[path]

    def shared(self, project: str) -> Lines:
        """What several kinds of a project use."""
        if project not in self._shared:
            self._shared[project] = Lines.of((self.folder / project / SHARED).read_text(encoding="utf-8"))
        return self._shared[project]

    def path(self, project: str, group: str, kind: str) -> Path:
        """Where the facts of a kind are stored."""
        return self.folder / project / (group or CORE) / f"{kind}.json"

    @staticmethod
    def _load(path: Path) -> object:
        return json.loads(path.read_text(encoding="utf-8"))


def api_version_of(group: str, version: str) -> str:
    """`group/version`, or `version` for the core group."""
    return f"{group}/{version}" if group else version


def release_order(release: str) -> tuple[tuple[int, ...], str]:
    """Sort key of releases by their numbers; the experimental channel comes behind the standard one.

    Releases look like `1.30.3`, `v1.6.1/standard` or `edge-26.8.3`; an edge release comes behind a stable one.
    """
    name, _, channel = release.partition("/")
    digits = "".join(letter if letter.isdigit() else " " for letter in name)
    stage = {"experimental": "2", "standard": "1"}.get(channel, "0")
    return tuple(int(number) for number in digits.split()), stage
