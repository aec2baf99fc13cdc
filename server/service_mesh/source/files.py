"""Paths into texts: files, folders and globs, inside the allowed roots and within bounds."""

import errno
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from service_mesh.errors import InputError
from service_mesh.model.origin import SourceText
from service_mesh.model.unchecked import NotChecked
from service_mesh.source import markdown
from service_mesh.source.folders import KUSTOMIZATIONS, Overlays, chart_command, kustomize_command
from service_mesh.source.globs import expand, fixed_part, is_pattern
from service_mesh.source.roots import confine, placed
from service_mesh.source.text import decode, encode_like

__all__ = ["Files", "read_text", "replace_text"]

_SUFFIXES = markdown.SUFFIXES | {".yaml", ".yml", ".json"}
_OVERLAY = "a Kustomize overlay is checked after rendering"
_PATCH = "a Kustomize patch is no whole object; it is checked in the rendered overlay"
_NEAR = 3
"""Folders above a named file in which a kustomization may say that it is a patch."""

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
    _overlays: Overlays = field(default_factory=Overlays)
    _near: set[Path] = field(default_factory=set)

    def texts(self, paths: tuple[str, ...]) -> Iterator[SourceText]:
        """Yield the text of every file that the paths name, each file once, folders in the order of their names.

        Raises:
            InputError: A path that does not exist, cannot be read, lies outside the roots, or is beyond the bounds.
        """
        found = [match for path in paths for match in self._matches(placed(path, self.roots))]
        # Kustomizations come first: a patch may stand anywhere among what is given.
        for match, files in [(match, self._files_of(match)) for match in found]:
            if files is None:
                yield from self._named(match)
            for file in files or ():
                if not self._overlays.patched_by(file):
                    yield from self._walked(file)

    def _files_of(self, match: str) -> list[str] | None:
        """The files of a folder; None for a file that was named itself."""
        self._confine(match)
        if os.path.isdir(match):  # noqa: PTH112  # Path.is_dir raises where a parent folder may not be searched
            return self._folder(match)
        self._look_near(Path(match))
        return None

    def _look_near(self, file: Path) -> None:
        """Take in the kustomizations around a named file, in folders that were not looked at yet."""
        for folder in islice(file.absolute().parents, _NEAR):
            shown = str(folder) if file.is_absolute() else os.path.relpath(folder)
            if folder not in self._near:
                self._near.add(folder)
                for name in KUSTOMIZATIONS:
                    self._add_overlay(os.path.join(shown, name))  # noqa: PTH118  # `.` stays in front

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
        confine(path, self.roots)

    def _folder(self, top: str) -> list[str]:
        """The files of a folder and of those below it; what is not for reading is noted."""
        visited: set[str] = set()
        files: list[str] = []
        noted = len(self.unread)
        pending = [top]
        while pending:
            folder = pending.pop()
            real = os.path.realpath(folder)
            if real in visited:
                continue  # a link that leads back up
            visited.add(real)
            listing = self._entries(folder)
            if listing.kustomization:
                self._note(folder, _OVERLAY, kustomize_command(folder))
                self._add_overlay(listing.kustomization)
            pending += reversed(listing.folders)
            files += listing.files
        if not files and len(self.unread) == noted:
            self._note(top, "the folder holds no YAML, JSON or Markdown file", "name another folder")
        return files

    def _add_overlay(self, kustomization: str) -> None:
        try:
            self._confine(kustomization)
        except InputError:
            return
        self._overlays.add(kustomization)

    def _named(self, path: str) -> Iterator[SourceText]:
        """A file that was named itself: what is no whole object by its name or by a kustomization is noted."""
        folder = str(Path(path).parent)
        if Path(path).name in KUSTOMIZATIONS and Path(path).is_file():
            self._note(path, _OVERLAY, kustomize_command(folder))
        elif overlay := self._overlays.patched_by(path):
            self._note(path, _PATCH, kustomize_command(overlay))
        else:
            yield from self._file(path)

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
