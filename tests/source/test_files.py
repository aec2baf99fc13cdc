"""Paths into texts: what is read, in which order, and what is said about the rest."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from service_mesh.errors import InputError
from service_mesh.model.unchecked import NotChecked
from service_mesh.source.files import Files, read_text, replace_text

CHART = "a Helm chart is checked after rendering"
PATCH = "a Kustomize patch is no whole object; it is checked in the rendered overlay"
OVERLAY = "a Kustomize overlay is checked after rendering"
ROOT_READS_ALL = pytest.mark.skipif(os.geteuid() == 0, reason="permission bits do not bind root")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(names: str, content: str = "a: 1\n") -> None:
    for name in names.split():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(content, encoding="utf-8")


def read(files: Files, *paths: str) -> list[str]:
    return [source.name for source in files.texts(paths)]


def refusal(files: Files, *paths: str) -> str:
    with pytest.raises(InputError) as caught:
        read(files, *paths)
    return str(caught.value)


@pytest.mark.usefixtures("here")
class TestFolders:
    def test_folder_is_read_in_the_order_of_names(self) -> None:
        write("m/b.yaml m/a.yml m/B.YAML m/c/z.json m/a/y.md m/d.markdown")
        assert read(Files(), "m") == ["m/B.YAML", "m/a.yml", "m/b.yaml", "m/d.markdown", "m/a/y.md", "m/c/z.json"]

    def test_what_is_no_manifest_or_hidden_is_passed_over(self) -> None:
        write("m/a.yaml m/a.txt m/a.sh m/.a.yaml m/.git/a.yaml m/node_modules/a.yaml m/__pycache__/a.yaml")
        files = Files()
        assert read(files, "m") == ["m/a.yaml"]
        assert files.unread == []

    def test_hidden_folder_is_read_when_named(self) -> None:
        write(".m/a.yaml")
        assert read(Files(), ".m") == [".m/a.yaml"]

    def test_folder_without_manifests_is_noted(self) -> None:
        write("m/a.txt n/b.yaml")
        files = Files()
        assert read(files, "n", "m") == ["n/b.yaml"]
        assert files.unread == [
            NotChecked("m", "the folder holds no YAML, JSON or Markdown file", "name another folder")
        ]

    def test_chart_is_noted_once_and_its_templates_are_not_read(self) -> None:
        write("m/c/Chart.yaml m/c/values.yaml m/c/templates/a.yaml m/c/crds/b.yaml m/c/README.md m/d.yaml")
        write("m/c/charts/s/Chart.yaml m/c/charts/s/templates/a.yaml")
        files = Files()
        assert read(files, "m") == ["m/d.yaml", "m/c/README.md", "m/c/crds/b.yaml"]
        assert files.unread == [
            NotChecked("m/c", CHART, "helm template NAME m/c | service-mesh validate -"),
            NotChecked("m/c/charts/s", CHART, "helm template NAME m/c/charts/s | service-mesh validate -"),
        ]

    def test_values_outside_a_chart_are_read(self) -> None:
        write("m/values.yaml m/templates/a.yaml")
        assert read(Files(), "m") == ["m/values.yaml", "m/templates/a.yaml"]

    def test_patches_of_an_overlay_are_not_read(self) -> None:
        write("o/resource.yaml o/p1.yaml o/p2.yaml o/p3.yaml o/sub/p4.yaml o/sub/other.yaml o/absent.yaml")
        write(
            "o/kustomization.yaml",
            "resources: [resource.yaml]\n"
            'patches:\n- path: p1.yaml\n- patch: "inline"\n- path: sub/p4.yaml\n- 5\n- path: "a\\0b"\n'
            "patchesJson6902:\n- {path: p2.yaml, target: {}}\n"
            "patchesStrategicMerge:\n- p3.yaml\n- |\n  kind: Pod\n",
        )
        files = Files()
        assert read(files, "o") == ["o/absent.yaml", "o/resource.yaml", "o/sub/other.yaml"]
        assert files.unread == [NotChecked("o", OVERLAY, "kubectl kustomize o | service-mesh validate -")]

    def test_patches_beside_an_overlay_are_not_read(self) -> None:
        write("m/base/a.yaml m/patches/p.yaml m/patches/q.yaml")
        write("m/overlays/prod/kustomization.yaml", "patches: [{path: ../../patches/p.yaml}]\n")
        files = Files()
        assert read(files, "m") == ["m/base/a.yaml", "m/patches/q.yaml"]
        assert files.unread == [
            NotChecked("m/overlays/prod", OVERLAY, "kubectl kustomize m/overlays/prod | service-mesh validate -")
        ]

    def test_patches_of_an_overlay_that_is_given_later_are_not_read(self) -> None:
        write("base/a.yaml base/p.yaml")
        write("prod/kustomization.yaml", "patchesStrategicMerge: [../base/p.yaml]\n")
        assert read(Files(), "base", "prod") == ["base/a.yaml"]

    def test_resource_of_one_overlay_is_read_though_another_one_patches_with_it(self) -> None:
        write("m/a.yaml")
        write("m/kustomization.yaml", "resources: [a.yaml, ../other, https://example.com/x]\n")
        write("m/prod/kustomization.yaml", "patches: [{path: ../a.yaml}]\n")
        assert read(Files(), "m") == ["m/a.yaml"]

    @pytest.mark.parametrize("named", ["o/p.yaml", "o/sub/p.yaml", "o/sub/sub/p.yaml"])
    def test_patch_that_is_named_itself_is_noted_with_its_overlay(self, named: str) -> None:
        write(named)
        write("o/kustomization.yaml", "patches: [{path: p.yaml}, {path: sub/p.yaml}, {path: sub/sub/p.yaml}]\n")
        files = Files()
        assert read(files, named) == []
        assert files.unread == [NotChecked(named, PATCH, "kubectl kustomize o | service-mesh validate -")]

    def test_patch_in_the_working_folder_is_noted(self) -> None:
        write("p.yaml q.yaml")
        write("kustomization.yaml", "patches: [{path: p.yaml}]\n")
        files = Files()
        assert read(files, "*.yaml") == ["q.yaml"]
        assert files.unread == [
            NotChecked("kustomization.yaml", OVERLAY, "kubectl kustomize . | service-mesh validate -"),
            NotChecked("p.yaml", PATCH, "kubectl kustomize . | service-mesh validate -"),
        ]

    @pytest.mark.parametrize("content", ["", "- a\n", "a: [\n", "patches: p.yaml\n", "patches: &a [*a]\n"])
    def test_odd_overlay_has_no_patches(self, content: str) -> None:
        write("o/p.yaml")
        write("o/kustomization.yml", content)
        assert read(Files(), "o") == ["o/p.yaml"]

    def test_overlay_that_is_no_text_or_too_large_has_no_patches(self) -> None:
        write("o/p.yaml q/p.yaml r/p.yaml")
        Path("o/Kustomization").write_bytes(b"patches: [{path: p.yaml}] # \xff")
        write("q/Kustomization", "patches: [{path: p.yaml}]\n" + "#" * 2**20)
        os.mkfifo("r/Kustomization")
        assert read(Files(), "o", "q", "r") == ["o/p.yaml", "q/p.yaml", "r/p.yaml"]

    def test_loops_of_links_end(self) -> None:
        write("m/a.yaml m/n/b.yaml")
        Path("m/n/up").symlink_to(Path("m").resolve())
        Path("m/self").symlink_to("self")
        Path("m/self.yaml").symlink_to("self.yaml")
        Path("m/gone.yaml").symlink_to("nowhere")
        files = Files()
        assert read(files, "m") == ["m/a.yaml", "m/n/b.yaml"]
        assert files.unread == [
            NotChecked(
                "m/gone.yaml", "'m/gone.yaml': no such file or folder", "check the spelling and the working folder"
            ),
            NotChecked("m/self.yaml", "'m/self.yaml': a link that leads to itself", "make it readable"),
        ]

    def test_faulty_files_of_a_folder_are_noted(self) -> None:
        write("m/z.yaml")
        Path("m/a.yaml").write_bytes(b"\0\1")
        Path("m/b.yaml").write_bytes(b"a: 1\n\xe9")
        os.mkfifo("m/c.yaml")
        files = Files()
        assert read(files, "m") == ["m/z.yaml"]
        assert [(entry.what, entry.why) for entry in files.unread] == [
            ("m/a.yaml", "'m/a.yaml' is binary"),
            ("m/b.yaml", "'m/b.yaml' line 2: byte 0xe9 is not UTF-8"),
            ("m/c.yaml", "'m/c.yaml' is neither a file nor a folder"),
        ]

    def test_file_that_was_noted_is_refused_when_named(self) -> None:
        write("m/a.yaml")
        Path("m/a.yaml").write_bytes(b"\0")
        assert refusal(Files(), "m", "m/a.yaml") == "'m/a.yaml' is binary; give YAML, JSON or Markdown text"


@pytest.mark.usefixtures("here")
class TestPaths:
    def test_file_may_have_any_name(self) -> None:
        write("a.txt b")
        assert read(Files(), "a.txt", "b") == ["a.txt", "b"]

    def test_file_named_twice_is_read_once(self) -> None:
        write("m/a.yaml")
        Path("l.yaml").symlink_to("m/a.yaml")
        assert read(Files(), "m/a.yaml", "./m/a.yaml", "m", "l.yaml", "m/*.yaml") == ["m/a.yaml"]

    def test_glob_is_expanded(self) -> None:
        write("m/b.yaml m/a.yaml m/c/d.yaml")
        assert read(Files(), "m/*.yaml", "**/d.yaml") == ["m/a.yaml", "m/b.yaml", "m/c/d.yaml"]

    def test_name_that_looks_like_a_glob_is_a_name_where_it_exists(self) -> None:
        write("a[1].yaml a1.yaml")
        assert read(Files(), "a[1].yaml") == ["a[1].yaml"]

    def test_glob_without_match_is_refused(self) -> None:
        assert refusal(Files(), "m/*.yaml") == "no file matches 'm/*.yaml'; quote the pattern and check the folder"

    @pytest.mark.parametrize("path", ["", "  ", "a\0b"])
    def test_path_that_names_nothing_is_refused(self, path: str) -> None:
        assert refusal(Files(), path) == "a path is empty or holds a NUL character; name a file, a folder or a glob"

    def test_absent_file_is_refused(self) -> None:
        assert refusal(Files(), "a.yaml") == (
            "'a.yaml': no such file or folder; check the spelling and the working folder"
        )

    def test_name_beyond_the_system_s_limit_is_refused(self) -> None:
        assert refusal(Files(), "a" * 300) == f"'{'a' * 300}': file name too long; make it readable"

    def test_link_to_itself_is_refused(self) -> None:
        Path("a.yaml").symlink_to("a.yaml")
        assert refusal(Files(), "a.yaml") == "'a.yaml': a link that leads to itself; make it readable"

    @pytest.mark.parametrize("path", ["fifo", "/dev/null"])
    def test_pipe_or_device_is_refused_and_never_waited_for(self, path: str) -> None:
        os.mkfifo("fifo")
        assert refusal(Files(), path) == f"'{path}' is neither a file nor a folder; use - to read standard input"

    def test_input_beyond_the_limit_is_refused_wherever_it_is_met(self) -> None:
        write("m/a.yaml m/b.yaml", "x" * 600)
        limit = "the input is larger than 0.000976562 MB; validate it in parts"
        assert read(Files(max_bytes=1200), "m") == ["m/a.yaml", "m/b.yaml"]
        assert refusal(Files(max_bytes=1024), "m/a.yaml", "m/b.yaml") == limit
        assert refusal(Files(max_bytes=1024), "m") == limit

    def test_text_is_decoded(self) -> None:
        Path("a.yaml").write_bytes("a: é\r\n".encode("utf-16"))
        (source,) = Files().texts(("a.yaml",))
        assert (source.name, source.text, source.line_offset, source.column_offset) == ("a.yaml", "a: é\r\n", 0, 0)


class TestRoots:
    @pytest.fixture
    def root(self, here: Path) -> str:
        write("in/a.yaml in/m/b.yaml out/c.yaml out/d/e.yaml")
        return str(here / "in")

    def test_inside_is_read(self, root: str) -> None:
        assert read(Files(("elsewhere", root)), "in", f"{root}/m/*.yaml") == ["in/a.yaml", "in/m/b.yaml"]

    @pytest.mark.parametrize("path", ["out/c.yaml", "in/../out/c.yaml", "out", "/etc/passwd", "absent", "in2"])
    def test_outside_is_refused_with_the_roots(self, root: str, path: str) -> None:
        Path("in2").mkdir()
        assert refusal(Files((root,)), path) == (
            f"'{path}' lies outside the allowed roots ('{root}'); start the server with --root DIR"
        )

    @pytest.mark.parametrize(("pattern", "part"), [("out/*.yaml", "out"), ("/absent/*", "/absent"), ("*.yaml", ".")])
    def test_pattern_outside_is_refused_whether_it_matches_or_not(self, root: str, pattern: str, part: str) -> None:
        assert refusal(Files((root,)), pattern).startswith(f"'{part}' lies outside the allowed roots")

    def test_no_root_at_all_allows_nothing(self, root: str) -> None:
        assert refusal(Files(()), root) == (
            f"'{root}' lies outside the allowed roots (none); start the server with --root DIR"
        )

    def test_kustomization_outside_says_nothing_about_a_named_file(self, root: str) -> None:
        write("kustomization.yaml", "patches: [{path: in/a.yaml}]\n")
        assert read(Files((root,)), "in/a.yaml") == ["in/a.yaml"]

    def test_links_that_lead_outside_are_noted(self, root: str) -> None:
        Path("in/file.yaml").symlink_to("../out/c.yaml")
        Path("in/folder").symlink_to("../out")
        files = Files((root,))
        assert read(files, "in") == ["in/a.yaml", "in/m/b.yaml"]
        why = f"lies outside the allowed roots ('{root}')"
        assert files.unread == [
            NotChecked("in/folder", f"'in/folder' {why}", "start the server with --root DIR"),
            NotChecked("in/file.yaml", f"'in/file.yaml' {why}", "start the server with --root DIR"),
        ]
        assert refusal(files, "in/file.yaml").startswith("'in/file.yaml' lies outside")

    def test_overlay_outside_is_not_looked_into(self, root: str) -> None:
        write("out/k.yaml", "patches: [{path: a.yaml}]\n")
        Path("in/kustomization.yaml").symlink_to("../out/k.yaml")
        assert read(Files((root,)), "in") == ["in/a.yaml", "in/m/b.yaml"]


@pytest.mark.usefixtures("here")
class TestPermissions:
    @pytest.fixture
    def denied(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The system refuses whatever is called `locked`; permission bits would not bind root."""
        opened, scanned = Path.open, os.scandir

        def refuse(path: object) -> None:
            if "locked" in str(path):
                raise PermissionError(13, "Permission denied")

        def open_checked(self: Path, mode: str = "r", encoding: str | None = None) -> IO[bytes] | IO[str]:
            refuse(self)
            return opened(self, mode, encoding=encoding)

        def scan_checked(path: str) -> Iterator[os.DirEntry[str]]:
            refuse(path)
            return scanned(path)

        monkeypatch.setattr(Path, "open", open_checked)
        monkeypatch.setattr(os, "scandir", scan_checked)

    @pytest.mark.usefixtures("denied")
    def test_unreadable_file_is_refused_when_named_and_noted_when_met(self) -> None:
        Path("m").mkdir()
        for name in ("a.yaml", "locked.yaml"):
            os.close(os.open(f"m/{name}", os.O_CREAT | os.O_WRONLY))
        files = Files()
        assert refusal(files, "m/locked.yaml") == "'m/locked.yaml': permission denied; make it readable"
        assert read(files, "m") == ["m/a.yaml"]
        assert files.unread == [NotChecked("m/locked.yaml", "'m/locked.yaml': permission denied", "make it readable")]

    @pytest.mark.usefixtures("denied")
    def test_unreadable_folder_is_noted(self) -> None:
        Path("m/locked").mkdir(parents=True)
        files = Files()
        assert read(files, "m") == []
        assert files.unread == [NotChecked("m/locked", "permission denied", "make the folder readable")]
        assert refusal(Files(), "m/locked/*") == "no file matches 'm/locked/*'; quote the pattern and check the folder"

    @ROOT_READS_ALL
    def test_permission_bits_are_heeded(self) -> None:
        write("m/a.yaml m/n/b.yaml")
        Path("m/a.yaml").chmod(0)
        Path("m/n").chmod(0)
        files = Files()
        try:
            assert read(files, "m") == []
            assert refusal(files, "m/a.yaml") == "'m/a.yaml': permission denied; make it readable"
            assert refusal(files, "m/n/b.yaml") == "'m/n/b.yaml': permission denied; make it readable"
        finally:
            Path("m/n").chmod(0o700)
        assert [(entry.what, entry.why) for entry in files.unread] == [
            ("m/a.yaml", "'m/a.yaml': permission denied"),
            ("m/n", "permission denied"),
        ]


@pytest.mark.usefixtures("here")
class TestWriting:
    def test_file_keeps_its_encoding_and_mode(self) -> None:
        Path("a.yaml").write_bytes(b"\xef\xbb\xbfa: 1\r\n")
        Path("a.yaml").chmod(0o640)
        Path("l.yaml").symlink_to("a.yaml")
        assert read_text("l.yaml") == "a: 1\r\n"
        replace_text("l.yaml", "a: é\r\n")
        assert Path("a.yaml").read_bytes() == b"\xef\xbb\xbf" + "a: é\r\n".encode()
        assert Path("a.yaml").stat().st_mode & 0o777 == 0o640
        assert sorted(path.name for path in Path().iterdir()) == ["a.yaml", "l.yaml"]

    def test_file_that_cannot_be_written_is_left_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        write("a.yaml")

        def refuse(_self: Path, _target: Path) -> Path:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", refuse)
        with pytest.raises(InputError) as caught:
            replace_text("a.yaml", "b: 1\n")
        assert str(caught.value) == (
            "'a.yaml' was not written: no space left on device; make the file and its folder writable"
        )
        assert [(path.name, path.read_text(encoding="utf-8")) for path in Path().iterdir()] == [("a.yaml", "a: 1\n")]
