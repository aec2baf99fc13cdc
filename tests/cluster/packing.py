"""Snapshots as tests write them: a few files, packed in each of the forms in which people send them."""

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

__all__ = ["MTIME", "Files", "as_folder", "as_tar", "as_zip", "listed", "namespace", "obj", "tar_bytes", "zip_bytes"]

MTIME = 1_700_000_000
"""2023-11-14 22:13:20 UTC."""

Files = Mapping[str, str | bytes]


def tar_bytes(files: Files, mode: str = "w:gz") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]  # the mode is a variable
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(_bytes(content)), MTIME
            archive.addfile(info, io.BytesIO(_bytes(content)))
    return packed.getvalue()


def zip_bytes(files: Files) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (2023, 11, 14, 22, 13, 20))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return packed.getvalue()


def as_tar(folder: Path, files: Files, name: str = "snapshot.tar.gz") -> str:
    return _written(folder / name, tar_bytes(files, "w" if name.endswith(".tar") else "w:gz"))


def as_zip(folder: Path, files: Files, name: str = "snapshot.zip") -> str:
    return _written(folder / name, zip_bytes(files))


def as_folder(folder: Path, files: Files, name: str = "snapshot") -> str:
    (folder / name).mkdir(exist_ok=True)
    for path, content in files.items():
        (folder / name / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / name / path).write_bytes(_bytes(content))
    return str(folder / name)


def obj(kind: str, name: str, namespace: str = "", api: str = "v1", **fields: object) -> dict[str, object]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **fields}


def namespace(name: str, uid: str) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "uid": uid}})


def listed(*objects: dict[str, object], kind: str = "List") -> str:
    return json.dumps({"apiVersion": "v1", "kind": kind, "items": list(objects)})


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content


def _written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)
