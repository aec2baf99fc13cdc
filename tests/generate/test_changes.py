"""What else generated files change where they are applied, and meshes that are not there."""

import pytest

from service_mesh.errors import UsageError
from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import GenerateRequest, Inputs

_SHOP = """
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080}]}
"""
_CALLS = {"to": {"namespace": "shop", "name": "cart"}, "callers": [{"namespace": "shop", "service_account": "web"}]}


def _workload(name: str) -> str:
    container = "{name: app, image: app, ports: [{containerPort: 8080}]}"
    return f"""---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{serviceAccountName: {name}, containers: [{container}]}}
"""


def _generated(*workloads: str) -> GenerateResult:
    text = _SHOP + "".join(_workload(name) for name in workloads)
    return generate(GenerateRequest("allow-calls", "istio-sidecar", _CALLS, Inputs(manifests=text)))


def test_calls_that_end_are_told_with_who_calls() -> None:
    (said,) = _generated("cart", "web", "legacy").checks.changes
    assert said == "Deployment shop/cart, Deployment shop/legacy -> Deployment shop/cart port 8080 no longer passes"


def test_nothing_is_told_where_nobody_else_calls() -> None:
    params = {**_CALLS, "callers": [{"namespace": "shop"}]}
    text = _SHOP + _workload("cart") + _workload("web")
    found = generate(GenerateRequest("allow-calls", "istio-sidecar", params, Inputs(manifests=text)))
    assert found.apply_order
    assert found.checks.changes == ()


def test_without_surroundings_there_is_nothing_else_to_change() -> None:
    assert generate(GenerateRequest("allow-calls", "istio-sidecar", _CALLS)).checks.changes == ()


def test_what_was_not_given_is_taken_not_to_be_there_and_that_is_said() -> None:
    notes = _generated("cart").notes
    assert "the proof takes what the surroundings do not show not to be there: give all that is, or a snapshot" in notes


@pytest.mark.parametrize("mesh", ["linkerd", "cilium"])
def test_a_mesh_that_a_cluster_does_not_run_is_refused(mesh: str) -> None:
    inputs = Inputs(snapshot="examples/demo-cluster")
    with pytest.raises(UsageError, match="is not installed in the surroundings; it runs istio; name that mesh"):
        generate(GenerateRequest("allow-calls", mesh, _CALLS, inputs))


def test_the_mesh_of_a_cluster_is_taken() -> None:
    inputs = Inputs(snapshot="examples/demo-cluster")
    found = generate(GenerateRequest("strict-mtls", "istio-sidecar", {"namespace": "catalog"}, inputs))
    assert found.apply_order == ("strict-mtls.yaml",)
    assert all("the proof takes" not in note for note in found.notes)
