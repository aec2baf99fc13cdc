"""Which versions go together, as the tables have it."""

import pytest

from service_mesh.catalog.skew import Conflict, conflicts
from service_mesh.model.grade import Severity
from service_mesh.model.kinds import Kind

TLS_ROUTE = Kind("gateway.networking.k8s.io", "TLSRoute")
OF_LINKERD = Kind("policy.linkerd.io", "HTTPRoute")


@pytest.mark.parametrize(
    ("wanted", "messages"),
    [
        ({"linkerd": "2.17", "gateway-api": "1.1"}, []),
        ({"linkerd": "2.17", "gateway-api": "1.2"}, ["Linkerd 2.17 takes the Gateway API 0.7 to 1.1, not 1.2"]),
        ({"linkerd": "2.20", "gateway-api": "1.1"}, ["Linkerd 2.20 takes the Gateway API 1.2 to 1.5, not 1.1"]),
        ({"cilium": "1.20", "gateway-api": "1.5"}, ["Cilium 1.20 takes the Gateway API 1.6 or newer, not 1.5"]),
        ({"cilium": "1.20", "gateway-api": "1.10"}, []),
        (
            {"linkerd": "2.20", "cilium": "1.20", "gateway-api": "1.6"},
            ["Linkerd 2.20 takes the Gateway API 1.2 to 1.5, not 1.6"],
        ),
        (
            {"linkerd": "2.20", "cilium": "1.20"},
            [
                "no release of the Gateway API suits both Cilium 1.20, which takes 1.6 or newer,"
                " and Linkerd 2.20, 1.2 to 1.5"
            ],
        ),
        ({"linkerd": "2.20", "cilium": "1.19"}, []),
        ({"istio": "1.30", "gateway-api": "1.5"}, []),
        ({"istio": "1.29", "kubernetes": "1.36"}, ["Istio 1.29 is meant for Kubernetes 1.31 to 1.35, not 1.36"]),
        ({"istio": "1.31", "kubernetes": "1.31"}, ["Istio 1.31 is meant for Kubernetes 1.32 to 1.36, not 1.31"]),
        ({"istio": "1.30", "kubernetes": "1.20"}, ["Istio 1.30 is meant for Kubernetes 1.32 to 1.36, not 1.20"]),
        ({"cilium": "1.19", "kubernetes": "1.20"}, []),
        ({"linkerd": "edge-26.8.3", "gateway-api": "1.6"}, []),
        ({"gateway-api": "1.6", "kubernetes": "1.20"}, []),
    ],
)
def test_pair_of_versions_goes_together_or_is_told(wanted: dict[str, str], messages: list[str]) -> None:
    assert [conflict.message for conflict in conflicts(wanted, [])] == messages


def test_what_a_mesh_was_not_built_for_is_no_more_than_a_note() -> None:
    assert list(conflicts({"istio": "1.26", "gateway-api": "1.5"}, [TLS_ROUTE])) == [
        Conflict(
            "Istio 1.26 is built for the Gateway API 1.3 and ignores what 1.5 has brought since",
            ("gateway-api",),
            Severity.INFO,
        )
    ]


def test_definition_that_is_too_old_for_a_mesh_is_told_of_its_kind() -> None:
    assert list(conflicts({"istio": "1.31", "gateway-api": "1.4"}, [TLS_ROUTE, OF_LINKERD, TLS_ROUTE])) == [
        Conflict(
            "Istio 1.31 reads 'TLSRoute' of the Gateway API 1.5 or newer, not of 1.4", ("gateway-api",), None, TLS_ROUTE
        )
    ]
