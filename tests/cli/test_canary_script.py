"""`scripts/generate-canary-config.py`: the short way to a canary, run as people run it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).parents[2] / "scripts" / "generate-canary-config.py"


def _ran(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SERVICE_MESH_PYTHON": sys.executable, "NO_COLOR": "1"}
    command = [sys.executable, str(_SCRIPT), *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("mesh", ["istio-sidecar", "istio-ambient", "linkerd", "cilium"])
def test_stages_are_numbered_files_with_a_script(tmp_path: Path, mesh: str) -> None:
    ran = _ran(tmp_path, "shop/cart", "--mesh", mesh, "-o", "canary")
    assert ran.returncode == 0, ran.stderr
    names = sorted(path.name for path in (tmp_path / "canary").iterdir())
    stages = [f"{number:02}-{share}-percent.yaml" for number, share in enumerate((5, 10, 25, 50, 100), 1)]
    assert [name for name in names if name[0].isdigit()] == ["00-stable.yaml", *stages]
    assert os.access(tmp_path / "canary" / "rollout.sh", os.X_OK)


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    ran = _ran(tmp_path, "shop/cart", "--mesh", "linkerd", "--weights", "20,100", "--dry-run")
    assert (ran.returncode, list(tmp_path.iterdir())) == (0, [])
    assert "# later: 01-20-percent.yaml\n" in ran.stdout


def test_every_word_reaches_the_files(tmp_path: Path) -> None:
    words = ("--stable", "blue", "--canary", "green", "--selector", "tier=front", "--port", "8000")
    more = (
        "--target-port",
        "9000",
        "--test-header",
        "x-test=1",
        "--max-failing-percent",
        "3",
        "--max-latency-ms",
        "70",
    )
    ran = _ran(tmp_path, "shop/cart", "--mesh", "linkerd", *words, *more, "--versions", "linkerd=2.17")
    assert ran.returncode == 0, ran.stderr
    text = "\n".join(path.read_text() for path in sorted((tmp_path / "canary").iterdir()))
    for part in ("cart-green", "version: blue", "tier: front", "port: 8000", "targetPort: 9000", 'value: "1"'):
        assert part in text
    assert "MOST_FAILING=0.03" in text
    assert "MOST_MILLISECONDS=70" in text
    assert "apiVersion: policy.linkerd.io/v1beta3" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("cart", "--mesh", "linkerd"), "'cart' is not NAMESPACE/SERVICE"),
        (("shop/cart", "--mesh", "linkerd", "--weights", "10,90"), "the last weight has to be 100"),
        (("shop/cart", "--mesh", "linkerd", "--weights", "a"), "'a' is not a list of percents"),
        (("shop/cart",), "--mesh"),
    ],
)
def test_mistakes_are_said_and_nothing_is_written(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    ran = _ran(tmp_path, *words)
    assert (ran.returncode, list(tmp_path.iterdir())) == (2, [])
    assert said in ran.stderr
