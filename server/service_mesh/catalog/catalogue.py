"""The structural check: what the API server would refuse about an object before anything looks at its meaning."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from types import MappingProxyType

from service_mesh.catalog.archive import Archive
from service_mesh.catalog.given import NOTHING_GIVEN, Given
from service_mesh.catalog.judgement import Fault, Judgement, Outcome
from service_mesh.catalog.knowledge import Knowledge, Known
from service_mesh.catalog.marks import marked
from service_mesh.catalog.metadata import metadata_faults
from service_mesh.catalog.patches import is_patch
from service_mesh.catalog.releases import (
    ARGUMENTS,
    Chosen,
    argument_of,
    choose,
    is_reconstructed,
    linkerd_name,
    number_of,
    rank_of,
    title_of,
)
from service_mesh.catalog.removed import removed_kind
from service_mesh.catalog.shape import NestingError
from service_mesh.catalog.skew import conflicts
from service_mesh.catalog.timeline import GIVEN, Timeline, place_of
from service_mesh.catalog.unlisted import UNLISTED
from service_mesh.catalog.unserved import (
    absent_kind_fault,
    deprecated_fault,
    experimental_fault,
    removed_fault,
    removed_kind_fault,
    unknown_kind_fault,
    unserved_fault,
)
from service_mesh.model.finding import Anchor
from service_mesh.model.grade import Severity
from service_mesh.model.kinds import Kind
from service_mesh.model.resource import Resource

__all__ = ["Catalogue"]

_VALID = Judgement(Outcome.VALID)


class Catalogue:
    """Judges objects by the facts of an archive.

    Nothing is read before the first object is judged, and then only what its kind needs. What was read and compiled
    is kept, so one instance serves for long.

    Args:
        archive: The facts.
        versions: Project, as callers name it -> the version that objects are judged by; the others by their newest.
        given: Kinds whose definitions the caller gives.
    """

    def __init__(
        self, archive: Archive, versions: Mapping[str, str] = MappingProxyType({}), given: Given = NOTHING_GIVEN
    ) -> None:
        self._archive = archive
        self._versions = dict(versions)
        self._given = given
        self._known: dict[tuple[str, str], Known] = {}

    @staticmethod
    @cache
    def bundled() -> "Catalogue":
        """The catalogue that comes with the package, the same one at every call."""
        return Catalogue(Archive())

    def narrowed(self, versions: Mapping[str, str], given: Given = NOTHING_GIVEN) -> "Catalogue":
        """The same facts, judged by other releases and definitions; what was read is shared.

        Raises:
            UsageError: A version is none, or older than all that are known.
        """
        if not versions and given is NOTHING_GIVEN:
            return self
        other = Catalogue(self._archive, versions, given)
        other.chosen  # noqa: B018  # a wrong version is told before anything is read
        return other

    def judges_like(self, other: "Catalogue") -> bool:
        """Tell whether another catalogue says the same of every object."""
        return self.chosen == other.chosen and self._given is other._given and self._archive is other._archive

    @cached_property
    def chosen(self) -> Mapping[str, Chosen]:
        """Project -> the release that is judged by.

        Raises:
            UsageError: A version is none, or older than all that are known.
        """
        return choose(self._versions, self._archive.index["releases"])

    @cached_property
    def _knowledge(self) -> Knowledge:
        return Knowledge(self._archive, self.chosen, self._given)

    def versions(self, kinds: Iterable[Kind]) -> dict[str, str]:
        """Project -> release, for what the kinds belong to and for what was asked for: `{"istio": "1.30"}`."""
        timelines = (self._knowledge.timeline(kind) for kind in set(kinds))
        projects = {timeline.chosen.project for timeline in timelines if timeline is not None} - {GIVEN}
        projects |= {ARGUMENTS[name] for name in self._versions}
        return {argument_of(project): self._number(self.chosen[project]) for project in sorted(projects)}

    def preferred(self, kind: Kind) -> str:
        """The newest API version, group included, in which the chosen release serves a kind; empty if it has none."""
        timeline = self._knowledge.timeline(kind)
        return timeline.preferred if timeline is not None else ""

    @cached_property
    def releases(self) -> Mapping[str, tuple[int, ...]]:
        """Project, as callers name it -> the release that objects are judged by, as numbers: `{"istio": (1, 30)}`."""
        return {name: rank_of(self.chosen[project]) for name, project in ARGUMENTS.items() if project in self.chosen}

    def notes(self) -> Iterator[str]:
        """Sentences on versions that were asked for and that nothing is known of."""
        for chosen in self.chosen.values():
            if chosen.project == "kubernetes" and chosen.wanted and not chosen.is_near:
                if chosen.wanted != number_of(chosen.project, chosen.release):
                    yield (
                        f"the kinds of Kubernetes itself are judged by {self._number(chosen)}:"
                        f" fields that came after {chosen.wanted} are not reported"
                    )
            elif chosen.is_near:
                title = title_of(chosen.project)
                yield (
                    f"the definitions of {title} {chosen.wanted} are not known, those of {self._number(chosen)} are"
                    " used instead: what they lack is a warning"
                )

    def incompatible(self, resources: Sequence[Resource]) -> Iterator[Fault]:
        """Versions that were asked for and do not go together, each told on the first object that it is about."""
        wanted = {project: _asked(chosen) for project, chosen in self.chosen.items() if chosen.wanted}
        if len(wanted) < 2:
            return
        first = self._first_of(resources)
        for conflict in conflicts(wanted, [resource.kind for resource in resources]):
            about = (conflict.kind,) if conflict.kind else conflict.projects
            resource = next((first[name] for name in about if name in first), None)
            if resource is not None:
                node = resource.root.key("kind") or resource.root
                yield "SC140", node.finding(conflict.message, severity=conflict.severity, anchor=Anchor.VALUE)

    def _first_of(self, resources: Sequence[Resource]) -> dict[str | Kind, Resource]:
        """Project and kind -> its first object."""
        first: dict[str | Kind, Resource] = {}
        for resource in resources:
            if resource.kind not in first:
                first[resource.kind] = resource
                timeline = self._knowledge.timeline(resource.kind)
                if timeline is not None:
                    first.setdefault(timeline.chosen.project, resource)
        return first

    def check(self, resource: Resource) -> Judgement:
        """Judge one object; its data is not changed.

        An object of a group that the catalogue does not know, or of a kind it knows by name alone, is not checked.
        """
        try:
            return self._checked(resource)
        except NestingError:
            return _not_checked(f"a '{resource.kind}' nests too deeply to be checked")

    def _checked(self, resource: Resource) -> Judgement:
        known = self._known.get((resource.api_version, resource.kind.name))
        if known is None:
            timeline = self._knowledge.timeline(resource.kind)
            if timeline is None or resource.version not in timeline.served:
                return self._refuse(resource, timeline)
            known = self._knowledge.known(timeline, resource.version)
            self._known[resource.api_version, resource.kind.name] = known
        remarks = self._remarks(resource, known)
        is_accepted = known.shape.accepts(resource.data)
        faults = [] if is_accepted else [known.dating.dated(fault) for fault in known.shape.faults(resource)]
        faults += metadata_faults(resource, known.terms, faults)
        if not faults:
            return Judgement(Outcome.VALID, tuple(remarks)) if remarks else _VALID
        return _judgement(resource, faults, remarks)

    def _remarks(self, resource: Resource, known: Known) -> list[Fault]:
        timeline, remarks = known.timeline, marked(resource, known.marks)
        if known.shape.is_deprecated:
            fault = deprecated_fault(resource, timeline, fits=self._fits(resource, timeline.preferred))
            return [fault, *remarks]
        if timeline.standard and (experimental := experimental_fault(resource, timeline)):
            return [experimental, *remarks]
        return remarks

    def _refuse(self, resource: Resource, timeline: Timeline | None) -> Judgement:
        kind = resource.kind
        if not kind.name or not resource.api_version:
            return _not_checked("'apiVersion' or 'kind' is missing")
        if why := self._given.unusable.get((kind.group, kind.name)):
            return _not_checked(why)
        if retired := self._archive.index["retired"].get(resource.api_version, {}).get(kind.name):
            return self._refuse_retired(resource, retired)
        if timeline is not None:
            return self._refuse_version(resource, timeline)
        if removal := removed_kind(*kind):
            return _judged(removed_kind_fault(resource, removal))
        named = (*self._archive.index["named"].get(kind.group, ()), *UNLISTED.get(kind.group, ()))
        known = {*self._kinds_of(kind.group), *named}
        if not known or kind.name in known or kind.name.removesuffix("List") in known:
            return _not_checked(f"no schema for '{kind}'")
        return _judged(unknown_kind_fault(resource, known, self._elsewhere(kind.name), newer=self._newer(kind.group)))

    def _refuse_retired(self, resource: Resource, retired: Mapping[str, str]) -> Judgement:
        wanted = self.chosen["kubernetes"].wanted if "kubernetes" in self.chosen else ""
        if wanted and _numbers(wanted) < _numbers(retired["removed"]):
            what = f"'{resource.api_version}' of '{resource.kind.name}'"
            return _not_checked(f"no schema for {what}, which Kubernetes {wanted} still serves")
        return _judged(removed_fault(resource, retired, fits=self._fits(resource, retired.get("instead", ""))))

    def _refuse_version(self, resource: Resource, timeline: Timeline) -> Judgement:
        if timeline.release:
            return _judged(unserved_fault(resource, timeline, fits=self._fits(resource, timeline.preferred)))
        if is_reconstructed(timeline.chosen.project, timeline.chosen.release):
            return _not_checked(f"no schema for '{resource.kind}' of {timeline.chosen.name}")
        return _judged(absent_kind_fault(resource, timeline, removed_kind(*resource.kind)))

    def _fits(self, resource: Resource, api_version: str) -> bool:
        """Whether the object would be taken under another API version as it stands."""
        group, _, version = api_version.rpartition("/")
        timeline = self._knowledge.timeline(Kind(group, resource.kind.name))
        if timeline is None or version not in timeline.served:
            return False
        return self._knowledge.known(timeline, version).shape.accepts(resource.data)

    def _kinds_of(self, group: str) -> set[str]:
        """The kinds of a group that the judged releases have."""
        names = (*self._archive.index["kinds"].get(group, ()), *self._given.kinds_of(group))
        timelines = ((name, self._knowledge.timeline(Kind(group, name))) for name in names)
        return {name for name, timeline in timelines if timeline is not None and timeline.release}

    def _newer(self, group: str) -> str:
        """In words the judged release of a group's project, where a newer one was asked for."""
        for name in self._archive.index["kinds"].get(group, ()):
            timeline = self._knowledge.timeline(Kind(group, name))
            if timeline is not None and timeline.is_open:
                return place_of(timeline.chosen)
        return ""

    def _elsewhere(self, kind: str) -> list[str]:
        """The preferred API version of every group that has a kind of this name."""
        timelines = (self._knowledge.timeline(Kind(group, kind)) for group in self._archive.index["kinds"])
        return [timeline.preferred for timeline in timelines if timeline is not None and timeline.preferred]

    @staticmethod
    def _number(chosen: Chosen) -> str:
        return number_of(chosen.project, chosen.release)


def _judgement(resource: Resource, faults: list[Fault], remarks: list[Fault]) -> Judgement:
    if faults and is_patch(resource):
        faults = [fault for fault in faults if fault[0] != "SC125"]
        if not faults:
            return _not_checked(f"a patch for a '{resource.kind}', not a whole object")
    return _judged(*faults, *remarks, counted=faults)


def _judged(*faults: Fault, counted: Iterable[Fault] | None = None) -> Judgement:
    """What faults make of an object: those that are no more than a warning do not make it invalid."""
    grave = [draft for _, draft in (faults if counted is None else counted) if draft.severity in (None, Severity.ERROR)]
    return Judgement(Outcome.INVALID if grave else Outcome.VALID, faults)


def _not_checked(reason: str) -> Judgement:
    return Judgement(Outcome.NOT_CHECKED, reason=reason)


def _asked(chosen: Chosen) -> str:
    """The version that was asked for, as tables name it; an edge release by the version it is called."""
    return linkerd_name(chosen.wanted)


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))
