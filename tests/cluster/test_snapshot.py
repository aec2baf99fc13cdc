"""Places of objects in snapshots, and what is said of members that could not be read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from service_mesh.cluster.bounds import Bounds
from service_mesh.cluster.snapshot import Snapshot, read_snapshot
from service_mesh.errors import InputError
from service_mesh.model.origin import Layer
from service_mesh.model.resource import Resource
from service_mesh.model.unchecked import NotChecked
from service_mesh.source.locate import locate
from tests.cluster.packing import Files, as_folder, as_tar, as_zip, listed, obj, zip_bytes

PODS = """\
# listed with kubectl
apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: a
- apiVersion: v1
  kind: Pod
  metadata:
    name: b
  spec:
    containers:
    - env:
      - {name: TOKEN, value: hunter2}
      image: web
kind: List
---
apiVersion: v1
kind: Service
metadata:
  name: c
"""


def resources(snapshot: Snapshot) -> dict[str, Resource]:
    return {resource.name: resource for cluster in snapshot.clusters for resource in cluster.resources}


def place(resource: Resource, *path: str | int) -> tuple[str, int, int, int, str]:
    assert resource.origin is not None
    found = locate(resource.origin, path)
    return found.file, found.document, found.line, found.column, found.snippet


class TestPlaces:
    def test_file_and_line_of_a_member_are_those_of_its_text(self, tmp_path: Path) -> None:
        path = as_tar(tmp_path, {"dump/pods.yaml": PODS})
        found = resources(read_snapshot(path))
        file = f"{path}!dump/pods.yaml"
        assert place(found["a"], "metadata", "name") == (file, 1, 7, 11, "    name: a")
        image = (file, 1, 16, 14, "      image: web")
        assert place(found["b"], "spec", "containers", 0, "image") == image
        assert place(found["c"], "metadata", "name") == (file, 2, 22, 9, "  name: c")

    def test_line_with_a_secret_is_shown_without_it(self, tmp_path: Path) -> None:
        found = resources(read_snapshot(as_tar(tmp_path, {"pods.yaml": PODS})))
        shown = place(found["b"], "spec", "containers", 0, "env", 0, "value")[4]
        assert shown == "      - {name: TOKEN, value: xxxxxxx}"

    def test_file_of_an_archive_in_an_archive_names_both(self, tmp_path: Path) -> None:
        path = as_zip(tmp_path, {"east.zip": zip_bytes({"pods.yaml": PODS})})
        assert place(resources(read_snapshot(path))["a"])[0] == f"{path}!east.zip!pods.yaml"

    def test_file_of_a_folder_is_its_path(self, tmp_path: Path) -> None:
        path = as_folder(tmp_path, {"pods.yaml": PODS})
        assert place(resources(read_snapshot(path))["a"])[0] == f"{path}/pods.yaml"

    def test_place_in_a_list_of_json_is_found(self, tmp_path: Path) -> None:
        path = as_tar(tmp_path, {"pods.json": listed(obj("Pod", "a", "shop"), obj("Pod", "b", "shop"))})
        where = place(resources(read_snapshot(path))["b"], "metadata", "name")
        assert where[:3] == (f"{path}!pods.json", 1, 1)
        assert where[3] == listed(obj("Pod", "a", "shop"), obj("Pod", "b", "shop")).index('"b"') + 1

    def test_objects_are_of_the_layer_of_snapshots(self, tmp_path: Path) -> None:
        found = resources(read_snapshot(as_tar(tmp_path, {"pods.yaml": PODS})))
        assert {resource.layer for resource in found.values()} == {Layer.SNAPSHOT}


class TestUnread:
    def test_cut_off_document_is_named_and_the_others_are_read(self, tmp_path: Path) -> None:
        path = as_tar(tmp_path, {"a.yaml": PODS + "---\nkind: [Pod, hunter2\n", "b.json": '{"kind": "Pod", "metadata'})
        found = read_snapshot(path)
        assert sorted(resources(found)) == ["a", "b", "c"]
        reason = "the document is cut off, or no YAML or JSON"
        again = "take the snapshot of it again"
        assert found.unread == (
            NotChecked(f"{path}!a.yaml line 24", reason, again),
            NotChecked(f"{path}!b.json line 1", reason, again),
        )
        assert "hunter2" not in repr(found)

    def test_object_without_a_kind_is_named(self, tmp_path: Path) -> None:
        path = as_tar(tmp_path, {"a.yaml": "apiVersion: v1\nmetadata: {name: x}\n", "b.yaml": PODS})
        assert [(note.what, note.why) for note in read_snapshot(path).unread] == [
            (f"{path}!a.yaml line 1", "the document is no Kubernetes object"),
        ]

    def test_number_of_notes_is_bounded(self, tmp_path: Path) -> None:
        path = as_tar(tmp_path, {"a.yaml": "---\n".join(["k: [\n"] * 100)})
        assert len(read_snapshot(path).unread) == 21

    def test_binary_member_is_named(self, tmp_path: Path) -> None:
        path = as_tar(tmp_path, {"a.yaml": b"\0\1", "b.yaml": PODS})
        assert read_snapshot(path).unread == (
            NotChecked(f"{path}!a.yaml", "the member is no text in UTF-8", "give YAML, JSON or Markdown text"),
        )

    def test_cut_off_archive_gives_what_could_be_read(self, tmp_path: Path) -> None:
        path = Path(as_tar(tmp_path, {"a.yaml": PODS, "b.yaml": PODS}, "s.tar"))
        path.write_bytes(path.read_bytes()[:1700])
        found = read_snapshot(str(path))
        assert sorted(resources(found)) == ["a", "b", "c"]
        cut_off = "the archive is cut off: what stands behind the last whole member is lost"
        assert [(note.what, note.why) for note in found.unread] == [
            (f"{path}!b.yaml", "the member is damaged or cut off"),
            (str(path), cut_off),
        ]

    @pytest.mark.parametrize("pack", [as_tar, as_zip])
    def test_wherever_an_archive_is_cut_there_is_an_answer(
        self, tmp_path: Path, pack: Callable[[Path, Files], str]
    ) -> None:
        whole = Path(pack(tmp_path, {"a.yaml": PODS, "b/pods.yaml": PODS.replace("name: ", "name: x")}))
        content = whole.read_bytes()
        for end in range(4, len(content) - 8, 7):
            whole.write_bytes(content[:end])
            assert read_snapshot(str(whole)).unread

    def test_template_is_named(self, tmp_path: Path) -> None:
        path = as_tar(tmp_path, {"a.yaml": PODS.replace("name: c", "name: c-{{ .Values.x }}"), "b.yaml": PODS})
        assert [(note.what, note.why) for note in read_snapshot(path).unread] == [
            (f"{path}!a.yaml", "an object is a template"),
        ]

    def test_snapshot_without_objects_says_so(self, tmp_path: Path) -> None:
        path = as_tar(tmp_path, {"readme.txt": "hello"})
        found = read_snapshot(path)
        assert found.clusters == ()
        assert [(note.what, note.why) for note in found.unread] == [(path, "it holds no Kubernetes objects")]

    def test_single_file_that_is_binary_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_bytes(b"\0\1")
        with pytest.raises(InputError) as caught:
            read_snapshot(str(tmp_path / "a.yaml"))
        assert str(caught.value) == f"'{tmp_path}/a.yaml' is binary; give YAML, JSON or Markdown text"

    def test_bounds_hold_for_a_snapshot(self, tmp_path: Path) -> None:
        path = as_tar(tmp_path, {"a.yaml": PODS, "b.yaml": PODS})
        with pytest.raises(InputError, match="holds more than 1 members"):
            read_snapshot(path, Bounds(members=1))
