"""The verb `report`: both answers of one reading, and whom exactly their lines are about."""

import pytest

from service_mesh.errors import UsageError
from service_mesh.operations.access_matrix import access_matrix
from service_mesh.operations.mtls import mtls
from service_mesh.operations.report import report
from service_mesh.operations.report_result import Ends, ReportResult
from service_mesh.operations.request import AccessMatrixRequest, Inputs, MtlsRequest
from tests.operations.test_mtls import OTHERS, PODS, SIDECARS, mode, service

MESH = Inputs(manifests="---\n".join((OTHERS, *PODS, SIDECARS, service("NodePort"))))
STRICT = Inputs(manifests="---\n".join((OTHERS, *PODS, SIDECARS, service(), mode("STRICT"))))


def members(found: ReportResult, mask: int) -> list[str]:
    return [one.title for one in found.workloads if mask >> one.number & 1]


@pytest.mark.parametrize("inputs", [MESH, STRICT])
def test_a_report_answers_as_the_two_verbs_do(inputs: Inputs) -> None:
    found = report(MtlsRequest(inputs))
    assert found.mtls == mtls(MtlsRequest(inputs))
    assert found.matrix == access_matrix(AccessMatrixRequest(inputs))


def test_edges_come_with_all_who_are_at_their_ends() -> None:
    found = report(MtlsRequest(STRICT))
    told = [
        (edge.transport, members(found, ends.callers), members(found, ends.called))
        for edge, ends in zip(found.mtls.edges, found.edges, strict=True)
    ]
    assert told == [
        ("broken", ["Deployment legacy/report"], ["Deployment shop/cart"]),
        ("mtls", ["Deployment shop/web", "Deployment shop/cart"], ["Deployment shop/cart"]),
    ]


def test_who_comes_from_outside_is_no_caller_of_a_class() -> None:
    found = report(MtlsRequest(MESH))
    cart = next(one.number for one in found.workloads if one.title == "Deployment shop/cart")
    legacy = next(one.number for one in found.workloads if one.title == "Deployment legacy/report")
    clients = [one.clients for one in found.mtls.strict_ready.would_break]
    assert sorted(zip(clients, found.breaking, strict=True)) == [
        (0, Ends(0, 1 << cart)),
        (1, Ends(1 << legacy, 1 << cart)),
    ]


def test_only_what_is_asked_about_is_called() -> None:
    found = report(MtlsRequest(MESH, workload="shop/cart"))
    assert [(one.title, one.namespace, one.is_asked) for one in found.workloads] == [
        ("Deployment shop/web", "shop", False),
        ("Deployment shop/cart", "shop", True),
        ("Deployment legacy/report", "legacy", False),
    ]
    assert {title for row in found.matrix.rows for title in members(found, row.servers)} == {"Deployment shop/cart"}


def test_a_workload_that_was_not_read_is_refused() -> None:
    with pytest.raises(UsageError, match="no workload 'shop/none' was read"):
        report(MtlsRequest(MESH, workload="shop/none"))
