"""Writes facts into the data folder: the same facts give the same bytes, whatever the order they came in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from service_mesh.catalog.archive import INDEX, METADATA, PARTS, PATTERNS, SHARED, Archive, release_order
from service_mesh.catalog.facts import Fact, KindFacts, VersionFacts
from service_mesh.catalog.pool import Pool, compact, expand, name_patterns, replace_patterns

__all__ = ["Collection"]

Key = tuple[str, str, str]


@dataclass(slots=True)
class Collection:
    """All facts of all releases, in memory, expanded.

    Attributes:
        kinds: Project, group and kind -> release -> facts.
        named: Group -> kinds that are known by name alone.
        retired: API version -> kind -> since when it is gone and what is served instead.
        metadata: Fact of the metadata of every object.
    """

    kinds: dict[Key, dict[str, KindFacts]] = field(default_factory=dict)
    named: dict[str, list[str]] = field(default_factory=dict)
    retired: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    metadata: Fact = "any"

    @staticmethod
    def read(folder: Path) -> "Collection":
        """What the data folder holds now; an empty collection where there is none."""
        if not (folder / INDEX).exists():
            return Collection()
        archive = Archive(folder)
        index = archive.index
        found = Collection({}, index["named"], index["retired"], _with_regex(archive.metadata, archive.patterns))
        for group, kinds in index["kinds"].items():
            for kind in kinds:
                found._read_kind(archive, group, kind)
        return found

    def _read_kind(self, archive: Archive, group: str, kind: str) -> None:
        entry = archive.entry(group, kind)
        if entry is None:
            return
        parts = archive.parts(entry)
        for release, versions in entry.releases.items():
            facts = tuple(
                VersionFacts(
                    name=name,
                    root=_with_regex(expand(parts.find(parts.roots[release][name]), parts.find), archive.patterns),
                    served="served" in flags,
                    storage="storage" in flags,
                    deprecated="deprecated" in flags,
                )
                for name, flags in versions.items()
            )
            self.add(entry.project, release, KindFacts(group, kind, entry.plural, entry.scope, facts))

    def add(self, project: str, release: str, facts: KindFacts) -> None:
        """Take in a kind of a release; what was known of that kind and release is replaced.

        Raises:
            ValueError: Another project has the kind already.
        """
        others = {key[0] for key in self.kinds if key[1:] == (facts.group, facts.kind) and key[0] != project}
        if others:
            raise ValueError(f"'{facts.kind}.{facts.group}' is a kind of project '{others.pop()}' already")
        self.kinds.setdefault((project, facts.group, facts.kind), {})[release] = facts

    def write(self, folder: Path) -> int:
        """Write the data folder, and remove files of kinds that are gone.

        Returns:
            Bytes written.
        """
        texts = dict(self._files())
        wanted = {folder / name for name in texts}
        for stale in sorted(folder.rglob("*.json")) if folder.exists() else []:
            if stale not in wanted:
                stale.unlink()
        for name, text in sorted(texts.items()):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        return sum(len(text.encode()) for text in texts.values())

    def _files(self) -> Iterator[tuple[str, str]]:
        patterns: dict[str, str] = {}
        for project in sorted({project for project, _, _ in self.kinds}):
            yield from self._project_files(project, patterns)
        yield METADATA, compact(name_patterns(self.metadata, patterns)) + "\n"
        yield PATTERNS, _lines(dict(sorted(patterns.items())))
        yield INDEX, _index_text(self)

    def _project_files(self, project: str, patterns: dict[str, str]) -> Iterator[tuple[str, str]]:
        pool, roots = Pool(), dict[Key, dict[str, dict[str, str]]]()
        for key, releases in sorted(self.kinds.items()):
            if key[0] == project:
                named = {release: _named_roots(facts, patterns) for release, facts in _in_order(releases)}
                roots[key] = {
                    release: {version: pool.add(f"{key[1]}/{key[2]}", root) for version, root in versions.items()}
                    for release, versions in named.items()
                }
        for (_, group, kind), kind_roots in roots.items():
            path = f"{project}/{group or 'core'}/{kind}.json"
            parts = pool.own(f"{group}/{kind}")
            yield path, f'{{"roots":{_lines(kind_roots).strip()}{PARTS}{_lines(parts).strip()}}}\n'
        yield f"{project}/{SHARED}", _lines(pool.shared())


def _in_order(releases: Mapping[str, KindFacts]) -> list[tuple[str, KindFacts]]:
    return sorted(releases.items(), key=lambda item: release_order(item[0]))


def _named_roots(facts: KindFacts, patterns: dict[str, str]) -> dict[str, Fact]:
    return {version.name: name_patterns(version.root, patterns) for version in facts.versions}


def _lines(mapping: Mapping[str, object]) -> str:
    """A map as JSON with a line for every key."""
    lines = ",\n".join(f"{compact(key)}:{compact(value)}" for key, value in mapping.items())
    return f"{{\n{lines}\n}}\n" if lines else "{}\n"


def _index_text(collection: Collection) -> str:
    releases: dict[str, set[str]] = {}
    groups: dict[str, dict[str, object]] = {}
    for (project, group, kind), facts in sorted(collection.kinds.items()):
        releases.setdefault(project, set()).update(facts)
        groups.setdefault(group, {})[kind] = _index_entry(project, facts)
    kinds = ",\n".join(f"{compact(group)}:{_lines(entries).strip()}" for group, entries in sorted(groups.items()))
    ordered = {project: sorted(names, key=release_order) for project, names in sorted(releases.items())}
    named = {group: sorted(names) for group, names in sorted(collection.named.items())}
    retired = dict(sorted(collection.retired.items()))
    return (
        f'{{"releases":{_lines(ordered).strip()},\n"kinds":{{\n{kinds}\n}},\n'
        f'"named":{_lines(named).strip()},\n"retired":{_lines(retired).strip()}}}\n'
    )


def _index_entry(project: str, facts: Mapping[str, KindFacts]) -> dict[str, object]:
    _, newest = _in_order(facts)[-1]
    releases = {r: {version.name: _flags(version) for version in kind.versions} for r, kind in _in_order(facts)}
    return {"project": project, "plural": newest.plural, "scope": newest.scope, "releases": releases}


def _flags(version: VersionFacts) -> str:
    flags = {"served": version.served, "storage": version.storage, "deprecated": version.deprecated}
    return " ".join(name for name, is_set in flags.items() if is_set)


def _with_regex(fact: Fact, patterns: Mapping[str, str]) -> Fact:
    return replace_patterns(fact, lambda name: patterns[name])
