"""The demo cluster shows what it claims: each planted fault at its object and field, and nothing else."""

import re
from pathlib import Path

import pytest

from service_mesh.cli.output.status_text import print_status
from service_mesh.operations.request import Inputs, StatusRequest, ValidateRequest
from service_mesh.operations.status import status
from service_mesh.operations.status_result import ReadCluster, StatusResult
from service_mesh.operations.validate import validate
from service_mesh.status.health import NamespaceHealth

_FOLDER = Path(__file__).parents[2] / "examples/demo-cluster"
_LARGEST = 60_000
_EXCERPT = re.compile(r"^```text\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _status() -> StatusResult:
    return status(StatusRequest(Inputs(snapshot=str(_FOLDER))))


def test_planted_faults_are_found_at_their_fields_and_nothing_else() -> None:
    result = _status()
    found = [(p.severity.value, p.code, p.resource and p.resource.name, p.evidence.pointer) for p in result.problems]
    assert found == [
        ("error", "ST305", "public-istio", "/status/loadBalancer"),
        ("error", "CE103", "cacerts", "/data/ca-cert.pem"),
        ("error", "ST201", "web-6d5f7c8b9-q8x7m", "/spec/containers"),
        ("warning", "ST103", "istiod-75f8b6d9c4-q8x7m", "/status/containerStatuses/0/state/waiting/reason"),
        ("warning", "ST203", "ledger-5bd7c9f6c8-t5n8r", "/spec/containers/0/image"),
    ]
    assert result.not_checked == ()


def test_each_problem_stands_below_a_comment_that_announces_it() -> None:
    announced = sum(path.read_text(encoding="utf-8").count("# planted: ") for path in _FOLDER.glob("*.yaml"))
    assert announced == 6
    files = [Path(problem.file).name for problem in _status().problems]
    assert files == ["istio-ingress.yaml", "istio-system.yaml", "shop.yaml", "istio-system.yaml", "payments.yaml"]


def test_fault_of_the_configuration_is_counted_and_validation_says_where() -> None:
    (mesh,) = _status().meshes
    findings = validate(ValidateRequest(Inputs(snapshot=str(_FOLDER)))).findings
    (error,) = [finding for finding in findings if finding.severity.value == "error"]
    assert (error.code, Path(error.file).name) == ("IS103", "payments.yaml")
    assert mesh.config.error == 1


def test_cluster_has_a_version_a_time_and_both_modes() -> None:
    result = _status()
    assert result.clusters == (ReadCluster("", "", "2026-11-20T11:57:30Z", "1.35.2", "kubectl", 57),)
    (mesh,) = result.meshes
    assert (mesh.mesh, mesh.version, mesh.mode) == ("istio", "1.31.1", "sidecar and ambient")
    assert mesh.data_plane.namespaces == (
        NamespaceHealth("catalog", "ambient", 1, 1, 0, 0),
        NamespaceHealth("payments", "sidecar", 1, 1, 1, 0, "default"),
        NamespaceHealth("shop", "sidecar", 1, 0, 0, 0, "default"),
    )


def test_demo_cluster_is_small_and_valid_apart_from_what_is_planted() -> None:
    assert sum(path.stat().st_size for path in _FOLDER.iterdir()) < _LARGEST
    findings = validate(ValidateRequest(Inputs(paths=(str(_FOLDER),)))).findings
    assert [finding.code for finding in findings if finding.code.startswith("SC")] == []


def test_readme_shows_what_the_demo_prints(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    root = _FOLDER.parents[1]
    monkeypatch.chdir(root)
    print_status(status(StatusRequest(Inputs(snapshot="examples/demo-cluster"))), "never")
    printed = capsys.readouterr().out
    (excerpt,) = _EXCERPT.findall((root / "README.md").read_text(encoding="utf-8"))
    parts = [part.strip("\n") for part in excerpt.split("…\n")]
    assert len(parts) == 3
    assert [part for part in parts if part not in printed] == []
