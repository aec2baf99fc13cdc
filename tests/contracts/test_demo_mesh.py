"""The demo mesh shows what it claims: each planted fault at its line, nothing on its repaired twin."""

from pathlib import Path

from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.result import ValidateResult, Verdict
from service_mesh.operations.validate import validate

_EXAMPLES = Path(__file__).parents[2] / "examples"
_PLANTED = [
    ("runbook.md", 6, "CM101"),
    ("runbook.md", 13, "CM103"),
    ("traffic.yaml", 24, "IS104"),
    ("traffic.yaml", 38, "IS112"),
    ("traffic.yaml", 49, "IS103"),
    ("traffic.yaml", 59, "IS106"),
    ("traffic.yaml", 61, "IS101"),
    ("traffic.yaml", 76, "IS106"),
    ("workloads.yaml", 31, "SC121"),
    ("workloads.yaml", 51, "SC120"),
    ("workloads.yaml", 63, "SC121"),
]


def _validated(folder: str) -> ValidateResult:
    return validate(ValidateRequest(Inputs(paths=(str(_EXAMPLES / folder),))))


def test_planted_faults_are_found_at_their_lines_and_nothing_else() -> None:
    result = _validated("demo-mesh")
    assert [(Path(f.file).name, f.line, f.code) for f in result.findings] == _PLANTED
    assert result.verdict is Verdict.FAIL
    assert result.not_checked == ()


def test_repaired_twin_passes_without_a_word() -> None:
    result = _validated("demo-mesh-repaired")
    assert result.findings == ()
    assert result.verdict is Verdict.PASS
