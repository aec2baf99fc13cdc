"""The script of istio-plugged-in-ca, run: what it makes holds together, and each stage plugs in what it says."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from service_mesh.generate.dialects import Dialect
from service_mesh.operations.generate import generate
from service_mesh.operations.request import GenerateRequest

pytestmark = pytest.mark.skipif(
    not shutil.which("openssl") or not shutil.which("bash"), reason="needs openssl and bash"
)

_KUBECTL = """#!/usr/bin/env bash
# Stands in for kubectl: what a Secret is made from is written down, with the certificates that it trusts.
echo "$*" >>calls
for word in "$@"; do
  case $word in
    get) [[ "$*" == *go-template* ]] && cat "given/$(sed 's/.*data "\\([^"]*\\)".*/\\1/' <<<"$*")" || exit 1 ;;
    --from-file=root-cert.pem=*) cp "${word#--from-file=root-cert.pem=}" trusted ;;
    --from-file=ca-cert.pem=*) cp "${word#--from-file=ca-cert.pem=}" signing ;;
    -f) cat >/dev/null ;;
  esac
done
"""
_TWO: Mapping[str, object] = {
    "clusters": [{"name": "east"}, {"name": "west", "context": "prod-west"}],
    "organization": "Example, Inc.",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the script for a new mesh of two clusters has made its CAs."""
    folder = _written(tmp_path_factory.mktemp("new"), _TWO)
    _run(folder, "make")
    return folder


def test_the_ca_of_each_cluster_leads_to_the_root(made: Path) -> None:
    for cluster in ("east", "west"):
        assert "OK" in _openssl(made, "verify", "-CAfile", "root/root-cert.pem", f"{cluster}/ca-cert.pem")
        shown = _openssl(
            made, "x509", "-in", f"{cluster}/ca-cert.pem", "-noout", "-subject", "-ext", "basicConstraints"
        )
        assert f"L = {cluster}" in shown
        assert "CA:TRUE, pathlen:0" in shown
        held = (made / cluster / "cert-chain.pem").read_text()
        assert held == (made / cluster / "ca-cert.pem").read_text() + (made / "root/root-cert.pem").read_text()
        assert (made / cluster / "ca-key.pem").stat().st_mode & 0o077 == 0


def test_what_is_there_is_kept(made: Path) -> None:
    before = {path: path.read_bytes() for path in made.rglob("*.pem")}
    _run(made, "make")
    assert {path: path.read_bytes() for path in made.rglob("*.pem")} == before


def test_a_new_mesh_gets_its_secret_in_each_cluster(made: Path) -> None:
    _run(made, "install")
    calls = (made / "calls").read_text().splitlines()
    applied = [line for line in calls if " apply " in line]
    assert [line.split()[1] for line in applied] == ["east", "prod-west"]
    assert all("-n istio-system" in line for line in calls)


def test_a_ca_that_runs_is_replaced_in_stages(made: Path, tmp_path: Path) -> None:
    folder = _written(tmp_path, {"clusters": [{"name": "east"}], "replaces": "self-signed"})
    (folder / "given").mkdir()
    for name in ("ca-cert.pem", "ca-key.pem"):  # another CA stands for the one that istiod made
        shutil.copy(made / "root" / name.replace("ca-", "root-"), folder / "given" / name)
    _run(folder, "make")
    old, new = (folder / "given/ca-cert.pem").read_text(), (folder / "root/root-cert.pem").read_text()
    own = (folder / "east/ca-cert.pem").read_text()
    expected = {"trust-both": (old + new, old), "sign": (old + new, own), "drop-old": (new, own), "back": (old, old)}
    for stage, (trusted, signing) in expected.items():
        _run(folder, stage)
        assert ((folder / "trusted").read_text(), (folder / "signing").read_text()) == (trusted, signing), stage


def test_a_renewed_ca_is_another_one_below_the_same_root(made: Path) -> None:
    root, before = (made / "root/root-cert.pem").read_text(), (made / "east/ca-cert.pem").read_text()
    _run(made, "renew")
    assert (made / "root/root-cert.pem").read_text() == root
    assert (made / "east/ca-cert.pem").read_text() != before
    assert "OK" in _openssl(made, "verify", "-CAfile", "root/root-cert.pem", "east/ca-cert.pem")
    assert (made / "signing").read_text() == (made / "west/ca-cert.pem").read_text()


def test_without_a_word_it_says_what_it_does(made: Path) -> None:
    found = subprocess.run(["bash", "istio-ca.sh"], cwd=made, capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert "install" in found.stdout


def _written(folder: Path, params: Mapping[str, object]) -> Path:
    result = generate(GenerateRequest("istio-plugged-in-ca", Dialect.ISTIO_SIDECAR, params))
    (script,) = result.files
    (folder / script.name).write_text(script.text, "utf-8")
    stand_in = folder / "bin" / "kubectl"
    stand_in.parent.mkdir()
    stand_in.write_text(_KUBECTL, "utf-8")
    stand_in.chmod(0o755)
    return folder


def _run(folder: Path, word: str) -> None:
    environment = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    subprocess.run(
        ["bash", "istio-ca.sh", word], cwd=folder, env=environment, check=True, capture_output=True, text=True
    )


def _openssl(folder: Path, *words: str) -> str:
    return subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, text=True).stdout
