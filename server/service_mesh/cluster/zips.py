"""Members of a zip archive, and of one whose end is missing as far as it goes.

Format: PKWARE's APPNOTE.TXT 4.3 (local headers, data descriptors, central directory) and Info-ZIP's extra field 0x5455.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import IO

from service_mesh.cluster.bounds import Budget, fault_of_name
from service_mesh.cluster.member import DAMAGE, Entry

__all__ = ["is_zip", "zip_entries"]

_LOCAL = b"PK\x03\x04"
_EMPTY = b"PK\x05\x06"
_DESCRIPTOR = b"PK\x07\x08"
_HEADER = struct.Struct("<4s5H3I2H")
_LARGEST_DIRECTORY = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_ENCRYPTED, _HAS_DESCRIPTOR, _IS_UTF8 = 0x1, 0x8, 0x800
_EXTENDED_TIME = 0x5455
_AGAIN = "take or copy the snapshot again"


def is_zip(head: bytes) -> bool:
    """Tell by its first bytes whether something is a zip archive."""
    return head.startswith((_LOCAL, _EMPTY))


def zip_entries(stream: IO[bytes], budget: Budget) -> Iterator[Entry]:
    """Yield the members of a zip archive; without its directory, those whose content is whole.

    Raises:
        InputError: The archive is beyond the bounds.
    """
    try:
        archive = zipfile.ZipFile(_Guarded(stream, budget))
    except (zipfile.BadZipFile, struct.error, *DAMAGE):
        stream.seek(0)
        yield from _salvaged(stream, budget)
        yield Entry("", fault="the archive is cut off: what stands behind the last whole member is lost", remedy=_AGAIN)
        return
    with archive:
        for info in archive.infolist():
            budget.count_member()
            if not info.is_dir():
                yield _entry(archive, info, budget)


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Entry:
    name = info.filename
    kind = stat.S_IFMT(info.external_attr >> 16)
    fault = fault_of_name(name)
    remedy = "pack the snapshot again without it"
    if not fault and kind not in (0, stat.S_IFREG):
        fault = "the member is a link or a device"
    if not fault and info.flag_bits & _ENCRYPTED:
        fault, remedy = "the member is encrypted", "unpack it and name the folder"
    if not fault and info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        fault, remedy = "the member is compressed in a rare way", "unpack it and name the folder"
    return Entry(
        name=_plain(name),
        size=info.file_size,
        modified=_modified(info.date_time, info.extra),
        read=lambda: _content(archive, info, budget),
        fault=fault,
        remedy=remedy if fault else "",
    )


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> bytes:
    chunks, size = [], 0
    try:
        with archive.open(info) as content:
            while chunk := content.read(_CHUNK):
                size += len(chunk)
                budget.count_expanded(len(chunk), out=size, taken=info.compress_size)
                chunks.append(chunk)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ValueError from error
    return b"".join(chunks)


def _plain(name: str) -> str:
    return name.replace("\\", "/").removeprefix("./")


def _modified(parts: tuple[int, ...], extra: bytes) -> datetime | None:
    """The time of a member: exact where the archive holds it in UTC, else the writer's local time taken for UTC."""
    position = 0
    while position + 4 <= len(extra):
        tag, size = struct.unpack_from("<HH", extra, position)
        if tag == _EXTENDED_TIME and size >= 5 and position + 9 <= len(extra) and extra[position + 4] & 1:
            (seconds,) = struct.unpack_from("<i", extra, position + 5)
            return datetime.fromtimestamp(seconds, UTC)
        position += 4 + size
    try:
        year, month, day, hour, minute, second = parts
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


@dataclass(slots=True)
class _Guarded:
    """A stream that refuses to hand out a directory of millions of members, which `zipfile` reads in one piece."""

    stream: IO[bytes]
    budget: Budget

    def read(self, size: int = -1) -> bytes:
        if size > _LARGEST_DIRECTORY:
            raise self.budget.bomb()
        return self.stream.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.stream.seek(offset, whence)

    def tell(self) -> int:
        return self.stream.tell()

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        """The stream belongs to whoever opened it."""


def _salvaged(stream: IO[bytes], budget: Budget) -> Iterator[Entry]:
    """The whole members from the start of an archive, read header by header."""
    while len(header := stream.read(_HEADER.size)) == _HEADER.size and header.startswith(_LOCAL):
        budget.count_member()
        _, _, flags, method, clock, date, _, packed, _, name_size, extra_size = _HEADER.unpack(header)
        raw, extra = stream.read(name_size), stream.read(extra_size)
        content = _salvaged_content(stream, budget, flags, method, packed)
        if content is None:
            return
        name = raw.decode("utf-8" if flags & _IS_UTF8 else "cp437", errors="replace")
        if not name.endswith("/"):
            fault = fault_of_name(name)
            day = (1980 + (date >> 9), date >> 5 & 15, date & 31, clock >> 11, clock >> 5 & 63, (clock & 31) * 2)
            yield Entry(
                _plain(name),
                len(content),
                _modified(day, extra),
                read=partial(bytes, content),
                fault=fault,
                remedy="pack the snapshot again without it" if fault else "",
            )


def _salvaged_content(stream: IO[bytes], budget: Budget, flags: int, method: int, packed: int) -> bytes | None:
    """The content behind a local header; None where it is not whole or its end cannot be told."""
    if flags & _ENCRYPTED:
        return None
    if method == zipfile.ZIP_STORED and not flags & _HAS_DESCRIPTOR:
        if packed > budget.bounds.member:
            return None
        content = stream.read(packed)
        return content if len(content) == packed else None
    if method != zipfile.ZIP_DEFLATED:
        return None
    inflated = _inflated(stream, budget)
    if inflated is not None and flags & _HAS_DESCRIPTOR:
        _skip_descriptor(stream)
    return inflated


def _inflated(stream: IO[bytes], budget: Budget) -> bytes | None:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    chunks, size, taken = [], 0, 0
    while not inflater.eof:
        packed = inflater.unconsumed_tail or stream.read(_CHUNK)
        if not packed:
            return None
        try:
            chunk = inflater.decompress(packed, _CHUNK)
        except zlib.error:
            return None
        taken += len(packed) - len(inflater.unconsumed_tail)
        size += len(chunk)
        budget.count_expanded(len(chunk), out=size, taken=taken)
        if size > budget.bounds.member:
            return None
        chunks.append(chunk)
    stream.seek(-len(inflater.unused_data), 1)
    return b"".join(chunks)


def _skip_descriptor(stream: IO[bytes]) -> None:
    """Go behind a data descriptor: checksum and two sizes, of 4 or 8 bytes, with or without a signature."""
    start = stream.tell()
    ahead = stream.read(28)
    first = 4 if ahead.startswith(_DESCRIPTOR) else 0
    for size in (first + 12, first + 20):
        if ahead[size : size + 2] == b"PK":
            stream.seek(start + size)
            return
    stream.seek(start + first + 12)
