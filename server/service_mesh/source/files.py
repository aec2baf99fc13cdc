"""Paths into texts: files, folders and globs, inside the allowed roots and within bounds."""

import errno
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from service_mesh.errors import InputError
from service_mesh.model.origin import SourceText
from service_mesh.model.unchecked import NotChecked
from service_mesh.source import markdown
from service_mesh.source.folders import KUSTOMIZATIONS, chart_command, kustomize_command, kustomize_patches
from service_mesh.source.globs import expand, fixed_part, is_pattern
from service_mesh.source.text import decode, encode_like

__all__ = ["Files", "read_text", "replace_text"]

_SUFFIXES = markdown.SUFFIXES | {".yaml", ".yml", ".json"}
_PASSED_OVER = frozenset({"node_modules", "__pycache__"})
_CHART_ENTRIES = frozenset({"Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json", "templates"})


@dataclass(slots=True)
class _Listing:
    """What one folder holds, by what is done with it."""

    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    kustomization: str = ""


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
    unread: list[NotChecked] = field(default_factory=list)
    _read_bytes: int = 0
    _seen: set[str] = field(default_factory=set)

    def texts(self, paths: tuple[str, ...]) -> Iterator[SourceText]:
        """Yield the text of every file that the paths name, each file once, folders in the order of their names.

        Raises:
            InputError: A path that does not exist, cannot be read, lies outside the roots, or is beyond the bounds.
        """
        for path in paths:
            for match in self._matches(self._placed(path)):
                self._confine(match)
                if os.path.isdir(match):  # noqa: PTH112  # Path.is_dir raises where a parent folder may not be searched
                    yield from self._folder(match)
                else:
                    yield from self._file(match)

    def _placed(self, path: str) -> str:
        """A relative path that the working folder does not have is looked for in the roots."""
        if self.roots is None or Path(path).is_absolute() or os.path.lexists(fixed_part(path)):
            return path
        below = (os.path.join(root, path) for root in self.roots)  # noqa: PTH118  # the path stays as it was written
        return next((found for found in below if os.path.lexists(fixed_part(found))), path)

    def _matches(self, path: str) -> list[str]:
        if "\0" in path or not path.strip():
            raise InputError("a path is empty or holds a NUL character", "name a file, a folder or a glob")
        if os.path.lexists(path) or not is_pattern(path):
            return [path]
        self._confine(fixed_part(path))
        found = expand(path)
        if not found:
            raise InputError(f"no file matches '{path}'", "quote the pattern and check the folder")
        return found

    def _confine(self, path: str) -> None:
        if self.roots is None:
            return
        real = Path(os.path.realpath(path))
        if not any(real.is_relative_to(os.path.realpath(root)) for root in self.roots):
            allowed = ", ".join(f"'{root}'" for root in self.roots) or "none"
            raise InputError(f"'{path}' lies outside the allowed roots ({allowed})", "start the server with --root DIR")

    def _folder(self, top: str) -> Iterator[SourceText]:
        visited: set[str] = set()
        count, noted = 0, len(self.unread)
        pending = [(top, frozenset[str]())]
        while pending:
            folder, patches = pending.pop()
            real = os.path.realpath(folder)
            if real in visited:
                continue  # a link that leads back up
            visited.add(real)
            listing = self._entries(folder)
            if listing.kustomization:
                self._note(folder, "a Kustomize overlay is checked after rendering", kustomize_command(folder))
                patches |= self._patches(listing.kustomization)
            pending += [(child, patches) for child in reversed(listing.folders)]
            for file in listing.files:
                count += 1
                if os.path.realpath(file) not in patches:
                    yield from self._walked(file)
        if count == 0 and len(self.unread) == noted:
            self._note(top, "the folder holds no YAML, JSON or Markdown file", "name another folder")

    def _patches(self, kustomization: str) -> frozenset[str]:
        try:
            self._confine(kustomization)
        except InputError:
            return frozenset()
        return kustomize_patches(kustomization)

    def _entries(self, folder: str) -> "_Listing":
        """What a folder holds, sorted; a chart is noted instead of misread."""
        listing = _Listing()
        try:
            self._confine(folder)
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except InputError as error:
            self._note(folder, error.message, error.hint)
            return listing
        except OSError as error:
            self._note(folder, _reason(error), "make the folder readable")
            return listing
        is_chart = any(entry.name == "Chart.yaml" for entry in entries)
        if is_chart:
            self._note(folder, "a Helm chart is checked after rendering", chart_command(folder))
        for entry in entries:
            if entry.name.startswith(".") or entry.name in _PASSED_OVER or (is_chart and entry.name in _CHART_ENTRIES):
                continue
            if os.path.isdir(entry.path):  # noqa: PTH112  # DirEntry.is_dir raises for a link that leads to itself
                listing.folders.append(entry.path)
            elif entry.name in KUSTOMIZATIONS:
                listing.kustomization = entry.path
            elif Path(entry.name).suffix.lower() in _SUFFIXES:
                listing.files.append(entry.path)
        return listing

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
        text = decode(self._content(path), path)
        self._seen.add(real)
        yield SourceText(path, text)

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
            limit = self.max_bytes / (1024 * 1024)
            raise _BeyondBoundsError(f"the input is larger than {limit:g} MB", "validate it in parts")
        return content

    def _note(self, what: str, why: str, how: str) -> None:
        self.unread.append(NotChecked(what, why, how))


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
