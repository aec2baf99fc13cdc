"""Generated text that somebody has reviewed: what is generated now has to be the same."""

import os
from pathlib import Path

__all__ = ["assert_reviewed"]

_FOLDER = Path(__file__).parent.parent / "snapshots" / "generate"


def assert_reviewed(name: str, text: str) -> None:
    """Hold text to what was reviewed; SERVICE_MESH_UPDATE_SNAPSHOTS=1 writes it down, to be reviewed.

    Args:
        name: The snapshot: `strict-mtls/linkerd.yaml`.
        text: What is generated now; nothing is kept where it is empty.
    """
    path = _FOLDER / name
    if os.environ.get("SERVICE_MESH_UPDATE_SNAPSHOTS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8") if text else path.unlink(missing_ok=True)
    reviewed = path.read_text("utf-8") if path.exists() else ""
    assert text == reviewed, f"{name} is not what was reviewed: look at the difference, then write it down"
