"""What is read of a folder or an archive, what is left out and said so, and what is refused whole."""

import io
import os
import stat
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from service_mesh.cluster.archive import Archive
from service_mesh.cluster.bounds import Bounds
from service_mesh.errors import InputError
from service_mesh.model.unchecked import NotChecked
from tests.cluster.packing import MTIME, Files, as_folder, as_tar, as_zip, tar_bytes, zip_bytes

FILES = {"b/two.yaml": "b: 2\n", "a/one.yaml": "a: 1\n"}
CUT_OFF = "the archive is cut off: what stands behind the last whole member is lost"
WITHOUT = "pack the snapshot again without it"
BOMB = (
    "'{}' unpacks to far more than a snapshot holds and looks like an archive bomb; "
    "take the snapshot again, or unpack it and name the folder"
)


def wants_all(_: str) -> bool:
    return True


def read(path: str, bounds: Bounds | None = None) -> tuple[dict[str, bytes], tuple[NotChecked, ...]]:
    archive = Archive(path, wants_all, bounds or Bounds())
    found = {member.path: member.content for member in archive.members()}
    return found, archive.unread


def refusal(path: str, bounds: Bounds | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read(path, bounds)
    return str(caught.value)


class TestForms:
    @pytest.mark.parametrize("name", ["s.tar.gz", "s.tgz", "s.tar"])
    def test_tar_is_read_in_its_order(self, tmp_path: Path, name: str) -> None:
        found, unread = read(as_tar(tmp_path, FILES, name))
        assert list(found.items()) == [("b/two.yaml", b"b: 2\n"), ("a/one.yaml", b"a: 1\n")]
        assert unread == ()

    def test_zip_is_read_in_its_order(self, tmp_path: Path) -> None:
        found, unread = read(as_zip(tmp_path, FILES))
        assert list(found.items()) == [("b/two.yaml", b"b: 2\n"), ("a/one.yaml", b"a: 1\n")]
        assert unread == ()

    def test_folder_is_read_in_the_order_of_names_without_hidden_files(self, tmp_path: Path) -> None:
        found, unread = read(as_folder(tmp_path, {**FILES, ".git/x.yaml": "", "z.yaml": ""}))
        assert list(found) == ["z.yaml", "a/one.yaml", "b/two.yaml"]
        assert unread == ()

    def test_file_is_a_member_without_a_path(self, tmp_path: Path) -> None:
        (tmp_path / "pods.yaml").write_text("a: 1\n", encoding="utf-8")
        assert read(str(tmp_path / "pods.yaml")) == ({"": b"a: 1\n"}, ())

    def test_archive_is_told_by_its_content_and_not_by_its_name(self, tmp_path: Path) -> None:
        (tmp_path / "upload").write_bytes(zip_bytes(FILES))
        assert list(read(str(tmp_path / "upload"))[0]) == ["b/two.yaml", "a/one.yaml"]

    def test_times_of_members_are_read(self, tmp_path: Path) -> None:
        for path in (as_tar(tmp_path, FILES), as_zip(tmp_path, FILES)):
            times = {member.modified for member in Archive(path, wants_all).members()}
            assert [str(time) for time in times] == ["2023-11-14 22:13:20+00:00"]

    def test_exact_time_of_a_zip_goes_before_local_time(self, tmp_path: Path) -> None:
        path = tmp_path / "s.zip"
        with zipfile.ZipFile(path, "w") as archive:
            info = zipfile.ZipInfo("a.yaml", (2023, 11, 14, 23, 13, 20))
            info.extra = struct.pack("<HHBi", 0x5455, 5, 1, MTIME)
            archive.writestr(info, "a: 1\n")
        times = [member.modified for member in Archive(str(path), wants_all).members()]
        assert [str(time) for time in times] == ["2023-11-14 22:13:20+00:00"]

    def test_hidden_copies_of_a_mac_are_passed_over(self, tmp_path: Path) -> None:
        found, unread = read(as_zip(tmp_path, {"__MACOSX/a.yaml": "", "x/._a.yaml": "", "x/a.yaml": ""}))
        assert (list(found), unread) == (["x/a.yaml"], ())

    def test_what_is_not_wanted_is_not_read(self, tmp_path: Path) -> None:
        archive = Archive(as_tar(tmp_path, FILES), lambda path: path.startswith("a/"))
        assert [member.path for member in archive.members()] == ["a/one.yaml"]

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("s.tar.gz", b"", "'{}' is empty; take the snapshot again"),
            ("s.zip", b"hello", "'{}' is no archive; take the snapshot again, or name the folder"),
            ("s.tar.xz", b"\xfd7zXZ\0", "'{}' is packed with xz; give a .zip, a .tar.gz or the folder"),
        ],
    )
    def test_what_cannot_be_opened_is_refused(self, tmp_path: Path, name: str, content: bytes, message: str) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        assert refusal(str(path)) == message.format(path)

    def test_missing_path_is_refused(self, tmp_path: Path) -> None:
        path = str(tmp_path / "none.zip")
        assert refusal(path) == f"'{path}': no such file or folder; check the spelling"

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes")
    def test_pipe_is_refused_instead_of_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert refusal(str(tmp_path / "pipe")).endswith(
            "is neither a file nor a folder; name a file, folder or archive"
        )


class TestNesting:
    def test_archive_inside_an_archive_is_opened(self, tmp_path: Path) -> None:
        found, unread = read(as_zip(tmp_path, {"east.tar.gz": tar_bytes(FILES)}))
        assert list(found) == ["east.tar.gz!/b/two.yaml", "east.tar.gz!/a/one.yaml"]
        assert unread == ()

    def test_archives_of_a_folder_may_hold_one_level_more(self, tmp_path: Path) -> None:
        found, unread = read(as_folder(tmp_path, {"e.zip": zip_bytes({"f.tgz": tar_bytes({"a.yaml": "a: 1\n"})})}))
        assert (found, unread) == ({"e.zip!/f.tgz!/a.yaml": b"a: 1\n"}, ())

    def test_deeper_archives_are_left_out(self, tmp_path: Path) -> None:
        deep = zip_bytes({"b.zip": zip_bytes({"c.zip": zip_bytes(FILES)}), "a.yaml": "a: 1\n"})
        path = as_zip(tmp_path, {"top.zip": deep})
        found, unread = read(path)
        assert found == {"top.zip!/a.yaml": b"a: 1\n"}
        assert unread == (
            NotChecked(
                f"{path}!top.zip!b.zip", "archives are nested deeper than one level", "unpack it and name the folder"
            ),
        )


class TestRefusedMembers:
    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("../../etc/x.yaml", "the name of the member leads out of the archive"),
            ("a/..\\x.yaml", "the name of the member leads out of the archive"),
            ("/etc/x.yaml", "the name of the member is absolute"),
            ("C:\\x.yaml", "the name of the member is absolute"),
            (f"{'n' * 1001}.yaml", "the name of the member is no file name"),
        ],
    )
    def test_names_that_lead_elsewhere_are_left_out(self, tmp_path: Path, name: str, why: str) -> None:
        for path in (as_tar(tmp_path, {name: "x: 1\n", **FILES}), as_zip(tmp_path, {name: "x: 1\n", **FILES})):
            found, unread = read(path)
            assert list(found) == ["b/two.yaml", "a/one.yaml"]
            assert [(note.why, note.how_to_settle) for note in unread] == [(why, WITHOUT)]

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
    def test_links_and_devices_of_a_tar_are_left_out(self, tmp_path: Path, kind: bytes) -> None:
        path = tmp_path / "s.tar"
        with tarfile.open(path, "w") as archive:
            for name in ("one.yaml", "two.yaml"):
                info = tarfile.TarInfo(name)
                info.type, info.linkname = kind, "/etc/passwd"
                archive.addfile(info)
        found, unread = read(str(path))
        assert found == {}
        assert unread == (NotChecked(f"{path}!one.yaml and 1 more", "the member is a link or a device", WITHOUT),)

    def test_links_of_a_zip_are_left_out(self, tmp_path: Path) -> None:
        path = tmp_path / "s.zip"
        with zipfile.ZipFile(path, "w") as archive:
            info = zipfile.ZipInfo("l.yaml")
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, "/etc/passwd")
        assert read(str(path)) == ({}, (NotChecked(f"{path}!l.yaml", "the member is a link or a device", WITHOUT),))

    def test_links_of_a_folder_are_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "secret.yaml").write_text("a: 1\n", encoding="utf-8")
        path = as_folder(tmp_path, FILES)
        (Path(path) / "l.yaml").symlink_to(tmp_path / "secret.yaml")
        (Path(path) / "d").symlink_to(tmp_path)
        found, unread = read(path)
        assert list(found) == ["a/one.yaml", "b/two.yaml"]
        assert unread == (
            NotChecked(
                f"{path}/d and 1 more", "the member is a link or a device", "put the file itself into the folder"
            ),
        )

    def test_encrypted_member_is_left_out(self, tmp_path: Path) -> None:
        content = bytearray(zip_bytes({"a.yaml": "a: 1\n"}))
        content[content.index(b"PK\x01\x02") + 8] |= 1
        path = tmp_path / "s.zip"
        path.write_bytes(content)
        assert [note.why for note in read(str(path))[1]] == ["the member is encrypted"]

    def test_member_compressed_in_a_rare_way_is_left_out(self, tmp_path: Path) -> None:
        path = tmp_path / "s.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
            archive.writestr("a.yaml", "a: 1\n")
        assert [note.why for note in read(str(path))[1]] == ["the member is compressed in a rare way"]

    def test_control_characters_of_names_are_not_printed(self, tmp_path: Path) -> None:
        path = as_tar(tmp_path, {"../\x1b[31mx.yaml": ""}, "s.tar")
        assert [note.what for note in read(path)[1]] == [f"{path}!../?[31mx.yaml"]


class TestBounds:
    def test_long_member_is_left_out_and_the_rest_is_read(self, tmp_path: Path) -> None:
        files: Files = {"big.yaml": os.urandom(3000), "a.yaml": "a: 1\n"}
        why = "the member is larger than 0.00195312 MB"
        for path in (as_tar(tmp_path, files), as_zip(tmp_path, files), as_folder(tmp_path, files)):
            found, unread = read(path, Bounds(member=2048))
            assert (list(found), [note.why for note in unread]) == (["a.yaml"], [why])

    def test_too_much_content_is_refused(self, tmp_path: Path) -> None:
        path = as_tar(tmp_path, {f"{n}.yaml": os.urandom(1024 * 1024) for n in range(3)})
        assert refusal(path, Bounds(total=2 * 1024 * 1024)) == (
            f"'{path}' holds more than 2 MB of objects; give it in parts, such as namespaces"
        )

    def test_too_many_members_are_refused(self, tmp_path: Path) -> None:
        files = {f"{n}.yaml": "" for n in range(11)}
        for path in (as_tar(tmp_path, files), as_zip(tmp_path, files), as_folder(tmp_path, files)):
            assert refusal(path, Bounds(members=10)) == f"'{path}' holds more than 10 members; give it in parts"

    def test_bomb_is_refused(self, tmp_path: Path) -> None:
        files = {"bomb.yaml": bytes(4 * 1024 * 1024)}
        for path in (as_tar(tmp_path, files), as_zip(tmp_path, files)):
            assert refusal(path, Bounds(ratio_from=1024 * 1024)) == BOMB.format(path)

    def test_bomb_that_is_not_wanted_is_refused_too(self, tmp_path: Path) -> None:
        path = as_tar(tmp_path, {"bomb.log": bytes(4 * 1024 * 1024)})
        with pytest.raises(InputError, match="archive bomb"):
            list(Archive(path, lambda _: False, Bounds(ratio_from=1024 * 1024)).members())

    def test_what_comes_out_is_bounded_altogether(self, tmp_path: Path) -> None:
        path = as_tar(tmp_path, {"a.log": os.urandom(200_000), "b.log": os.urandom(200_000)})
        with pytest.raises(InputError, match="archive bomb"):
            list(Archive(path, lambda _: False, Bounds(expanded=300_000)).members())

    def test_bomb_inside_an_archive_is_refused(self, tmp_path: Path) -> None:
        path = as_zip(tmp_path, {"in.zip": zip_bytes({"bomb.yaml": bytes(4 * 1024 * 1024)})})
        assert refusal(path, Bounds(ratio_from=1024 * 1024)) == BOMB.format(path)

    def test_bomb_in_a_cut_off_zip_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "s.zip"
        content = zip_bytes({"bomb.yaml": bytes(4 * 1024 * 1024)})
        path.write_bytes(content[: content.index(b"PK\x01\x02")])
        assert refusal(str(path), Bounds(ratio_from=1024 * 1024)) == BOMB.format(path)

    def test_header_of_a_tar_that_never_ends_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "s.tar"
        with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
            info = tarfile.TarInfo("a.yaml")
            info.pax_headers = {"comment": "x" * 6 * 1024 * 1024}
            archive.addfile(info)
        assert refusal(str(path)) == BOMB.format(path)

    def test_sparse_member_is_left_out(self, tmp_path: Path) -> None:
        path = tmp_path / "s.tar"
        info = tarfile.TarInfo("a.yaml")
        info.type = tarfile.GNUTYPE_SPARSE
        path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
        assert [note.why for note in read(str(path))[1]] == ["the member is a link or a device"]


class TestDamage:
    @pytest.fixture
    def noise(self) -> dict[str, bytes]:
        return {f"{n}.yaml": os.urandom(20_000) for n in range(5)}

    @pytest.mark.parametrize("mode", ["w:gz", "w"])
    def test_cut_off_tar_is_read_as_far_as_it_goes(self, tmp_path: Path, noise: dict[str, bytes], mode: str) -> None:
        path = tmp_path / "s.tar"
        content = tar_bytes(noise, mode)
        path.write_bytes(content[: len(content) // 2])
        found, unread = read(str(path))
        assert found == {name: noise[name] for name in ("0.yaml", "1.yaml")}
        assert NotChecked(str(path), CUT_OFF, "take or copy the snapshot again") in unread

    def test_tar_cut_off_between_members_is_noticed(self, tmp_path: Path) -> None:
        path = tmp_path / "s.tar"
        path.write_bytes(tar_bytes(FILES, "w")[:1024])
        found, unread = read(str(path))
        assert (list(found), [note.why for note in unread]) == (["b/two.yaml"], [CUT_OFF])

    def test_cut_off_zip_is_read_as_far_as_it_goes(self, tmp_path: Path, noise: dict[str, bytes]) -> None:
        path = tmp_path / "s.zip"
        content = zip_bytes(noise)
        path.write_bytes(content[: len(content) // 2])
        found, unread = read(str(path))
        assert found == {name: noise[name] for name in ("0.yaml", "1.yaml")}
        assert unread == (NotChecked(str(path), CUT_OFF, "take or copy the snapshot again"),)

    def test_cut_off_zip_of_a_stream_is_read_as_far_as_it_goes(self, tmp_path: Path, noise: dict[str, bytes]) -> None:
        """A writer that cannot go back, as that of cilium sysdump, puts the sizes behind the content."""
        packed = _Pipe()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in noise.items():
                archive.writestr(name, content)
        path = tmp_path / "s.zip"
        path.write_bytes(packed.getvalue()[: len(packed.getvalue()) // 2])
        assert read(str(path))[0] == {name: noise[name] for name in ("0.yaml", "1.yaml")}

    def test_stored_members_of_a_cut_off_zip_are_read(self, tmp_path: Path, noise: dict[str, bytes]) -> None:
        path = tmp_path / "s.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for name, content in noise.items():
                archive.writestr(name, content)
        path.write_bytes(path.read_bytes()[:50_000])
        assert read(str(path))[0] == {name: noise[name] for name in ("0.yaml", "1.yaml")}

    def test_name_that_leads_elsewhere_is_refused_in_a_cut_off_zip(self, tmp_path: Path) -> None:
        path = tmp_path / "s.zip"
        content = zip_bytes({"../x.yaml": "x: 1\n", "a.yaml": "a: 1\n"})
        path.write_bytes(content[: content.index(b"PK\x01\x02")])
        found, unread = read(str(path))
        assert found == {"a.yaml": b"a: 1\n"}
        assert [note.why for note in unread] == ["the name of the member leads out of the archive", CUT_OFF]

    def test_damaged_member_of_a_zip_is_left_out(self, tmp_path: Path) -> None:
        content = bytearray(zip_bytes({"a.yaml": "a: 1\n" * 9, "b.yaml": "b: 1\n"}))
        content[40] ^= 0xFF
        path = tmp_path / "s.zip"
        path.write_bytes(content)
        found, unread = read(str(path))
        assert found == {"b.yaml": b"b: 1\n"}
        assert [(note.what, note.why) for note in unread] == [
            (f"{path}!a.yaml", "the member is damaged or cut off"),
        ]

    def test_gzip_of_something_else_is_said_to_be_no_tar(self, tmp_path: Path) -> None:
        path = tmp_path / "s.tar.gz"
        path.write_bytes(b"\x1f\x8b\x08\0" + bytes(40))
        found, unread = read(str(path))
        assert found == {}
        assert [note.why for note in unread] == ["the archive is no tar archive, or damaged at its start"]


class _Pipe(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError
