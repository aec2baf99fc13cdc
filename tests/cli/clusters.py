"""Saved clusters for tests of the command line: healthy ones of the fault table, and small ones of our own."""

import shutil
from pathlib import Path

__all__ = ["NO_MESH", "faulty", "saved"]

_HEALTHY = Path(__file__).parents[1] / "status/healthy"
NO_MESH = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, creationTimestamp: "2026-11-20T12:00:00Z"}
"""


def saved(name: str, folder: Path, *, into: str = "") -> str:
    """A healthy cluster of the fault table as a file in a folder."""
    target = folder / into / f"{name}.yaml"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_HEALTHY / f"{name}.yaml", target)
    return str(target.relative_to(folder))


def faulty(name: str, folder: Path, wrong: str, right: str) -> str:
    """The same with every occurrence of a text replaced."""
    path = folder / saved(name, folder)
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    return path.name
