"""One manifest of every kind in the catalogue, under every version that is served of it."""

from pathlib import Path

import pytest
import yaml

from service_mesh.catalog.archive import Archive
from service_mesh.catalog.catalogue import Catalogue
from service_mesh.catalog.judgement import Outcome
from service_mesh.catalog.releases import choose
from service_mesh.catalog.timeline import timeline_of
from service_mesh.model.resource import Resource

FILE = Path(__file__).parent / "manifests.yaml"
SPLIT_BY_VERSION = {"HorizontalPodAutoscaler", "ExternalWorkload"}
ABOUT_THE_VERSION = {"SC112", "SC128"}


def _served(archive: Archive, group: str, kind: str) -> tuple[str, ...]:
    """The API versions that the newest release serves."""
    entry = archive.entry(group, kind)
    assert entry is not None
    chosen = choose({}, archive.index["releases"])[entry.project]
    return timeline_of(entry, chosen).served


def _resources() -> list[Resource]:
    return [Resource(data) for data in yaml.load_all(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)]


def _versions(resource: Resource) -> tuple[str, ...]:
    if resource.kind.name in SPLIT_BY_VERSION:
        return (resource.version,)
    return _served(Archive(), *resource.kind)


CASES = [
    ({**resource.data, "apiVersion": f"{resource.group}/{version}" if resource.group else version})
    for resource in _resources()
    for version in _versions(resource)
]


@pytest.mark.parametrize("data", CASES, ids=[f"{data['apiVersion']} {data['kind']}" for data in CASES])
def test_whole_manifest_is_valid_and_only_what_it_says_of_its_version_is_told(data: dict[str, object]) -> None:
    judgement = Catalogue.bundled().check(Resource(data))
    told = [(code, draft.message) for code, draft in judgement.faults if code not in ABOUT_THE_VERSION]
    assert (judgement.outcome, told, judgement.reason) == (Outcome.VALID, [], "")


def test_every_kind_and_served_version_of_the_catalogue_has_a_manifest() -> None:
    archive = Archive()
    wanted = {
        (f"{group}/{version}" if group else version, kind)
        for group, kinds in archive.index["kinds"].items()
        for kind in kinds
        for version in _served(archive, group, kind)
    }
    missing = wanted - {(data["apiVersion"], data["kind"]) for data in CASES}
    assert missing == set(), "write a manifest of each into tests/catalog/manifests.yaml"
    assert {(data["apiVersion"], data["kind"]) for data in CASES} == wanted
