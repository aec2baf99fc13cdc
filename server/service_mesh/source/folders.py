"""Folders that hold something to be rendered first: Helm charts and Kustomize overlays."""

import os
from collections.abc import Iterator
from pathlib import Path

from service_mesh.source.compose import ComposeError, compose
from service_mesh.source.plain import Builder

__all__ = ["KUSTOMIZATIONS", "chart_command", "kustomize_command", "kustomize_patches"]

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_LARGEST_KUSTOMIZATION = 1024 * 1024


def chart_command(folder: str) -> str:
    """The command that renders a chart and validates the result."""
    return f"helm template NAME {folder} | service-mesh validate -"


def kustomize_command(folder: str) -> str:
    """The command that renders an overlay and validates the result."""
    return f"kubectl kustomize {folder} | service-mesh validate -"


def kustomize_patches(kustomization: str) -> frozenset[str]:
    """Real paths of the files that a kustomization uses as patches: fragments, not whole objects."""
    folder = Path(kustomization).parent
    return frozenset(os.path.realpath(folder / name) for name in _patch_names(Path(kustomization)))


def _patch_names(path: Path) -> Iterator[str]:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_KUSTOMIZATION:
            return
        text = path.read_text(encoding="utf-8")
        node = compose(text)
        data = Builder().build(node, text) if node is not None else None
    except (OSError, UnicodeDecodeError, ComposeError):
        return
    if not isinstance(data, dict):
        return
    for field in ("patches", "patchesJson6902", "patchesStrategicMerge"):
        entries = data.get(field)
        for entry in entries if isinstance(entries, list) else ():
            name = entry.get("path") if isinstance(entry, dict) else entry
            if isinstance(name, str) and "\n" not in name and "\0" not in name:
                yield name
