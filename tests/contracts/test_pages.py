"""Generated pages are fresh, and the hand-written ones are true by our own measure."""

import re
from pathlib import Path

import pytest

from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.validate import validate
from tools.docs import stale

_ROOT = Path(__file__).parents[2]
_PAGES = sorted(
    path
    for path in [*_ROOT.glob("*.md"), *(_ROOT / "references").glob("*.md"), *(_ROOT / "docs").rglob("*.md")]
    if path.name != "CHANGELOG.md"
)
_LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")


def test_generated_pages_are_fresh() -> None:
    assert stale(_ROOT) == [], "run make docs"


@pytest.mark.parametrize("page", _PAGES, ids=[path.relative_to(_ROOT).as_posix() for path in _PAGES])
def test_page_has_no_finding_of_our_own(page: Path) -> None:
    result = validate(ValidateRequest(Inputs(paths=(str(page),))))
    assert [(f.line, f.code, f.message) for f in result.findings if f.severity.value != "info"] == []


@pytest.mark.parametrize("page", _PAGES, ids=[path.relative_to(_ROOT).as_posix() for path in _PAGES])
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    targets = _LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
