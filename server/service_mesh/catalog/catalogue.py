"""The structural check: what the API server would refuse about an object before anything looks at its meaning."""

from functools import cache

from service_mesh.catalog.archive import Archive, Entry
from service_mesh.catalog.judgement import Fault, Judgement, Outcome
from service_mesh.catalog.patches import is_patch
from service_mesh.catalog.shape import NestingError, Shape
from service_mesh.catalog.unserved import (
    deprecated_fault,
    removed_fault,
    unknown_kind_fault,
    unserved_fault,
)
from service_mesh.model.resource import Resource

__all__ = ["Catalogue"]

_VALID = Judgement(Outcome.VALID)


class Catalogue:
    """Judges objects by the facts of an archive.

    Nothing is read before the first object is judged, and then only what its kind needs. What was read and compiled
    is kept, so one instance serves for long.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._shapes: dict[tuple[str, str], Shape] = {}

    @staticmethod
    @cache
    def bundled() -> "Catalogue":
        """The catalogue that comes with the package, the same one at every call."""
        return Catalogue(Archive())

    def versions(self) -> dict[str, str]:
        """Project -> release that objects are judged by, major and minor: `{"istio": "1.30"}`."""
        releases = self._archive.index["releases"]
        return {project.replace("-", "_"): _minor(names[-1]) for project, names in sorted(releases.items())}

    def check(self, resource: Resource) -> Judgement:
        """Judge one object; its data is not changed.

        An object of a group that the catalogue does not know, or of a kind it knows by name alone, is not checked.
        """
        try:
            return self._checked(resource)
        except NestingError:
            return Judgement(Outcome.NOT_CHECKED, reason=f"a '{resource.kind}' nests too deeply to be checked")

    def _checked(self, resource: Resource) -> Judgement:
        shape = self._shapes.get((resource.api_version, resource.kind.name))
        if shape is None:
            entry = self._archive.entry(*resource.kind)
            if entry is None or resource.version not in entry.served():
                return self._refuse(resource, entry)
            shape = self._shape(entry, resource.version)
        if not shape.is_deprecated and shape.accepts(resource.data):
            return _VALID
        return self._judgement(resource, shape, shape.faults(resource))

    def _judgement(self, resource: Resource, shape: Shape, faults: list[Fault]) -> Judgement:
        if faults and is_patch(resource):
            faults = [fault for fault in faults if fault[0] != "SC125"]
            if not faults:
                return Judgement(Outcome.NOT_CHECKED, reason=f"a patch for a '{resource.kind}', not a whole object")
        outcome = Outcome.INVALID if faults else Outcome.VALID
        return Judgement(outcome, (*faults, *self._deprecation(resource, shape)))

    def _refuse(self, resource: Resource, entry: Entry | None) -> Judgement:
        kind, index = resource.kind, self._archive.index
        if not kind.name or not resource.api_version:
            return Judgement(Outcome.NOT_CHECKED, reason="'apiVersion' or 'kind' is missing")
        if retired := index["retired"].get(resource.api_version, {}).get(kind.name):
            return _invalid(removed_fault(resource, retired, fits=self._fits(resource, retired.get("instead", ""))))
        if entry is not None:
            return _invalid(unserved_fault(resource, entry, fits=self._fits(resource, entry.preferred)))
        known = {*index["kinds"].get(kind.group, ()), *index["named"].get(kind.group, ())}
        if not known or kind.name in known or kind.name.removesuffix("List") in known:
            return Judgement(Outcome.NOT_CHECKED, reason=f"no schema for '{kind}'")
        return _invalid(unknown_kind_fault(resource, known, self._elsewhere(kind.name)))

    def _deprecation(self, resource: Resource, shape: Shape) -> tuple[Fault, ...]:
        entry = self._archive.entry(*resource.kind)
        if not shape.is_deprecated or entry is None:
            return ()
        return (deprecated_fault(resource, entry, fits=self._fits(resource, entry.preferred)),)

    def _fits(self, resource: Resource, api_version: str) -> bool:
        """Whether the object would be taken under another API version as it stands."""
        group, _, version = api_version.rpartition("/")
        entry = self._archive.entry(group, resource.kind.name)
        return entry is not None and version in entry.served() and self._shape(entry, version).accepts(resource.data)

    def _elsewhere(self, kind: str) -> list[str]:
        """The preferred API version of every group that has a kind of this name."""
        entries = (self._archive.entry(group, kind) for group in self._archive.index["kinds"])
        return [entry.preferred for entry in entries if entry is not None]

    def _shape(self, entry: Entry, version: str) -> Shape:
        key = (f"{entry.group}/{version}" if entry.group else version, entry.kind)
        if key not in self._shapes:
            parts = self._archive.parts(entry)
            self._shapes[key] = Shape.of(
                parts.find(parts.roots[entry.newest][version]),
                parts.find,
                self._archive.patterns,
                self._archive.metadata,
                is_deprecated="deprecated" in entry.flags(version),
            )
        return self._shapes[key]


def _invalid(fault: Fault) -> Judgement:
    return Judgement(Outcome.INVALID, (fault,))


def _minor(release: str) -> str:
    return ".".join(release.partition("/")[0].removeprefix("v").split(".")[:2])
