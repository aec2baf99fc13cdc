"""The repository as its tests see it: its root and the files that a commit would hold."""

import subprocess
from functools import cache
from pathlib import Path

import pytest

__all__ = ["ROOT", "held_files", "text_of"]

ROOT = Path(__file__).resolve().parents[2]


@cache
def held_files() -> tuple[str, ...]:
    """Paths from the root that git holds, or would after `git add`; the test is skipped outside a git checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout, so the files of the project cannot be told from others")
    return tuple(sorted(path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()))


def text_of(path: str) -> str | None:
    """The text of a file; None where it is not text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
