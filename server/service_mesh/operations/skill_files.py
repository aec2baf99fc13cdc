"""The skill's own pages are found wherever it was installed, and nothing else is readable through them."""

import os
from collections.abc import Mapping
from pathlib import Path

from service_mesh.errors import InputError
from service_mesh.model.names import nearest

__all__ = ["OVERRIDE", "find_skill", "list_pages", "read_page"]

OVERRIDE = "SERVICE_MESH_SKILL_DIR"
"""Environment variable that names the skill's folder where it is neither a checkout nor packaged."""


def find_skill(environ: Mapping[str, str] | None = None) -> Path:
    """The folder that holds SKILL.md: the override, else the checkout, else what the package carries.

    Args:
        environ: Environment to read; None for the process's own.

    Raises:
        InputError: There is none.
    """
    given = (os.environ if environ is None else environ).get(OVERRIDE)
    package = Path(__file__).parents[1]
    candidates = [Path(given)] if given else [package.parents[1], package / "_skill"]
    for folder in candidates:
        if (folder / "SKILL.md").is_file():
            return folder
    where = f"'{given}', named by {OVERRIDE}," if given else "the installed package"
    raise InputError(f"{where} holds no SKILL.md", f"set {OVERRIDE} to the skill's folder or install the package again")


def list_pages(skill: Path) -> tuple[str, ...]:
    """SKILL.md and every Markdown page of references, as sorted paths from the skill's folder, `/` between steps."""
    found = (path.relative_to(skill).as_posix() for path in (skill / "references").rglob("*.md"))
    return ("SKILL.md", *sorted(name for name in found if _inside(skill, name)))


def read_page(skill: Path, name: str) -> str:
    """The text of one of the pages that `list_pages` names; any other path is refused, however it is spelt.

    Raises:
        InputError: There is no such page.
    """
    pages = list_pages(skill)
    if name not in pages:
        near = nearest(name, pages)
        raise InputError(
            f"the skill has no page '{name[:80]}'", f"did you mean '{near}'?" if near else "read 'SKILL.md' first"
        )
    return (skill / name).read_text(encoding="utf-8")


def _inside(skill: Path, name: str) -> bool:
    return (skill / name).resolve().is_relative_to(skill.resolve())
