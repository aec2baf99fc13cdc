"""The data that is shipped: facts only, consistent, small, and read only when it is needed."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import jsonschema_rs
import pytest

from service_mesh.catalog.archive import DATA, PARTS, PATTERNS, SHARED, Archive, Lines, release_order
from service_mesh.catalog.catalogue import Catalogue
from service_mesh.catalog.writer import Collection
from service_mesh.model.kinds import Kind
from service_mesh.model.resource import Resource
from tests.support.releases import newest

FILES = sorted(DATA.rglob("*.json"))
LONGEST = 60
CEL = re.compile(
    r"\bself\b|oldSelf|\bhas\(|\bsize\(|\.(all|exists|exists_one|map|filter|matches|startsWith)\(|==|&&|\|\|"
)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield key
            yield from _strings(child)
    elif isinstance(value, list):
        for child in value:
            yield from _strings(child)


def _load(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=[path.relative_to(DATA).as_posix() for path in FILES])
def test_data_holds_neither_prose_nor_expressions(path: Path) -> None:
    strings = list(_strings(_load(path)))
    if path.name == PATTERNS:
        strings = list(json.loads(path.read_text(encoding="utf-8")))
    assert [s for s in strings if len(s) > LONGEST or CEL.search(s) or s.count(" ") > 3] == []


def test_patterns_are_regular_expressions_of_the_re2_kind() -> None:
    for regex in Archive().patterns.values():
        validator = jsonschema_rs.Draft202012Validator({"pattern": regex}, pattern_options=jsonschema_rs.RegexOptions())
        assert validator.is_valid(7)
        assert "(?" not in regex.replace("(?:", "").replace("(?i)", "")


def test_all_data_takes_less_than_two_megabytes() -> None:
    assert sum(path.stat().st_size for path in FILES) < 2_000_000


def test_part_on_its_line_is_the_one_that_the_whole_file_holds() -> None:
    for path in (path for path in FILES if path.parent != DATA):
        text = path.read_text(encoding="utf-8")
        whole = cast(dict[str, object], json.loads(text))
        stored = cast(dict[str, object], whole if path.name == SHARED else whole["parts"])
        lines = Lines.of(text if path.name == SHARED else text.partition(PARTS)[2])
        assert {digest: lines.get(digest) for digest in lines.texts} == stored
        assert lines.get("none") is None


def test_index_names_exactly_the_kinds_that_have_a_file() -> None:
    archive = Archive()
    wanted = {
        archive.path(entry.project, group, kind)
        for group, kinds in archive.index["kinds"].items()
        for kind in kinds
        if (entry := archive.entry(group, kind))
    }
    assert {path for path in FILES if path.parent != DATA and path.name != SHARED} == wanted


def test_every_release_and_version_of_the_index_has_its_facts() -> None:
    archive = Archive()
    for group, kinds in archive.index["kinds"].items():
        for kind in kinds:
            entry = archive.entry(group, kind)
            assert entry is not None
            roots = archive.parts(entry).roots
            assert {r: set(v) for r, v in roots.items()} == {r: set(v) for r, v in entry.releases.items()}


def test_writing_again_what_was_read_changes_no_byte(tmp_path: Path) -> None:
    Collection.read(DATA).write(tmp_path)
    rewritten = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.json")}
    assert rewritten == {path.relative_to(DATA): path.read_bytes() for path in FILES}


def test_experimental_field_stands_in_the_experimental_channel_alone() -> None:
    kinds = Collection.read(DATA).kinds[("gateway-api", "gateway.networking.k8s.io", "Gateway")]
    channels = {
        release.removeprefix("v1.6.1/"): "defaultScope" in json.dumps(version.root)
        for release, facts in kinds.items()
        for version in facts.versions
        if version.name == "v1" and release.startswith("v1.6.1/")
    }
    assert channels == {"standard": False, "experimental": True}


def test_releases_are_named_as_people_write_them() -> None:
    kinds = (Kind("", "Pod"), Kind("networking.istio.io", "Sidecar"), Kind("policy.linkerd.io", "Server"))
    judged_by = {project: newest(project) for project in ("istio", "kubernetes", "linkerd")}
    assert Catalogue.bundled().versions(kinds) == judged_by
    asked = Catalogue.bundled().narrowed({"gateway_api": "v1.2.0", "linkerd": "2.19"})
    assert asked.versions(kinds) == {**judged_by, "gateway_api": "1.2", "linkerd": "2.19"}


RELEASES: dict[str, list[str]] = {
    "argo-rollouts": ["v1.9.1"],
    "cert-manager": ["v1.21.1"],
    "cilium": ["1.14.5", "1.15", "1.16.0", "1.17.1", "1.18.2", "1.19.0", "1.20.0"],
    "flagger": ["v1.44.0"],
    "gateway-api": [
        f"{release}/{channel}"
        for release in ("v1.0.0", "v1.1.1", "v1.2.1", "v1.3.0", "v1.4.1", "v1.5.1", "v1.6.1")
        for channel in ("standard", "experimental")
    ],
    "istio": [
        "1.18.7",
        "1.19.10",
        "1.20.8",
        "1.21.6",
        "1.22.8",
        "1.23.6",
        "1.24.6",
        "1.25.5",
        "1.26.8",
        "1.27.9",
        "1.28.10",
        "1.29.6",
        "1.30.3",
    ],
    "kubernetes": ["1.37"],
    "linkerd": [
        "stable-2.14.10",
        "edge-24.2.4",
        "edge-24.8.2",
        "edge-24.11.8",
        "edge-25.4.4",
        "edge-25.10.7",
        "edge-26.6.3",
        "edge-26.8.3",
    ],
    "smi": ["linkerd-smi-v0.2.7", "smi-sdk-go-main-a143f8b"],
    "trust-manager": ["v0.24.0"],
}


def test_no_release_is_lost_and_all_are_in_order() -> None:
    releases = Archive().index["releases"]
    assert {project: [name for name in names if name in RELEASES[project]] for project, names in releases.items()} == (
        RELEASES
    )
    assert releases == {project: sorted(names, key=release_order) for project, names in releases.items()}


def test_importing_the_catalogue_imports_no_validator_and_no_yaml_library() -> None:
    program = (
        "import sys; from service_mesh.catalog.catalogue import Catalogue; Catalogue.bundled();"
        "print([name for name in ('jsonschema_rs', 'yaml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_judging_one_kind_reads_no_file_of_another(tmp_path: Path) -> None:
    Collection.read(DATA).write(tmp_path)
    for path in tmp_path.rglob("*.json"):
        if path.parent != tmp_path and path.name != SHARED and path.stem != "VirtualService":
            path.unlink()
    data = {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": "a"}, "spec": {}}
    assert Catalogue(Archive(tmp_path)).check(Resource(data)).faults == ()
