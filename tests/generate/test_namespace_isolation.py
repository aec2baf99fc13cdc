"""namespace-isolation where a waypoint stands before the namespace: it lets everybody through unless it is told."""

from pathlib import Path

from service_mesh.generate.dialects import Dialect
from service_mesh.mesh.view import Complete
from service_mesh.operations.access import access
from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import AccessRequest, GenerateRequest, Inputs

_WAYPOINT = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: door}}
---
apiVersion: v1
kind: Namespace
metadata: {name: next-door, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: door, namespace: shop, labels: {istio.io/waypoint-for: service}}
spec:
  gatewayClassName: istio-waypoint
  listeners: [{name: mesh, port: 15008, protocol: HBONE}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080}]}
"""
_PODS = """
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: SPACE}
spec:
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec: {serviceAccountName: NAME, containers: [{name: app, image: app, ports: [{containerPort: 8080}]}]}
"""


def _given(folder: Path) -> Path:
    places = (("shop", "cart"), ("shop", "web"), ("next-door", "client"))
    pods = (_PODS.replace("SPACE", space).replace("NAME", name) for space, name in places)
    path = folder / "mesh.yaml"
    path.write_text(_WAYPOINT + "".join(pods))
    return path


def _isolated(path: Path, release: str = "") -> GenerateResult:
    inputs = Inputs(paths=(str(path),))
    versions = {"istio": release} if release else {}
    asked = GenerateRequest("namespace-isolation", Dialect.ISTIO_AMBIENT, {"namespace": "shop"}, inputs, versions)
    return generate(asked)


def _asked(folder: Path, source: str) -> str:
    request = AccessRequest(Inputs(paths=(str(folder),)), source, "svc:shop/cart:80", "GET", "/", complete=Complete.YES)
    return access(request).decision.value


def test_waypoint_of_the_namespace_is_told_as_well(tmp_path: Path) -> None:
    path = _given(tmp_path)
    result = _isolated(path)
    assert result.apply_order == ("namespace-isolation.yaml",)
    (file,) = result.files
    (tmp_path / file.name).write_text(file.text)
    assert [_asked(tmp_path, source) for source in ("shop/web", "next-door/client")] == ["allow", "deny"]
    untold = file.text.replace("name: door", "name: another")
    (tmp_path / file.name).write_text(untold)
    assert _asked(tmp_path, "next-door/client") == "allow"


def test_release_whose_policies_name_no_waypoint_is_told_so(tmp_path: Path) -> None:
    result = _isolated(_given(tmp_path), "1.21")
    assert not result.apply_order
    assert "before Istio 1.22" in result.cannot_express[0].part
