"""Opens what a snapshot comes in, a folder, a file or an archive, as a stream of members, without unpacking to disk.

Every answer an archive gives about itself is checked while it is read: sizes, names, kinds of members.
"""

import io
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from service_mesh.cluster.bounds import Bounds, Budget, Refusals, shown
from service_mesh.cluster.member import Entry, Member, kept
from service_mesh.cluster.tarballs import is_tar, tar_entries
from service_mesh.cluster.zips import is_zip, zip_entries
from service_mesh.errors import InputError
from service_mesh.model.unchecked import NotChecked

__all__ = ["Archive", "is_archive_name"]

_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")
_GZIP = b"\x1f\x8b"
_OTHERS = {b"\xfd7zXZ": "xz", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd", b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR"}
_HEAD = 512
_HIDDEN = (".", "__MACOSX")


def is_archive_name(name: str) -> bool:
    """Tell whether a name says that its content is an archive that can be opened."""
    return name.lower().endswith(_SUFFIXES)


@dataclass(slots=True)
class Archive:
    """A snapshot as it lies on disk.

    Attributes:
        path: A folder, a file, or a .zip, .tar, .tar.gz or .tgz; told apart by content.
        wanted: Tells by the path of a member whether its content is needed; archives inside are asked for too.
        bounds: How much is read.
    """

    path: str
    wanted: Callable[[str], bool]
    bounds: Bounds = field(default_factory=Bounds)
    _refusals: Refusals = field(default_factory=Refusals)

    @property
    def unread(self) -> tuple[NotChecked, ...]:
        """What was met and left out, complete once `members` is exhausted."""
        return self._refusals.notes()

    def members(self) -> Iterator[Member]:
        """Yield the wanted members, in the order of a folder's names or of the archive.

        An archive inside an archive is opened once; what lies in a further one is left out.

        Raises:
            InputError: The path cannot be read, is no snapshot, or is beyond the bounds.
        """
        budget = Budget(shown(self.path), self.bounds)
        if Path(self.path).is_dir():
            yield from self._folder(budget)
            return
        with _opened(self.path) as stream:
            if _is_archive(stream, self.path):
                yield from self._entries(stream, "", budget, depth=0)
            else:
                yield from self._single(stream, budget)

    def _single(self, stream: IO[bytes], budget: Budget) -> Iterator[Member]:
        budget.count_member()
        content = stream.read(self.bounds.total + 1)
        budget.count_content(len(content))
        yield Member("", content, _time(Path(self.path).stat().st_mtime))

    def _folder(self, budget: Budget) -> Iterator[Member]:
        pending = [""]
        while pending:
            folder = pending.pop()
            children = []
            for entry in self._listed(folder):
                path = f"{folder}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    children.append(f"{path}/")
                    continue
                budget.count_member()
                yield from self._file(entry, path, budget)
            pending += reversed(children)

    def _listed(self, folder: str) -> list["os.DirEntry[str]"]:
        try:
            with os.scandir(Path(self.path) / folder) as found:
                return sorted((one for one in found if not one.name.startswith(_HIDDEN)), key=lambda one: one.name)
        except OSError:
            self._refuse(folder.rstrip("/"), "the folder cannot be read", "make it readable")
            return []

    def _file(self, entry: "os.DirEntry[str]", path: str, budget: Budget) -> Iterator[Member]:
        if not entry.is_file(follow_symlinks=False):
            self._refuse(path, "the member is a link or a device", "put the file itself into the folder")
            return
        if not self.wanted(path):
            return
        try:
            size, modified = entry.stat(follow_symlinks=False).st_size, entry.stat(follow_symlinks=False).st_mtime
            with _opened(entry.path) as stream:
                if is_archive_name(path) and _is_archive(stream, entry.path):
                    yield from self._entries(stream, f"{path}!/", budget, depth=0)
                    return
                if size > self.bounds.member:
                    self._too_long(path)
                    return
                content = stream.read(self.bounds.member)
        except _UnreadableError as error:
            self._refuse(path, error.message, error.hint)
            return
        budget.count_content(len(content))
        yield Member(path, content, _time(modified))

    def _entries(self, stream: IO[bytes], prefix: str, budget: Budget, depth: int) -> Iterator[Member]:
        """The wanted members of an opened archive, those of archives in it included."""
        entries = zip_entries if is_zip(_head(stream)) else tar_entries
        for entry in entries(stream, budget):
            path = prefix + entry.name
            if entry.fault:
                self._refuse(path or prefix.rstrip("!/"), entry.fault, entry.remedy)
            elif not _is_hidden(entry.name) and self.wanted(path):
                yield from self._entry(entry, path, budget, depth)

    def _entry(self, entry: Entry, path: str, budget: Budget, depth: int) -> Iterator[Member]:
        if entry.size > self.bounds.member:
            self._too_long(path)
            return
        content, fault = kept(entry)
        if fault:
            self._refuse(path, fault, "copy or take the snapshot again")
            return
        if not (is_archive_name(path) and _looks_like_archive(content[:_HEAD])):
            budget.count_content(len(content))
            yield Member(path, content, entry.modified)
        elif depth:
            self._refuse(path, "archives are nested deeper than one level", "unpack it and name the folder")
        else:
            yield from self._entries(io.BytesIO(content), f"{path}!/", budget, depth + 1)

    def _too_long(self, path: str) -> None:
        limit = self.bounds.member / (1024 * 1024)
        self._refuse(path, f"the member is larger than {limit:g} MB", "give it in parts, such as one file per kind")

    def _refuse(self, path: str, why: str, how: str) -> None:
        name = shown(self.path) if not path else f"{shown(self.path)}!{shown(path.replace('!/', '!'))}"
        if Path(self.path).is_dir():
            name = name.replace("!", "/", 1)
        self._refusals.add(name, why, how)


class _UnreadableError(InputError):
    """The fault of one file of a folder, which does not stop the walk."""


def _opened(path: str) -> IO[bytes]:
    try:
        mode = Path(path).stat().st_mode
        if not stat.S_ISREG(mode):
            raise _UnreadableError(f"'{shown(path)}' is neither a file nor a folder", "name a file, folder or archive")
        return Path(path).open("rb")
    except FileNotFoundError:
        raise _UnreadableError(f"'{shown(path)}': no such file or folder", "check the spelling") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "cannot be read"
        raise _UnreadableError(f"'{shown(path)}': {reason.lower()}", "make it readable") from None


def _is_archive(stream: IO[bytes], path: str) -> bool:
    head = _head(stream)
    other = next((name for mark, name in _OTHERS.items() if head.startswith(mark)), "")
    if other:
        raise _UnreadableError(f"'{shown(path)}' is packed with {other}", "give a .zip, a .tar.gz or the folder")
    if not head and is_archive_name(path):
        raise _UnreadableError(f"'{shown(path)}' is empty", "take the snapshot again")
    if is_archive_name(path) and not _looks_like_archive(head):
        raise _UnreadableError(f"'{shown(path)}' is no archive", "take the snapshot again, or name the folder")
    return _looks_like_archive(head)


def _looks_like_archive(head: bytes) -> bool:
    return is_zip(head) or head.startswith(_GZIP) or is_tar(head)


def _head(stream: IO[bytes]) -> bytes:
    head = stream.read(_HEAD)
    stream.seek(0)
    return head


def _is_hidden(path: str) -> bool:
    return any(part.startswith(_HIDDEN) for part in path.split("/"))


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
