"""Paths into texts: files, folders and globs, inside the allowed roots and within bounds."""

import errno
import glob
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from service_mesh.errors import InputError
from service_mesh.model.origin import SourceText
from service_mesh.source.folders import (
    KUSTOMIZATIONS,
    chart_command,
    is_chart,
    kustomize_command,
    kustomize_patches,
)
from service_mesh.source.text import decode, encode_like

__all__ = ["Files", "Unread", "read_text", "replace_text"]

_SUFFIXES = frozenset({".yaml", ".yml", ".json", ".md", ".markdown"})
_PASSED_OVER = frozenset({"node_modules", "__pycache__"})
_CHART_FILES = frozenset({"Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json"})


@dataclass(frozen=True, slots=True)
class Unread:
    """Something on disk that was not read: what, why, and how to settle it."""

    what: str
    why: str
    how_to_settle: str


@dataclass(slots=True)
class Files:
    """Reads the texts that some paths name.

    Attributes:
        roots: Folders that every file has to lie in, links followed; None for no confinement.
        max_bytes: Most that is read in total.
        unread: What a folder held and was not read.
    """

    roots: tuple[str, ...] | None = None
    max_bytes: int = 200 * 1024 * 1024
    unread: list[Unread] = field(default_factory=list)
    _read_bytes: int = 0
    _seen: set[str] = field(default_factory=set)

    def texts(self, paths: tuple[str, ...]) -> Iterator[SourceText]:
        """Yield the text of every file that the paths name, each file once, folders in the order of their names.

        Raises:
            InputError: A path that does not exist, cannot be read, lies outside the roots, or is beyond the bounds.
        """
        for path in paths:
            for match in self._matches(path):
                self._confine(match)
                if Path(match).is_dir():
                    yield from self._folder(match)
                else:
                    yield from self._file(match)

    def _matches(self, path: str) -> list[str]:
        if "\0" in path or not path.strip():
            raise InputError("a path is empty or holds a NUL character", "name a file, a folder or a glob")
        if os.path.lexists(path) or not glob.has_magic(path):
            return [path]
        found = sorted(glob.glob(path, recursive=True))  # noqa: PTH207  # patterns may be absolute
        if not found:
            raise InputError(f"no file matches '{path}'", "quote the pattern and check the folder")
        return found

    def _confine(self, path: str) -> None:
        if self.roots is None:
            return
        real = Path(os.path.realpath(path))
        if not any(real.is_relative_to(os.path.realpath(root)) for root in self.roots):
            allowed = ", ".join(f"'{root}'" for root in self.roots)
            raise InputError(f"'{path}' lies outside the allowed roots ({allowed})", "start the server with --root DIR")

    def _folder(self, top: str) -> Iterator[SourceText]:
        visited: set[str] = set()
        count = 0
        pending = [(top, frozenset[str]())]
        while pending:
            folder, patches = pending.pop()
            real = os.path.realpath(folder)
            if real in visited:
                continue  # a link that leads back up
            visited.add(real)
            patches |= kustomize_patches(folder)
            files, folders = self._entries(folder)
            pending += [(child, patches) for child in reversed(folders)]
            for file in files:
                count += 1
                if os.path.realpath(file) not in patches:
                    yield from self._walked(file)
        if count == 0 and not self.unread:
            self.unread.append(Unread(top, "the folder holds no YAML, JSON or Markdown file", "name another folder"))

    def _entries(self, folder: str) -> tuple[list[str], list[str]]:
        """Files to read and folders to walk, sorted; charts and overlays are noted instead of misread."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self._note(folder, _reason(error), "make the folder readable")
            return [], []
        chart = is_chart(folder)
        if chart:
            self._note(folder, "a Helm chart is checked after rendering", chart_command(folder))
        files, folders = [], []
        for entry in entries:
            if entry.name.startswith(".") or entry.name in _PASSED_OVER:
                continue
            if entry.is_dir():
                if not (chart and entry.name == "templates"):
                    folders.append(entry.path)
            elif entry.name in KUSTOMIZATIONS:
                self._note(folder, "a Kustomize overlay is checked after rendering", kustomize_command(folder))
            elif Path(entry.name).suffix.lower() in _SUFFIXES and not (chart and entry.name in _CHART_FILES):
                files.append(entry.path)
        return files, folders

    def _walked(self, path: str) -> Iterator[SourceText]:
        """A file met in a folder: what is wrong with it is noted and the walk goes on."""
        try:
            self._confine(path)
            yield from self._file(path)
        except _BeyondBoundsError:
            raise
        except InputError as error:
            self._note(path, error.message, error.hint)

    def _file(self, path: str) -> Iterator[SourceText]:
        real = os.path.realpath(path)
        if real in self._seen:
            return
        self._seen.add(real)
        yield SourceText(path, decode(self._content(path), path))

    def _content(self, path: str) -> bytes:
        try:
            if not Path(path).is_file() and Path(path).exists():
                raise InputError(f"'{path}' is neither a file nor a folder", "use - to read standard input")
            with Path(path).open("rb") as stream:
                content = stream.read(self.max_bytes - self._read_bytes + 1)
        except OSError as error:
            raise InputError(f"'{path}': {_reason(error)}", _remedy(error)) from None
        self._read_bytes += len(content)
        if self._read_bytes > self.max_bytes:
            limit = self.max_bytes // (1024 * 1024)
            raise _BeyondBoundsError(f"the input is larger than {limit} MB", "validate it in parts")
        return content

    def _note(self, what: str, why: str, how: str) -> None:
        self.unread.append(Unread(what, why, how))


def read_text(path: str) -> str:
    """The text of one file.

    Raises:
        InputError: It cannot be read.
    """
    return next(Files().texts((path,))).text


def replace_text(path: str, text: str) -> None:
    """Put another text into a file, whole or not at all, keeping its encoding and its permissions.

    Raises:
        InputError: The file cannot be written.
    """
    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(encode_like(target.read_bytes(), text))
        shutil.copymode(target, draft)
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise InputError(
            f"'{path}' was not written: {_reason(error)}", "make the file and its folder writable"
        ) from None


class _BeyondBoundsError(InputError):
    """Stops the walk, unlike the fault of a single file."""


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "permission denied"
    if error.errno == errno.ELOOP:
        return "a link that leads to itself"
    return (error.strerror or "cannot be read").lower()


def _remedy(error: OSError) -> str:
    return "check the spelling and the working folder" if isinstance(error, FileNotFoundError) else "make it readable"
