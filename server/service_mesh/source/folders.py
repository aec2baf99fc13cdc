"""Folders that hold something to be rendered first: Helm charts and Kustomize overlays."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from service_mesh.source.compose import ComposeError, compose
from service_mesh.source.plain import Builder

__all__ = ["KUSTOMIZATIONS", "Overlays", "chart_command", "kustomize_command"]

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_LARGEST_KUSTOMIZATION = 1024 * 1024


def chart_command(folder: str) -> str:
    """The command that renders a chart and validates the result."""
    return f"helm template NAME {folder} | service-mesh validate -"


def kustomize_command(folder: str) -> str:
    """The command that renders an overlay and validates the result."""
    return f"kubectl kustomize {folder} | service-mesh validate -"


@dataclass(slots=True)
class Overlays:
    """What the kustomizations of an input make of its files.

    A file that one of them lists as a resource is a whole object, even if another one uses it as a patch.
    """

    _patches: dict[str, str] = field(default_factory=dict)
    _resources: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)

    def add(self, kustomization: str) -> None:
        """Take in a kustomization; one that cannot be read lists nothing."""
        real = os.path.realpath(kustomization)
        if real in self._seen:
            return
        self._seen.add(real)
        folder, data = Path(kustomization).parent, _read(Path(kustomization))
        for name in _listed(data, "patches", "patchesJson6902", "patchesStrategicMerge"):
            self._patches.setdefault(os.path.realpath(folder / name), str(folder))
        self._resources.update(os.path.realpath(folder / name) for name in _listed(data, "resources"))

    def patched_by(self, file: str) -> str:
        """The folder of the kustomization that uses a file as a patch; empty for every other file."""
        real = os.path.realpath(file) if self._patches else ""
        return "" if real in self._resources else self._patches.get(real, "")


def _read(path: Path) -> Mapping[str, object]:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_KUSTOMIZATION:
            return {}
        text = path.read_text(encoding="utf-8")
        node = compose(text)
        data = Builder().build(node, text) if node is not None else None
    except (OSError, UnicodeDecodeError, ComposeError):
        return {}
    return data if isinstance(data, dict) else {}


def _listed(data: Mapping[str, object], *fields: str) -> Iterator[str]:
    """Paths in some lists; entries that are patches themselves are none."""
    for name in fields:
        entries = data.get(name)
        for entry in entries if isinstance(entries, list) else ():
            path = entry.get("path") if isinstance(entry, dict) else entry
            if isinstance(path, str) and "\n" not in path and "\0" not in path:
                yield path
