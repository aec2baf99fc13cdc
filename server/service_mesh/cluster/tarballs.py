"""Members of a tar archive, plain or gzipped, read once from front to back; of a cut-off one as far as it goes."""

import gzip
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import IO, cast

from service_mesh.cluster.bounds import Budget, fault_of_name
from service_mesh.cluster.member import DAMAGE, Entry

__all__ = ["is_tar", "tar_entries"]

_MAGIC, _MAGIC_AT = b"ustar", 257
_GZIP = b"\x1f\x8b"
_BLOCK = 512
_LARGEST_HEADER = 4 * 1024 * 1024
_CUT_OFF = "the archive is cut off: what stands behind the last whole member is lost"
_AGAIN = "take or copy the snapshot again"


def is_tar(head: bytes) -> bool:
    """Tell by its first 512 bytes whether something is a tar archive (POSIX.1-1988 and later)."""
    return head[_MAGIC_AT : _MAGIC_AT + len(_MAGIC)] == _MAGIC


def tar_entries(stream: IO[bytes], budget: Budget) -> Iterator[Entry]:
    """Yield the members of a tar archive, gzipped or not.

    Raises:
        InputError: The archive is beyond the bounds.
    """
    is_packed = stream.read(2) == _GZIP
    stream.seek(0)
    packed = _Counted(stream)
    content = gzip.GzipFile(fileobj=cast("IO[bytes]", packed), mode="rb") if is_packed else stream
    plain = _Metered(cast("IO[bytes]", content), packed if is_packed else None, budget)
    is_empty = True
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", plain), mode="r|", errorlevel=2) as archive:
            while (info := _next(archive, plain)) is not None:
                is_empty = False
                budget.count_member()
                if not info.isdir():
                    yield _entry(archive, info)
    except (tarfile.TarError, *DAMAGE):
        fault = "the archive is no tar archive, or damaged at its start" if is_empty else _CUT_OFF
        yield Entry("", fault=fault, remedy=_AGAIN)
        return
    if not plain.ends_with_zeros:
        yield Entry("", fault=_CUT_OFF, remedy=_AGAIN)


def _next(archive: tarfile.TarFile, plain: "_Metered") -> tarfile.TarInfo | None:
    archive.members = []  # type: ignore[attr-defined]  # else every member that was passed stays in memory
    info = archive.next()
    if info is not None:
        plain.allow(info.size)
    return info


def _entry(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Entry:
    fault = fault_of_name(info.name)
    if not fault and (not info.isreg() or info.issparse()):
        fault = "the member is a link or a device"
    try:
        modified = datetime.fromtimestamp(info.mtime, UTC)
    except (ValueError, OverflowError, OSError):
        modified = None
    return Entry(
        name=info.name.removeprefix("./"),
        size=info.size,
        modified=modified,
        read=partial(_content, archive, info),
        fault=fault,
        remedy="pack the snapshot again without it" if fault else "",
    )


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    try:
        opened = archive.extractfile(info)
        content = opened.read() if opened is not None else b""
    except tarfile.TarError as error:
        raise ValueError from error
    if len(content) != info.size:
        raise EOFError
    return content


@dataclass(slots=True)
class _Counted:
    """A stream that counts what is taken from it."""

    stream: IO[bytes]
    count: int = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self.stream.read(size)
        self.count += len(chunk)
        return chunk


@dataclass(slots=True)
class _Metered:
    """The content of the archive as `tarfile` takes it: counted, and no more than the member at hand accounts for."""

    stream: IO[bytes]
    packed: _Counted | None
    budget: Budget
    count: int = 0
    _limit: int = _LARGEST_HEADER
    _tail: bytes = b""

    def read(self, size: int = -1) -> bytes:
        chunk = self.stream.read(size)
        self.count += len(chunk)
        if self.packed is not None:
            self.budget.count_expanded(len(chunk), out=self.count, taken=self.packed.count)
        if self.count > self._limit:
            raise self.budget.bomb()  # a header that is longer than any name
        if chunk:
            self._tail = (self._tail + chunk)[-_BLOCK:]
        return chunk

    def allow(self, size: int) -> None:
        """Let one more member pass, and the headers before the next one."""
        self._limit = self.count + size + _LARGEST_HEADER

    @property
    def ends_with_zeros(self) -> bool:
        """Whether the end of the archive was seen: blocks of zeros."""
        return len(self._tail) == _BLOCK and not any(self._tail)
