"""`scripts/mesh-status.sh` in a fresh copy of the skill: from any folder, through links, with every exit code."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.packaging.repository import ROOT
from tools.package_skill import package

_BASELINE = ROOT / "tests/status/healthy/istio-sidecar.yaml"
_LAST = "fail: 3 errors, 2 warnings, 0 notes in 57 objects; 0 things not checked"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a person sees of one start."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def skill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the skill as hosts install it, in a folder with a blank in its name."""
    return package(ROOT, tmp_path_factory.mktemp("fresh copy")) / "skills/service-mesh"


def start(script: Path | str, *arguments: str, cwd: Path, bash: tuple[str, ...] = ()) -> Ran:
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), "SERVICE_MESH_PYTHON": sys.executable}
    done = subprocess.run(
        [*bash, script, *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def test_demo_shows_the_bundled_cluster_without_a_cluster_or_a_network(skill: Path, tmp_path: Path) -> None:
    ran = start(skill / "scripts/mesh-status.sh", "--demo", cwd=tmp_path)
    assert (ran.code, ran.err, ran.out.splitlines()[-1]) == (1, "", _LAST)
    assert "\x1b" not in ran.out


def test_links_to_the_script_are_followed(skill: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "first").symlink_to(skill / "scripts/mesh-status.sh")
    (tmp_path / "bin/mesh-status").symlink_to("../first")
    ran = start("bin/mesh-status", "--demo", cwd=tmp_path)
    assert (ran.code, ran.err, ran.out.splitlines()[-1]) == (1, "", _LAST)
    assert start("bin/mesh-status", "--help", cwd=tmp_path).out.startswith("usage: mesh-status [-h] ")


def test_script_runs_where_nobody_may_execute_it(skill: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(skill, tmp_path / "copy")
    for name in ("mesh-status.sh", "service-mesh"):
        (copy / "scripts" / name).chmod(0o644)
    ran = start("mesh-status.sh", "--demo", cwd=copy / "scripts", bash=("bash",))
    assert (ran.code, ran.err, ran.out.splitlines()[-1]) == (1, "", _LAST)


@pytest.mark.parametrize(
    ("arguments", "code", "shown"),
    [
        (["--snapshot", "healthy cluster.yaml"], 0, "pass: 0 errors, 0 warnings, 0 notes in 85 objects;"),
        (["--snapshot", "healthy cluster.yaml", "-o", "json"], 0, '"verdict": "pass"'),
        (["--snapshot", "healthy cluster.yaml", "--now", "2036-08-20"], 1, "error CE103 "),
        (["--demo", "--namespace", "catalog"], 1, "  catalog    ambient   1/1 "),
        (["--snapshot", "empty.yaml"], 3, "nothing could be checked: "),
        (["--snapshot", "absent.yaml"], 2, "service-mesh: 'absent.yaml': no such file or folder"),
        (["--demo", "--namespaces", "shop"], 2, "mesh-status.sh: unrecognized arguments: --namespaces"),
        ([], 2, "service-mesh: there is no kubeconfig at "),
        (["--context", "prod"], 2, "service-mesh: there is no kubeconfig at "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_arguments_reach_the_program_and_its_exit_code_comes_back(
    skill: Path, tmp_path: Path, arguments: list[str], code: int, shown: str
) -> None:
    shutil.copy(_BASELINE, tmp_path / "healthy cluster.yaml")
    (tmp_path / "empty.yaml").touch()
    ran = start(skill / "scripts/mesh-status.sh", *arguments, cwd=tmp_path)
    assert ran.code == code
    assert shown in (ran.err if code == 2 else ran.out)
    assert (ran.out if code == 2 else ran.err) == ""


def test_script_has_no_word_that_an_old_bash_lacks() -> None:
    text = (ROOT / "scripts/mesh-status.sh").read_text(encoding="utf-8")
    newer = (
        "declare -A",
        "mapfile",
        "readarray",
        "${!",
        "&>>",
        "|&",
        "local -n",
        ",,}",
        "^^}",
        "readlink -f",
        "realpath",
    )
    assert [word for word in newer if word in text] == []
    assert "set -euo pipefail" in text.splitlines()
