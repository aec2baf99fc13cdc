"""The comparisons with the API server; the tests ask that each ends without a disagreement that is not explained."""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from service_mesh.model.resource import Resource
from tests.kube.client import Answer, Client
from tests.kube.cluster import Cluster
from tests.kube.documents import SUITES, documents
from tests.kube.exceptions import unexplained, unused
from tests.kube.instances import Kind, instance
from tests.kube.releases import Definition, Release, releases
from tests.kube.spellings import PROBE, probes
from tests.kube.variants import variants
from tests.kube.verdicts import Disagreement, Side, Subject, compare, judged, ours, read_otherwise

__all__ = [
    "COMPARED_RELEASES",
    "Bases",
    "Outcome",
    "check_documents",
    "check_releases",
    "check_scalars",
    "check_variants",
    "read_bases",
    "unbroken",
]

Bases = Mapping[tuple[str, str], Sequence[Mapping[str, object]]]
"""API version and kind -> objects of the corpora, valid or not, the richest first."""

COMPARED_RELEASES = (
    *(("istio", "1.20"), ("istio", "1.26"), ("istio", "1.30")),
    *(("gateway-api", "1.2"), ("gateway-api", "1.6")),
)
"""Projects and minors whose definitions take the place of the newest in turn."""

_SEED = "2"
_FULLNESS = (0.0, 0.3, 0.8)
_ATTEMPTS = 15


@dataclass(frozen=True, slots=True)
class _Extent:
    """How much is made of one kind: bases from the corpora, and variants of each of them and of each made object."""

    bases: int
    variants_of_base: int
    variants_of_made: int


_NEWEST = _Extent(1000, 14, 32)
_OLDER = _Extent(2, 10, 10)
_BUILTIN = _Extent(3, 24, 24)
_METADATA = {"name": "made"}


@dataclass(slots=True)
class Outcome:
    """What a check came to.

    Attributes:
        check: Its name, as in `exceptions.json`.
        compared: How many objects were judged by both.
        refused: How many of them the server refuses.
        found: Where we and the server differ.
        said: Messages of the server's refusals.
    """

    check: str
    compared: int = 0
    refused: int = 0
    found: list[Disagreement] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    @property
    def faults(self) -> list[str]:
        """Disagreements without an explanation, and explanations without a disagreement."""
        stale = [
            f"the exception for {e.object!r} ({e.reason}) explains nothing" for e in unused(self.check, self.found)
        ]
        return [*map(str, unexplained(self.check, self.found)), *stale]

    def __str__(self) -> str:
        explained = len(self.found) - sum(1 for _ in unexplained(self.check, self.found))
        numbers = f"{self.compared} objects, {self.refused} of them refused"
        return f"{self.check}: {numbers}, {len(self.faults)} faults, {explained} explained"


def check_scalars(cluster: Cluster) -> Outcome:
    """Every spelling of a scalar, a key and a merge, as a value of a kind that takes anything."""
    cluster.use([PROBE])
    return _outcome("scalars", probes(), _compare_reading, cluster)


def check_documents(cluster: Cluster, corpora: Path) -> Outcome:
    """Every object of the corpora, with the newest definitions."""
    cluster.use_newest()
    subjects = (replace(s, versions=cluster.versions) for suite in SUITES for s in documents(corpora, suite))
    return _outcome("documents", subjects, compare, cluster)


def check_variants(cluster: Cluster, bases: Bases) -> Outcome:
    """Variants of valid and of made objects, of every kind and version, with the newest definitions."""
    cluster.use_newest()
    subjects = [s for definition in cluster.newest for s in _subjects(cluster, definition, bases, _NEWEST)]
    subjects += _builtin_subjects(cluster, bases)
    return _outcome("variants", (replace(s, versions=cluster.versions) for s in subjects), compare, cluster)


def unbroken(outcome: Outcome, definitions: Iterable[Definition]) -> set[str]:
    """Messages of the constraints across fields of some definitions that nothing in an outcome broke."""
    messages = {message for definition in definitions for message in definition.constraints}
    return {message for message in messages if not any(message.strip() in text for text in outcome.said)}


def check_releases(cluster: Cluster, crds: Path, bases: Bases) -> Outcome:
    """Variants judged by older releases, whose definitions take the place of the newest."""
    whole = Outcome("releases")
    for project, minor in COMPARED_RELEASES:
        release = next(found for found in releases(crds, project) if found.minor == minor)
        outcome = _check_release(cluster, release, bases)
        whole.compared += outcome.compared
        whole.refused += outcome.refused
        whole.found += outcome.found
    return whole


def _check_release(cluster: Cluster, release: Release, bases: Bases) -> Outcome:
    definitions = list(release.definitions())
    groups = {definition.group for definition in definitions}
    cluster.use([*definitions, *(other for other in cluster.newest if other.group not in groups)])
    versions = ((release.project.replace("-", "_"), release.minor),)
    subjects = (
        replace(subject, name=f"{release.project} {release.minor} {subject.name}", versions=versions)
        for definition in definitions
        for subject in _subjects(cluster, definition, bases, _OLDER)
    )
    return _outcome("releases", subjects, compare, cluster)


def _outcome(
    check: str,
    subjects: Iterable[Subject],
    judge: Callable[[Client, Subject, Answer], Disagreement | None],
    cluster: Cluster,
) -> Outcome:
    outcome = Outcome(check)
    unchecked: set[str] = set()
    for subject in subjects:
        answer = judged(cluster.client, subject)
        if answer is None:
            continue
        outcome.compared += 1
        if not answer.accepted:
            outcome.refused += 1
            outcome.said |= {cause.message for cause in answer.causes}
        found = judge(cluster.client, subject, answer)
        if found is None:
            continue
        if found.side is Side.UNCHECKED:
            title = " ".join(subject.name.split(" ")[:2])
            if title in unchecked:
                continue
            unchecked.add(title)
        outcome.found.append(found)
    return outcome


def _compare_reading(client: Client, probe: Subject, answer: Answer) -> Disagreement | None:
    """Whether a text is read as the server reads it; there is no schema that could refuse it."""
    verdict = ours(probe)
    if verdict.crash:
        return Disagreement(probe.name, Side.CRASHED, verdict.crash)
    refusals = verdict.refusals
    if answer.accepted and refusals:
        return Disagreement(probe.name, Side.OURS, "; ".join(refusals))
    if answer.accepted:
        return read_otherwise(client, probe, answer)
    return None if refusals else Disagreement(probe.name, Side.SERVER, answer.message)


def _subjects(cluster: Cluster, definition: Definition, bases: Bases, extent: _Extent) -> Iterator[Subject]:
    for version, schema in definition.schemas:
        api_version = f"{definition.group}/{version}"
        found = bases.get((api_version, definition.kind), ())
        yield from _subjects_of(cluster, Kind(api_version, definition.kind, schema), found, extent)


def _builtin_subjects(cluster: Cluster, bases: Bases) -> Iterator[Subject]:
    custom = {definition.group for definition in cluster.newest}
    for (api_version, name), found in sorted(bases.items()):
        if api_version.rpartition("/")[0] not in custom:
            kind = Kind(api_version, name, cluster.builtin_schema(api_version, name))
            yield from _subjects_of(cluster, kind, found, _BUILTIN)


def _subjects_of(
    cluster: Cluster, kind: Kind, found: Sequence[Mapping[str, object]], extent: _Extent
) -> Iterator[Subject]:
    chance = random.Random(f"{_SEED} {kind}")
    for number, base in enumerate(found[: extent.bases]):
        yield from _with_variants(
            kind, f"corpus-{number}", {**base, "metadata": _METADATA}, chance, extent.variants_of_base
        )
    for number, fullness in enumerate(_FULLNESS):
        made = _made(cluster, kind, chance, fullness)
        yield from _with_variants(kind, f"made-{number}", made, chance, extent.variants_of_made)


def _with_variants(
    kind: Kind, name: str, data: Mapping[str, object], chance: random.Random, count: int
) -> Iterator[Subject]:
    yield Subject(f"{kind} {name}", data)
    for variant in variants(data, kind.schema, count, chance):
        yield Subject(f"{kind} {name} {variant.change} {variant.place}", variant.data)


def _made(cluster: Cluster, kind: Kind, chance: random.Random, fullness: float) -> Mapping[str, object]:
    """A made object that the server accepts, or, after some attempts, one that it may refuse."""
    for _ in range(_ATTEMPTS):
        data = instance(kind, chance, fullness)
        answer = judged(cluster.client, Subject("", data))
        if answer is not None and answer.accepted:
            break
    return data


def read_bases(cluster: Cluster, corpora: Path) -> Bases:
    """The objects of the corpora whose kind the server has, by API version and kind."""
    cluster.use_newest()
    found: dict[tuple[str, str], list[Mapping[str, object]]] = {}
    for suite in SUITES:
        for subject in documents(corpora, suite):
            resource = Resource(subject.data)
            if cluster.client.kind(resource.api_version, resource.kind.name) is not None:
                found.setdefault((resource.api_version, resource.kind.name), []).append(subject.data)
    return {key: sorted(group, key=lambda data: -len(json.dumps(data))) for key, group in found.items()}
