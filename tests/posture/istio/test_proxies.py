"""The proxies that run, and which workloads and Services are gateways."""

import pytest

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.proxies import istiod_releases, proxies, release_of
from service_mesh.posture.istio.running_gateways import (
    is_gateway_service,
    is_running_gateway,
    services_for,
    workloads_for,
)
from tests.status.faults import NOW, healthy, with_change


def _view(name: str) -> MeshView:
    return MeshView((Resource(dict(data)) for data in healthy(name)), captures={"": Capture(NOW, None)})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.31.2", (1, 31, 2)),
        ("1.31", (1, 31)),
        ("1.32.0-rc.1", (1, 32, 0)),
        ("edge-26.8.3", None),
        ("1", None),
        ("", None),
        ("1.²", None),
        (f"1.{'9' * 50}", None),
    ],
)
def test_release_is_read_as_numbers(text: str, expected: tuple[int, ...] | None) -> None:
    assert release_of(text) == expected


@pytest.mark.parametrize(
    ("tag", "expected"), [("1.31.2", False), ("1.31.1", True), ("1.30.9", True), ("1.31", False), ("1.32.0", False)]
)
def test_proxy_is_older_by_what_its_tag_tells(tag: str, *, expected: bool) -> None:
    image = "Pod payments/ledger-5bd7c9f6c8-t5n8r /spec/containers/0/image"
    changed = with_change(healthy("istio-sidecar"), {"set": {image: f"docker.io/istio/proxyv2:{tag}"}})
    view = MeshView(Resource(dict(data)) for data in changed)
    assert [proxy.is_older for proxy in proxies(view) if proxy.pod.namespace == "payments"] == [expected]


def test_every_proxy_of_a_cluster_is_found_wherever_it_stands() -> None:
    found = [(proxy.pod.namespace, proxy.image.pointer) for proxy in proxies(_view("istio-sidecar"))]
    assert sorted(found) == [
        *[("istio-ingress", "/spec/containers/0/image")] * 4,
        ("payments", "/spec/containers/0/image"),
        *[("shop", "/spec/initContainers/1/image")] * 2,
    ]


def test_ztunnel_and_waypoints_are_proxies_of_the_default_revision() -> None:
    found = {(proxy.pod.namespace, proxy.revision, proxy.control_plane) for proxy in proxies(_view("istio-ambient"))}
    assert found == {("istio-system", "default", (1, 31, 2)), ("shop", "default", (1, 31, 2))}


def test_release_of_istiod_is_known_by_revision() -> None:
    assert istiod_releases(_view("istio-sidecar"), "") == {"default": (1, 31, 2)}
    assert istiod_releases(_view("linkerd"), "") == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("istio-sidecar", ["istio-ingressgateway", "public-istio"]), ("istio-ambient", ["waypoint"])],
)
def test_gateways_are_told_from_workloads_with_sidecars_and_from_ztunnel(name: str, expected: list[str]) -> None:
    view = _view(name)
    assert sorted(one.resource.name for one in workloads(view) if is_running_gateway(view, one)) == expected


def test_services_of_gateways_are_told_from_others() -> None:
    view = _view("istio-sidecar")
    found = [service.name for service in view.of_kind(SERVICE) if is_gateway_service(view, service)]
    assert found == ["istio-ingressgateway", "public-istio"]


def test_what_a_controller_made_for_a_gateway_is_found_by_it() -> None:
    view = _view("istio-ambient")
    waypoint = view.find(GATEWAY_API_GATEWAY, "shop", "waypoint")
    assert waypoint is not None
    assert [service.name for service in services_for(view, waypoint)] == ["waypoint"]
    assert [workload.title for workload in workloads_for(view, waypoint)] == ["Deployment shop/waypoint"]
