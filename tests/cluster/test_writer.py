"""Snapshots that are written: they read back to the same, hold no secrets, and are there whole or not at all."""

import gzip
import io
import json
import os
import tarfile
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from service_mesh.cluster import writer
from service_mesh.cluster.bounds import Bounds
from service_mesh.cluster.exports import Export, ExportKind
from service_mesh.cluster.layouts import Layout
from service_mesh.cluster.snapshot import ClusterSnapshot, Snapshot, read_snapshot
from service_mesh.cluster.writer import write_snapshot
from service_mesh.errors import InputError, UsageError
from service_mesh.model.kinds import GATEWAY, POD, SECRET, SERVICE, Kind
from service_mesh.model.origin import Layer
from service_mesh.model.resource import Resource
from service_mesh.model.unchecked import NotChecked
from service_mesh.source.locate import locate
from tests.cluster.packing import as_folder, as_tar, listed, obj
from tests.cluster.secrets import CANARY, certificate, encoded
from tests.cluster.test_canaries import FORMS, PLACES, check
from tests.cluster.test_layouts import BUG_REPORT, MUST_GATHER, SYSDUMP

SUFFIXES = ("tar.gz", "tgz", "zip", "yaml", "yml")
TAKEN = datetime(2026, 11, 20, 12, 0, 1, 250_000, tzinfo=UTC)
CHECK = {"success": True, "categories": [{"categoryName": "a", "checks": []}]}
WEB = obj("Pod", "web", "shop", spec={"nodeName": "n1", "text": "first\nsecond --- é \U0001f600 \u2028"})
TLS = obj("Secret", "tls", "shop", type="kubernetes.io/tls", data={"tls.crt": encoded(certificate())})
GATE = obj("Gateway", "gate", "shop", api="networking.istio.io/v1", spec={"servers": [1, 2.5, None, True, {}]})


def cluster(name: str, *objects: dict[str, object], mark: str = "") -> ClusterSnapshot:
    return ClusterSnapshot(
        name=name,
        resources=tuple(Resource(data, cluster=mark, layer=Layer.CONTEXT) for data in objects),
        taken_at=TAKEN,
        layout=Layout.LIVE,
        exports=(Export(ExportKind.LINKERD_CHECK, CHECK, "check.json"),),
        listed=frozenset({POD, SERVICE, GATEWAY}),
        server_version="1.30.4-gke.1348000",
    )


NOTE = NotChecked("Secret of the core group", "listing it in all namespaces is forbidden (403)", "ask " + "x" * 900)
ONE = Snapshot((cluster("east", WEB, TLS, GATE),), (NOTE,))
TWO = Snapshot((cluster("east", WEB, mark="east"), cluster("West 2/é", WEB, GATE, mark="West 2/é")), (NOTE,))


def told(one: ClusterSnapshot) -> tuple[object, ...]:
    """What has to be the same of a cluster, whichever way it was read."""
    data = {resource.key: (resource.data, resource.cluster) for resource in one.resources}
    exports = [(export.kind, export.data) for export in one.exports]
    return one.name, data, one.taken_at, exports, one.listed, one.server_version


def again(snapshot: Snapshot, folder: Path, suffix: str) -> Snapshot:
    path = str(folder / f"snapshot.{suffix}")
    write_snapshot(snapshot, path)
    return read_snapshot(path)


class TestRoundTrip:
    @pytest.mark.parametrize("suffix", SUFFIXES)
    @pytest.mark.parametrize("snapshot", [ONE, TWO], ids=["one", "two"])
    def test_what_is_written_reads_back_to_the_same(self, tmp_path: Path, suffix: str, snapshot: Snapshot) -> None:
        first = again(snapshot, tmp_path, suffix)
        assert first.unread == (NOTE,)
        assert [one.layout for one in first.clusters] == [Layout.OWN] * len(snapshot.clusters)
        assert [told(one)[0] for one in first.clusters] == [one.name for one in snapshot.clusters]
        assert [told(one)[2:] for one in first.clusters] == [told(one)[2:] for one in snapshot.clusters]
        second = again(first, tmp_path / "..", f"{tmp_path.name}.{suffix}")
        assert [told(one) for one in second.clusters] == [told(one) for one in first.clusters]

    @pytest.mark.parametrize("suffix", SUFFIXES)
    def test_objects_without_secrets_are_the_same(self, tmp_path: Path, suffix: str) -> None:
        (found,) = again(Snapshot((cluster("", WEB, GATE),), ()), tmp_path, suffix).clusters
        assert sorted((resource.data for resource in found.resources), key=str) == sorted([WEB, GATE], key=str)
        assert {(resource.layer, resource.cluster) for resource in found.resources} == {(Layer.SNAPSHOT, "")}

    @pytest.mark.parametrize("files", [MUST_GATHER, BUG_REPORT, SYSDUMP], ids=["must-gather", "bug-report", "sysdump"])
    @pytest.mark.parametrize("suffix", ["tar.gz", "zip", "yaml"])
    def test_snapshots_of_other_tools_stay_what_they_are(
        self, tmp_path: Path, files: dict[str, str | bytes], suffix: str
    ) -> None:
        before = read_snapshot(as_tar(tmp_path, files, "before.tar.gz"))
        after = again(before, tmp_path, suffix)
        assert [told(one) for one in after.clusters] == [told(one) for one in before.clusters]
        assert after.unread == before.unread

    @pytest.mark.parametrize("suffix", ["tar.gz", "yaml"])
    def test_cluster_without_objects_stays_a_cluster(self, tmp_path: Path, suffix: str) -> None:
        (found,) = again(
            Snapshot((replace(cluster("east"), taken_at=None, exports=()),), ()), tmp_path, suffix
        ).clusters
        assert told(found) == ("east", {}, None, [], {POD, SERVICE, GATEWAY}, "1.30.4-gke.1348000")

    def test_many_objects_are_spread_over_members(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(writer, "_MEMBER", 100)
        pods = [obj("Pod", f"web-{number}", "shop") for number in range(5)]
        (found,) = again(Snapshot((cluster("east", *pods),), ()), tmp_path, "zip").clusters
        assert [resource.data for resource in found.resources] == pods
        names = zipfile.ZipFile(tmp_path / "snapshot.zip").namelist()
        assert names == [
            "east/service-mesh-snapshot.json",
            "east/pod-0001.json",
            "east/pod-0002.json",
            "east/pod-0003.json",
        ]

    def test_same_snapshot_gives_the_same_bytes(self, tmp_path: Path) -> None:
        for suffix in SUFFIXES:
            write_snapshot(TWO, str(tmp_path / f"a.{suffix}"))
            write_snapshot(TWO, str(tmp_path / f"b.{suffix}"))
            assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()

    def test_yaml_is_read_by_other_tools(self, tmp_path: Path) -> None:
        yaml = pytest.importorskip("yaml")
        write_snapshot(ONE, str(tmp_path / "a.yaml"))
        documents = list(yaml.safe_load_all((tmp_path / "a.yaml").read_text(encoding="utf-8")))
        assert [(one["kind"], one["apiVersion"]) for one in documents] == [
            ("Snapshot", "service-mesh/v1"),
            ("Pod", "v1"),
            ("Secret", "v1"),
            ("Gateway", "networking.istio.io/v1"),
        ]


class TestPlaces:
    def test_object_is_found_on_its_line_of_a_member(self, tmp_path: Path) -> None:
        pods = [obj("Pod", "a", "shop"), obj("Pod", "b", "shop")]
        (found,) = again(Snapshot((cluster("east", *pods),), ()), tmp_path, "tar.gz").clusters
        origin = found.resources[1].origin
        assert origin is not None
        where = locate(origin, ("metadata", "name"))
        expected = (f"{tmp_path}/snapshot.tar.gz!east/pod.json", 2, 2, 52)
        assert (where.file, where.document, where.line, where.column) == expected

    def test_object_is_found_on_its_line_of_a_file_with_several_clusters(self, tmp_path: Path) -> None:
        found = again(TWO, tmp_path, "yaml").clusters[1].resources[1]
        assert found.title == "Gateway shop/gate"
        assert found.origin is not None
        where = locate(found.origin, ("spec", "servers", 1))
        lines = (tmp_path / "snapshot.yaml").read_text(encoding="utf-8").split("\n")
        assert (where.file, where.document, where.line) == (f"{tmp_path}/snapshot.yaml", 5, 10)
        assert lines[9][where.column - 1 :].startswith("2.5")


class TestDamage:
    def test_damaged_line_costs_one_object(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        write_snapshot(Snapshot((cluster("east", WEB, GATE),), ()), str(path))
        lines = path.read_text(encoding="utf-8").split("\n")
        lines[3] = lines[3][:-9]
        path.write_text("\n".join(lines), encoding="utf-8")
        found = read_snapshot(str(path))
        assert [resource.title for resource in found.clusters[0].resources] == ["Gateway shop/gate"]
        reason = "the document is cut off, or no YAML or JSON"
        assert found.unread == (NotChecked(f"{path} line 4", reason, "take the snapshot of it again"),)

    @pytest.mark.parametrize(
        "line",
        [
            '{"apiVersion": "v1", "kind": "Pod", "kind": "Service"}',
            '{"apiVersion": "v1", "kind": "Pod", "x": 1e999}',
            '{"apiVersion": "v1", "kind": "Pod", "x": NaN}',
            '{"apiVersion": "v1", "kind": "Pod"} {"apiVersion": "v1", "kind": "Pod"}',
            '{"apiVersion": "v1", "kind": 1}',
            '{"kind": "Pod"}',
            "kind: Pod",
            "[" * 5000,
        ],
    )
    def test_line_that_is_no_object_is_told(self, tmp_path: Path, line: str) -> None:
        manifest = '{"apiVersion":"service-mesh/v1","kind":"Snapshot","name":"east"}'
        path = as_folder(tmp_path, {"service-mesh-snapshot.json": manifest, "x.json": f"{json.dumps(WEB)}\n{line}\n"})
        found = read_snapshot(path)
        assert [resource.data for resource in found.clusters[0].resources] == [WEB]
        assert [note.what for note in found.unread] == [f"{path}/x.json line 2"]

    @pytest.mark.parametrize(
        "manifest",
        [
            "",
            "{",
            "[]",
            '{"name": 1, "takenAt": "x", "serverVersion": [], "listed": [1, [2, 3], ["a"]], "exports": 5}',
            '{"takenAt": "2026-01-01T00:00:00", "notChecked": [1, {}], "exports": [{"success": 1}, null]}',
        ],
    )
    def test_odd_manifest_tells_nothing(self, tmp_path: Path, manifest: str) -> None:
        files = {"service-mesh-snapshot.json": manifest, "pod.json": json.dumps(WEB)}
        (found,) = read_snapshot(as_tar(tmp_path, files)).clusters
        assert (found.name, found.listed, found.server_version, found.exports) == ("", frozenset(), "", ())
        assert [resource.data for resource in found.resources] == [WEB]

    def test_cut_off_archive_is_read_as_far_as_it_goes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(writer, "_MEMBER", 10_000)
        path = tmp_path / "a.tar.gz"
        pods = [obj("Pod", sha256(f"{number}".encode()).hexdigest(), "shop") for number in range(1000)]
        write_snapshot(Snapshot((cluster("east", *pods),), ()), str(path))
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        (found,) = read_snapshot(str(path)).clusters
        assert found.name == "east"
        assert 300 < len(found.resources) < 700
        cut_off = "the archive is cut off: what stands behind the last whole member is lost"
        assert cut_off in [note.why for note in read_snapshot(str(path)).unread]


class TestSeveral:
    def test_snapshots_of_one_cluster_at_two_times_stay_two(self, tmp_path: Path) -> None:
        namespace = obj("Namespace", "kube-system")
        namespace["metadata"] = {"name": "kube-system", "uid": "1"}
        for name in ("before", "after"):
            write_snapshot(Snapshot((cluster("east", namespace),), ()), str(tmp_path / f"{name}.yaml"))
        names = [one.name for one in read_snapshot(str(tmp_path)).clusters]
        assert names == ["east after.yaml", "east before.yaml"]

    def test_files_of_several_clusters_side_by_side_are_all_clusters(self, tmp_path: Path) -> None:
        write_snapshot(TWO, str(tmp_path / "a.tar.gz"))
        write_snapshot(Snapshot((cluster("north", WEB),), ()), str(tmp_path / "b.yaml"))
        names = [one.name for one in read_snapshot(str(tmp_path)).clusters]
        assert sorted(names) == ["West 2/é", "east", "north"]


class TestSecrets:
    @pytest.mark.parametrize("suffix", ["tar.gz", "zip", "yaml"])
    @pytest.mark.parametrize("place", [name for name, data in PLACES.items() if data["kind"] != "List"])
    def test_secret_in_an_object_never_gets_into_the_file(self, tmp_path: Path, place: str, suffix: str) -> None:
        given = Snapshot((cluster("east", PLACES[place]),), (NotChecked("a", "b", "c"),))
        found = again(given, tmp_path, suffix)
        assert len(check(found)) == 1
        for text in contents(tmp_path / f"snapshot.{suffix}"):
            assert [form for form in FORMS if form in text] == []

    def test_secrets_that_somebody_put_into_a_snapshot_do_not_come_out(self, tmp_path: Path) -> None:
        manifest = {
            "apiVersion": "service-mesh/v1",
            "kind": "Snapshot",
            "name": f"token={CANARY}",
            "notChecked": [{"what": f"password: {CANARY}", "why": f"Bearer {CANARY}aaaa", "howToSettle": ""}],
            "exports": [{"success": True, "categories": [{"categoryName": "a", "checks": [{"password": CANARY}]}]}],
        }
        objects = "\n".join(json.dumps(data) for data in PLACES.values() if data["kind"] != "List")
        files = {"service-mesh-snapshot.json": json.dumps(manifest), "all.json": objects}
        assert len(check(read_snapshot(as_tar(tmp_path, files)))) > 15


def contents(path: Path) -> list[str]:
    """Every text in a written snapshot, with its names."""
    content = path.read_bytes()
    if path.suffix == ".zip":
        archive = zipfile.ZipFile(io.BytesIO(content))
        return [name + archive.read(name).decode("utf-8") for name in archive.namelist()]
    if path.suffix == ".gz":
        return [gzip.decompress(content).decode("utf-8")]
    return [content.decode("utf-8")]


class TestFiles:
    def test_file_that_is_there_is_replaced_and_nothing_is_left_beside_it(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        path.write_text("old", encoding="utf-8")
        write_snapshot(ONE, str(path))
        assert [entry.name for entry in tmp_path.iterdir()] == ["a.zip"]
        assert len(read_snapshot(str(path)).clusters) == 1

    def test_file_is_for_its_owner_alone(self, tmp_path: Path) -> None:
        write_snapshot(ONE, str(tmp_path / "a.yaml"))
        assert (tmp_path / "a.yaml").stat().st_mode & 0o777 == 0o600

    def test_failure_leaves_the_old_file_and_nothing_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        path = tmp_path / "a.tar.gz"
        path.write_text("old", encoding="utf-8")
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(InputError) as caught:
            write_snapshot(ONE, str(path))
        assert caught.value.message == f"'{path}' was not written: no space left on device"
        assert [entry.read_text(encoding="utf-8") for entry in tmp_path.iterdir()] == ["old"]

    def test_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="was not written: no such file or directory; name a file in a folder"):
            write_snapshot(ONE, str(tmp_path / "gone" / "a.zip"))

    @pytest.mark.parametrize("name", ["a", "a.json", "a.tar", "a.tar.gz.txt", ""])
    def test_other_suffix_is_a_wrong_use(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(UsageError, match=r"let it end in one of \.tar\.gz, \.tgz, \.zip, \.yaml, \.yml"):
            write_snapshot(ONE, str(tmp_path / name))

    def test_more_than_can_be_read_back_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(writer, "Bounds", lambda: Bounds(total=100))
        with pytest.raises(InputError, match="take it in parts, such as namespaces"):
            write_snapshot(ONE, str(tmp_path / "a.zip"))
        assert list(tmp_path.iterdir()) == []

    def test_names_of_clusters_and_kinds_lead_to_no_other_folder(self, tmp_path: Path) -> None:
        odd = obj("../../Etc", "x", api="a/../b/v1")
        given = Snapshot((cluster("../up", odd), cluster("..", odd), cluster("/abs", odd), cluster("up", odd)), ())
        write_snapshot(given, str(tmp_path / "a.tar.gz"))
        with tarfile.open(tmp_path / "a.tar.gz") as archive:
            folders = [name.partition("/")[0] for name in archive.getnames()]
        assert sorted(set(folders)) == ["abs", "cluster", "up", "up-2"]
        assert read_snapshot(str(tmp_path / "a.tar.gz")).unread == ()


class TestRoots:
    def test_file_in_the_roots_is_written_and_read(self, tmp_path: Path) -> None:
        path, roots = str(tmp_path / "a.zip"), (str(tmp_path),)
        write_snapshot(ONE, path, roots=roots)
        assert len(read_snapshot(path, roots=roots).clusters) == 1

    def test_file_outside_of_the_roots_is_refused(self, tmp_path: Path) -> None:
        inside = tmp_path / "in"
        inside.mkdir()
        path = str(tmp_path / "a.zip")
        for act in (lambda: write_snapshot(ONE, path, roots=(str(inside),)), lambda: read_snapshot(path, roots=())):
            with pytest.raises(InputError, match="lies outside the allowed roots"):
                act()

    def test_link_that_leads_out_of_the_roots_is_refused(self, tmp_path: Path) -> None:
        inside = tmp_path / "in"
        inside.mkdir()
        write_snapshot(ONE, str(tmp_path / "a.zip"))
        (inside / "a.zip").symlink_to(tmp_path / "a.zip")
        for act in (
            lambda: write_snapshot(ONE, str(inside / "a.zip"), roots=(str(inside),)),
            lambda: read_snapshot(str(inside / "a.zip"), roots=(str(inside),)),
            lambda: read_snapshot(f"{inside}/../a.zip", roots=(str(inside),)),
        ):
            with pytest.raises(InputError, match="lies outside the allowed roots"):
                act()

    def test_relative_path_is_looked_for_in_the_roots(self, tmp_path: Path) -> None:
        write_snapshot(ONE, str(tmp_path / "a.zip"))
        assert len(read_snapshot("a.zip", roots=(str(tmp_path),)).clusters) == 1

    @pytest.mark.parametrize("path", ["", "  ", "a\0.zip"])
    def test_path_that_is_none_is_refused(self, tmp_path: Path, path: str) -> None:
        with pytest.raises(InputError, match="a path is empty or holds a NUL character"):
            read_snapshot(path, roots=(str(tmp_path),))


def test_kinds_of_other_tools_count_as_listed_where_there_is_one(tmp_path: Path) -> None:
    (found,) = read_snapshot(as_tar(tmp_path, {"a.json": listed(WEB, TLS)})).clusters
    assert found.listed == {POD, SECRET, Kind("", "Pod")}
