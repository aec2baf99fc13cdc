"""What is known of a kind in the chosen releases, made ready to judge objects when the first of them is met."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service_mesh.catalog.archive import Archive, Entry, Parts
from service_mesh.catalog.dating import Dating
from service_mesh.catalog.deprecated import deprecated_marks
from service_mesh.catalog.given import Given
from service_mesh.catalog.marks import NO_MARKS, Marks, marks_of_difference, merged
from service_mesh.catalog.metadata_terms import Terms, terms_of
from service_mesh.catalog.releases import Chosen, number_of, rank_of
from service_mesh.catalog.shape import Shape
from service_mesh.catalog.timeline import GIVEN, INPUT_OF_TOOLS, Timeline, timeline_of
from service_mesh.model.kinds import Kind

__all__ = ["Knowledge", "Known"]

_GIVEN = Chosen(GIVEN, GIVEN)
_KUBERNETES = "kubernetes"


@dataclass(frozen=True, slots=True)
class Known:
    """An API version of a kind.

    Attributes:
        timeline: The kind in its releases.
        shape: Judges objects.
        marks: Remarks on fields that are accepted.
        dating: Completes faults with words on other releases.
        terms: What is asked of the metadata.
    """

    timeline: Timeline
    shape: Shape
    marks: Marks
    dating: Dating
    terms: Terms


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The facts of an archive under a choice of releases.

    Attributes:
        archive: The facts that come with the package.
        chosen: Project -> the release that is judged by.
        given: Kinds whose definitions the caller gives; they hide those of the archive.
    """

    archive: Archive
    chosen: Mapping[str, Chosen]
    given: Given
    _known: dict[tuple[str, str, str], Known] = field(default_factory=dict)

    def timeline(self, kind: Kind) -> Timeline | None:
        """The timeline of a kind; None where nothing is known of it."""
        entry = self.given.entry(*kind) or self.archive.entry(*kind)
        return None if entry is None else timeline_of(entry, self.chosen.get(entry.project, _GIVEN))

    def known(self, timeline: Timeline, version: str) -> Known:
        """A served API version of a kind, ready to judge objects."""
        key = (timeline.entry.group, timeline.entry.kind, version)
        if key not in self._known:
            self._known[key] = self._made(timeline, version)
        return self._known[key]

    def _made(self, timeline: Timeline, version: str) -> Known:
        entry, release = timeline.entry, timeline.stored(version)
        parts, patterns = self._parts(entry)
        named = self.given.kinds[entry.group, entry.kind].named if entry.project == GIVEN else None
        shape = Shape.of(
            parts.find(parts.roots[release][version]),
            parts.find,
            patterns,
            self.archive.metadata,
            is_deprecated="deprecated" in entry.flags(version, release),
            named=named,
            is_constrained=parts.is_constrained,
            is_decoded=entry.project == _KUBERNETES,
        )
        marks, dating = self._marks(timeline, parts, version), Dating(timeline, parts, version)
        return Known(timeline, shape, marks, dating, self._terms(entry))

    def _terms(self, entry: Entry) -> Terms:
        kubernetes = self.chosen.get("kubernetes")
        return terms_of(
            Kind(entry.group, entry.kind),
            is_namespaced=entry.scope == "Namespaced",
            is_named=(entry.group, entry.kind) not in INPUT_OF_TOOLS,
            kubernetes=rank_of(kubernetes) if kubernetes is not None and kubernetes.wanted else None,
        )

    def _parts(self, entry: Entry) -> tuple[Parts, Mapping[str, str]]:
        if entry.project == GIVEN:
            return self.given.parts(entry)
        return self.archive.parts(entry), self.archive.patterns

    def _marks(self, timeline: Timeline, parts: Parts, version: str) -> Marks:
        entry = timeline.entry
        marks = deprecated_marks(entry.project, entry.kind, number_of(entry.project, timeline.release))
        return merged(marks, self._experimental(timeline, parts, version))

    def _experimental(self, timeline: Timeline, parts: Parts, version: str) -> Marks:
        standard = parts.roots.get(timeline.standard, {}).get(version)
        if standard is None:
            return NO_MARKS
        return marks_of_difference(
            parts.find(parts.roots[timeline.release][version]),
            parts.find(standard),
            parts.find,
            "SC128",
            f"belongs to the experimental channel of {timeline.chosen.name} alone",
        )
