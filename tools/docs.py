"""Writes the generated pages, or says which of them are stale: `python -m tools.docs [--check]`."""

import argparse
import sys
from pathlib import Path

from tools.pages.choosing import choosing_page
from tools.pages.coverage import coverage_page
from tools.pages.intents import intent_pages
from tools.pages.releases import release_pages
from tools.pages.rules import rule_pages
from tools.pages.tools import tools_page

__all__ = ["main", "pages"]

_ROOT = Path(__file__).resolve().parents[1]
_OWNED = ("references/rules", "references/intents")


def pages(root: Path = _ROOT) -> dict[str, str]:
    """Every page that is generated, or in part: path from the repository's root -> text."""
    own = {
        "references/tools.md": tools_page(),
        "references/decision-tree.md": choosing_page(),
        "docs/coverage.md": coverage_page(),
    }
    return {**rule_pages(), **intent_pages(), **own, **release_pages(root)}


def stale(root: Path) -> list[str]:
    """Paths of pages that differ from what would be generated, are missing, or have no source any more."""
    wanted = pages(root)
    differing = [path for path, text in wanted.items() if _read(root / path) != text]
    existing = {file.relative_to(root).as_posix() for folder in _OWNED for file in (root / folder).rglob("*.md")}
    return sorted({*differing, *(existing - wanted.keys())})


def write(root: Path) -> None:
    """Write every page and remove the pages of rules and intents that are gone."""
    wanted = pages(root)
    for path in stale(root):
        target = root / path
        if path in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(wanted[path], encoding="utf-8")
        else:
            target.unlink()


def main() -> int:
    """Write, or with --check only compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if a page is stale")
    if not parser.parse_args().check:
        write(_ROOT)
        return 0
    found = stale(_ROOT)
    for path in found:
        print(f"stale: {path}; run make docs")
    return 1 if found else 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
