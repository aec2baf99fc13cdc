"""The CRDs' own rules against our constraints, on made-up values: no disagreement, and both verdicts for every rule."""

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from service_mesh.catalog.constraints.known_alternatives import ALTERNATIVES
from service_mesh.catalog.constraints.known_rules import RULES
from tests.catalog.differential.sources import FOLDER, Subject, subjects_in
from tests.catalog.differential.sweep import ALWAYS_KEPT, EACH, compared, names

_NAMES = names()


@cache
def _subjects() -> dict[str, Subject]:
    """Read once in every process; skips where there is nothing to read or to judge by."""
    folder = os.environ.get(FOLDER)
    if not folder:
        pytest.skip(f"{FOLDER} names no folder of CRDs")
    if not Path(folder).is_dir():
        pytest.skip(f"the folder that {FOLDER} names does not exist")
    if find_spec("cel_expr_python") is None:
        pytest.skip("cel-expr-python, which evaluates the rules of the CRDs, is not installed")
    return subjects_in(Path(folder))


def test_tables_hold_exactly_the_rules_of_the_crds() -> None:
    assert {digest for digest, subject in _subjects().items() if subject.is_rule} == set(RULES)
    assert {digest for digest, subject in _subjects().items() if not subject.is_rule} == set(ALTERNATIVES)


@pytest.mark.parametrize(
    ("digest", "name"), sorted(_NAMES.items()), ids=[f"{n} {d}" for d, n in sorted(_NAMES.items())]
)
def test_constraint_says_what_the_rule_says(digest: str, name: str) -> None:
    count = compared(_subjects()[digest], name)
    assert count.different == []
    assert count.taken >= EACH
    assert count.refused >= EACH or (name in ALWAYS_KEPT and count.refused == 0), name
    assert count.taken + count.refused >= 2 * EACH
