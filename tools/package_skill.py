"""Writes the folder that hosts other than Claude Code install: an Agent Plugins package with the skill inside it.

Hosts that follow Agent Plugins look for `skills/<name>/SKILL.md` and a root `mcp.json`, and follow no links; the
repository itself has its SKILL.md at the root. So the package holds copies. Needs nothing but the standard library and
any Python 3.8: it runs before any set-up.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

__all__ = ["SKILL_PARTS", "main", "package"]

NAME = "service-mesh"
SCHEMAS = "https://agent-plugins.org/schemas/1.0.0"
SKILL_PARTS = ("SKILL.md", "LICENSE", "NOTICE", "constraints.txt", "references", "scripts", "examples", "server")
"""What an installed skill needs to run in place; `scripts/service-mesh` reads `constraints.txt` and starts `server`."""

_FROM_CLAUDE = ("name", "version", "description", "author", "license", "keywords")


def package(root: Path, target: Path) -> Path:
    """Write the package anew and return its folder.

    Args:
        root: The repository.
        target: Folder that becomes a marketplace holding the package; what an earlier run left there is replaced.

    Raises:
        FileNotFoundError: A part of the skill is missing.
    """
    claude = json.loads((root / ".claude-plugin/plugin.json").read_text(encoding="utf-8"))
    folder = target / NAME
    if folder.exists():
        shutil.rmtree(folder)
    skill = folder / "skills" / NAME
    skill.mkdir(parents=True)
    for part in SKILL_PARTS:
        _copy(root / part, skill / part)
    for part in ("README.md", "LICENSE", "NOTICE"):
        _copy(root / part, folder / part)
    _write(folder / "plugin.json", {"$schema": f"{SCHEMAS}/plugin.schema.json", **_picked(claude, _FROM_CLAUDE)})
    _write(folder / "mcp.json", {"$schema": f"{SCHEMAS}/mcp.schema.json", "mcpServers": {NAME: _server()}})
    _write(target / ".claude-plugin/marketplace.json", _marketplace(root))
    return folder


def main(arguments: list[str] | None = None) -> int:
    """Run the packager; returns the exit code."""
    root = Path(__file__).resolve().parents[1]
    parser = argparse.ArgumentParser(description="Write the packaged skill and plugin.")
    parser.add_argument("--target", type=Path, default=root / "dist", help="folder to write to (default: dist)")
    try:
        folder = package(root, parser.parse_args(arguments).target)
    except OSError as error:
        print(f"package: {error}", file=sys.stderr)
        return 2
    print(f"package: {folder}")
    return 0


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*"))
    else:
        shutil.copy(source, target)


def _server() -> dict[str, object]:
    return {"type": "stdio", "command": f"./skills/{NAME}/scripts/{NAME}", "args": ["serve"]}


def _marketplace(root: Path) -> dict[str, object]:
    whole = json.loads((root / ".claude-plugin/marketplace.json").read_text(encoding="utf-8"))
    return {**whole, "plugins": [{**entry, "source": f"./{NAME}"} for entry in whole["plugins"]]}


def _picked(whole: dict[str, object], keys: tuple[str, ...]) -> dict[str, object]:
    return {key: whole[key] for key in keys}


def _write(path: Path, content: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
