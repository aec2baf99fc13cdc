"""Writes what was read of clusters as one file that can be sent, without secrets, and that reads back to the same.

An archive has a folder for each cluster, in it `service-mesh-snapshot.json` (see `manifest`) and one member for each
kind, one object on each line. A `.yaml` file has the same lines, one cluster behind the other, as documents.
"""

import gzip
import io
import json
import os
import re
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from service_mesh.cluster.bounds import Bounds, shown
from service_mesh.cluster.manifest import MANIFEST, Manifest, written
from service_mesh.cluster.object_lines import SEPARATOR
from service_mesh.cluster.redaction import Redactor
from service_mesh.cluster.snapshot import ClusterSnapshot, Snapshot
from service_mesh.errors import InputError, UsageError
from service_mesh.model.resource import Resource
from service_mesh.source.roots import within

__all__ = ["SUFFIXES", "write_snapshot"]

SUFFIXES = (".tar.gz", ".tgz", ".zip", ".yaml", ".yml")
"""How the name of a snapshot may end; it decides on the form."""

_MEMBER = 2 * 1024 * 1024
_MEGABYTE = 1024 * 1024
_PERMISSIONS = 0o600  # without secrets, and still the inventory of a cluster
_ODD = re.compile(r"[^a-z0-9.-]+")
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # what a zip archive can say

_Members = Iterator[tuple[str, bytes]]


def write_snapshot(snapshot: Snapshot, path: str, *, roots: tuple[str, ...] | None = None) -> None:
    """Write a snapshot, whole or not at all; a file that is there is replaced. The same snapshot gives the same bytes.

    Secrets are taken out once more, so that nothing depends on where the objects come from.

    Args:
        snapshot: What was read, from a live cluster or from another snapshot.
        path: The file; its name ends in one of `SUFFIXES`.
        roots: Folders that it has to lie in, links followed; None for no confinement.

    Raises:
        UsageError: The name ends in something else.
        InputError: The file cannot be written there, or would be larger than what can be read back.
    """
    lowered = path.lower()
    if not lowered.endswith(SUFFIXES):
        raise UsageError(
            f"'{shown(path)}' does not tell the form of a snapshot", f"let it end in one of {', '.join(SUFFIXES)}"
        )
    write = (
        _write_zip if lowered.endswith(".zip") else _write_yaml if lowered.endswith((".yaml", ".yml")) else _write_tar
    )
    target = Path(os.path.realpath(within(path, roots)))
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        _drafted(draft, snapshot, write)
        draft.replace(target)
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        raise InputError(
            f"'{shown(path)}' was not written: {reason}", "name a file in a folder that is writable"
        ) from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _drafted(draft: Path, snapshot: Snapshot, write: "Callable[[IO[bytes], _Members, datetime], None]") -> None:
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PERMISSIONS)
    times = [cluster.taken_at for cluster in snapshot.clusters if cluster.taken_at is not None]
    with os.fdopen(handle, "wb") as stream:
        write(stream, _bounded(_members(snapshot)), max([_EARLIEST, *times]))
        stream.flush()
        os.fsync(stream.fileno())


def _members(snapshot: Snapshot) -> _Members:
    """Path and content of every member: of each cluster its manifest first."""
    redactor = Redactor()
    folders: set[str] = set()
    for number, cluster in enumerate(snapshot.clusters):
        folder = _unused(_file_name(cluster.name) or "cluster", folders)
        manifest = Manifest(
            name=cluster.name,
            taken_at=cluster.taken_at,
            server_version=cluster.server_version,
            listed=cluster.listed,
            exports=cluster.exports,
            unread=snapshot.unread if number == 0 else (),
        )
        yield f"{folder}/{MANIFEST}", f"{written(manifest)}\n".encode()
        for name, content in _objects(cluster, redactor):
            yield f"{folder}/{name}", content


def _objects(cluster: ClusterSnapshot, redactor: Redactor) -> _Members:
    """The objects by kind, in members of bounded size."""
    by_kind: dict[str, list[Resource]] = {}
    for resource in cluster.resources:
        by_kind.setdefault(_file_name(str(resource.kind)) or "objects", []).append(resource)
    for name, resources in by_kind.items():
        lines: list[bytes] = []
        size = number = 0
        for resource in resources:
            lines.append(_line(resource, redactor))
            size += len(lines[-1])
            if size > _MEMBER:
                number += 1
                yield f"{name}-{number:04}.json", b"".join(lines)
                lines, size = [], 0
        if lines:
            yield f"{name}-{number + 1:04}.json" if number else f"{name}.json", b"".join(lines)


def _line(resource: Resource, redactor: Redactor) -> bytes:
    redactor.forget()
    data = redactor.redacted(resource.data)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode("utf-8", "replace")


def _bounded(members: _Members) -> _Members:
    """The members, as long as they are together no more than what is read."""
    total, most = 0, Bounds().total
    for name, content in members:
        total += len(content)
        if total > most:
            raise InputError(
                f"the snapshot holds more than {most / _MEGABYTE:g} MB of objects",
                "take it in parts, such as namespaces",
            )
        yield name, content


def _write_tar(stream: IO[bytes], members: _Members, time: datetime) -> None:
    seconds = int(time.timestamp())
    with (
        gzip.GzipFile(filename="", fileobj=stream, mode="wb", mtime=seconds) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(content), seconds, _PERMISSIONS
            archive.addfile(info, io.BytesIO(content))


def _write_zip(stream: IO[bytes], members: _Members, time: datetime) -> None:
    moment = time.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, moment)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = _PERMISSIONS << 16
            archive.writestr(info, content)


def _write_yaml(stream: IO[bytes], members: _Members, _time: datetime) -> None:
    mark = f"{SEPARATOR}\n".encode()
    for _, content in members:
        for line in content.splitlines(keepends=True):
            stream.write(mark + line)


def _file_name(name: str) -> str:
    """A name as part of a path in an archive: no folder, nothing hidden, nothing long."""
    return _ODD.sub("-", name.lower()).strip(".-")[:100]


def _unused(name: str, used: set[str]) -> str:
    number, chosen = 1, name
    while chosen in used:
        number += 1
        chosen = f"{name}-{number}"
    used.add(chosen)
    return chosen
