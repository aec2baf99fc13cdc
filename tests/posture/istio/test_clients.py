"""Where the clients are that DestinationRules are for: namespaces with sidecars, and those without any."""

import pytest

from service_mesh.posture.istio.clients import lacks_sidecars, sidecar_namespaces
from tests.support.scene import deployment, scene

NAMESPACES = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: bare}
---
apiVersion: v1
kind: Namespace
metadata: {name: empty}
"""
GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: bare}
spec: {gatewayClassName: istio, listeners: []}
"""


def test_namespaces_with_sidecars_are_those_whose_workloads_run_one() -> None:
    mesh = scene(NAMESPACES, deployment("shop/web"), deployment("bare/db"), deployment("unknown/x"))
    assert sidecar_namespaces(mesh) == ("shop",)


@pytest.mark.parametrize(
    ("namespace", "lacks"), [("shop", False), ("bare", True), ("empty", False), ("unknown", False)]
)
def test_sidecars_are_lacking_where_every_loaded_workload_runs_none(namespace: str, *, lacks: bool) -> None:
    mesh = scene(NAMESPACES, deployment("shop/web"), deployment("bare/db"), deployment("unknown/x"))
    assert lacks_sidecars(mesh, namespace) is lacks


def test_gateway_of_the_gateway_api_stands_for_a_proxy() -> None:
    assert not lacks_sidecars(scene(NAMESPACES, deployment("bare/db"), GATEWAY), "bare")
