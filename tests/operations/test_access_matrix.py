"""The matrix as an answer: classes with their members, rows with places, totals, and what it refuses."""

import pytest

from service_mesh.errors import UsageError
from service_mesh.operations.access_matrix import access_matrix
from service_mesh.operations.access_result import AccessDecision
from service_mesh.operations.request import AccessMatrixRequest, Inputs
from tests.support.scene import deployment

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
POLICY = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: closed, namespace: shop}\n"
    "spec: {podSelector: {matchLabels: {app: cart}}, policyTypes: [Ingress]}\n"
)
MESH = "---\n".join((NAMESPACE, deployment("shop/cart"), deployment("shop/web"), deployment("shop/api"), POLICY))


def test_rows_hold_the_same_answer_for_all_classes_that_get_it() -> None:
    result = access_matrix(AccessMatrixRequest(Inputs(manifests=MESH), "shop"))
    members = [one.members for one in result.classes]
    assert members == [("Deployment shop/cart",), ("Deployment shop/web", "Deployment shop/api")]
    told = [(row.sources, row.targets, row.port.port, row.decision, row.transport) for row in result.rows]
    assert told == [
        ((0, 1), (0,), 8080, AccessDecision.DENY, "plaintext"),
        ((0, 1), (1,), 8080, AccessDecision.ALLOW, "plaintext"),
    ]
    totals = result.totals
    assert (totals.workloads, totals.classes, totals.rows) == (3, 2, 2)
    assert (totals.allow, totals.deny, totals.unknown) == (6, 3, 0)


def test_what_decides_is_told_with_its_place() -> None:
    result = access_matrix(AccessMatrixRequest(Inputs(manifests=MESH)))
    deciding = result.rows[0].deciding
    assert deciding is not None
    assert deciding.resource is not None
    assert (deciding.layer, deciding.resource.name, deciding.line) == ("network-ingress", "closed", 32)


def test_a_namespace_without_workloads_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="no workload of namespace 'shpo' was read") as caught:
        access_matrix(AccessMatrixRequest(Inputs(manifests=MESH), "shpo"))
    assert "did you mean namespace 'shop'?" in str(caught.value)
