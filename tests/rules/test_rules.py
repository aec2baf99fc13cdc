"""Every fixture of every rule: exact lines and codes, the text, what fixes make of it, and nothing else."""

from pathlib import Path

import pytest

from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import Rule
from tests.support.fixture import Case, Expectation, cases, counted_of, findings_of, fixed_text

_HERE = Path(__file__).parent
_RULES = {rule.name.replace("-", "_"): rule for rule in load_rules() if not rule.is_about_commands}
_FIXTURES = sorted(path for path in _HERE.glob("*/*.yaml") if not path.name.endswith(".fixed.yaml"))
_CASES = [(path, case) for path in _FIXTURES for case in cases(path)]


def _rule(path: Path) -> Rule:
    return _RULES[path.stem]


@pytest.mark.parametrize(("path", "case"), _CASES, ids=[f"{path.stem}: {case.title}" for path, case in _CASES])
def test_case_yields_exactly_what_its_lines_announce(path: Path, case: Case) -> None:
    listed, counted = findings_of(case, _rule(path).code), counted_of(case, _rule(path).code)
    found, expected = [*listed, *counted], case.expectations
    said = [*((f.line, f.code, f.severity.value) for f in listed), *((f.line, f.code, "counted") for f in counted)]
    assert sorted(said) == [(e.line, e.code, e.severity) for e in expected]
    for expectation in expected:
        assert any(_says(finding.line, finding.message, expectation) for finding in found), expectation


def _says(line: int, message: str, expectation: Expectation) -> bool:
    return line == expectation.line and expectation.text in message


_FIXED = sorted(_HERE.glob("*/*.fixed.yaml"))


@pytest.mark.parametrize("path", _FIXED, ids=[path.stem for path in _FIXED])
def test_fixes_make_the_fixed_twin_and_a_second_run_changes_nothing(path: Path) -> None:
    fixture = path.with_name(path.name.replace(".fixed.yaml", ".yaml"))
    code = _rule(fixture).code
    assert "\n".join(fixed_text(case, code) for case in cases(fixture)) == _cases_only(path)
    for case in cases(path):
        assert fixed_text(case, code) == case.source.text


def _cases_only(path: Path) -> str:
    return "\n".join(case.source.text for case in cases(path))
