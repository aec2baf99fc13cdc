"""`scripts/validate-mtls.sh` in a fresh copy of the skill: on files and on a snapshot, from any folder."""

from pathlib import Path

import pytest

from tests.packaging.repository import ROOT
from tests.packaging.test_mesh_status import skill, start

__all__ = ["skill"]


def test_files_of_the_skill_are_looked_at_from_another_folder(skill: Path, tmp_path: Path) -> None:
    ran = start(skill / "scripts/validate-mtls.sh", str(skill / "examples/demo-mesh-repaired"), cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-1].startswith("permissive: ")


def test_a_snapshot_is_looked_at(skill: Path, tmp_path: Path) -> None:
    baseline = ROOT / "tests/status/healthy/istio-sidecar.yaml"
    ran = start(skill / "scripts/validate-mtls.sh", "--snapshot", str(baseline), cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [([], 2, "no input; name files"), (["--workloads"], 2, "did you mean '--workload'?")],
)
def test_wrong_use_is_told_by_the_name_of_the_script(
    skill: Path,
    tmp_path: Path,
    arguments: list[str],
    code: int,
    sentence: str,
) -> None:
    ran = start(skill / "scripts/validate-mtls.sh", *arguments, cwd=tmp_path)
    assert ran.code == code
    assert sentence in ran.err
