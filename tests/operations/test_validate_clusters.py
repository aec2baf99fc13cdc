"""Clusters as surroundings of files, and as what is judged."""

from pathlib import Path

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.model.grade import Severity
from service_mesh.operations.request import FixMode, Inputs, ValidateRequest
from service_mesh.operations.result import Verdict
from service_mesh.operations.validate import validate

_HEALTHY = Path(__file__).parents[1] / "status" / "healthy"
_SNAPSHOT = str(_HEALTHY / "istio-sidecar.yaml")
_TYPO = """\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec:
  hosts: [web.shop.svc.cluster.local]
  http:
  - route: [{destination: {host: webb.shop.svc.cluster.local}}]
"""


@pytest.mark.parametrize("name", ["istio-sidecar", "istio-ambient", "linkerd", "cilium"])
def test_healthy_cluster_has_no_finding(name: str) -> None:
    inputs = Inputs(snapshot=str(_HEALTHY / f"{name}.yaml"))
    result = validate(ValidateRequest(inputs, min_severity=Severity.WARNING))
    assert [(finding.code, finding.message) for finding in result.findings] == []


def test_file_is_judged_as_if_it_were_applied_to_the_cluster() -> None:
    result = validate(ValidateRequest(Inputs(manifests=_TYPO, snapshot=_SNAPSHOT), min_severity=Severity.WARNING))
    assert [(f.code, f.severity, f.file, f.line) for f in result.findings] == [
        ("IS118", Severity.ERROR, "manifests", 7)
    ]
    assert result.verdict is Verdict.FAIL


def test_the_same_file_proves_nothing_about_the_host_beside_other_services_and_is_silent_alone() -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: other, namespace: other}\nspec: {ports: [{port: 80}]}\n"
    beside = validate(ValidateRequest(Inputs(manifests=f"{_TYPO}---\n{service}")))
    assert [(f.code, f.severity) for f in beside.findings if f.code == "IS118"] == [("IS118", Severity.INFO)]
    alone = validate(ValidateRequest(Inputs(manifests=_TYPO)))
    assert [f.code for f in alone.findings if f.code == "IS118"] == []


def test_fixes_change_files_and_never_the_cluster(tmp_path: Path) -> None:
    broken = tmp_path / "cluster.yaml"
    text = (_HEALTHY / "istio-sidecar.yaml").read_text(encoding="utf-8")
    broken.write_text(text + "---\n" + _TYPO.replace("name: web,", "name: other,"), encoding="utf-8")
    request = ValidateRequest(Inputs(snapshot=str(broken)), complete=Complete.YES, fix=FixMode.ALL)
    result = validate(request)
    assert [(f.code, f.fix) for f in result.findings if f.code == "IS118"] == [("IS118", None)]
    assert result.fixed == ()
