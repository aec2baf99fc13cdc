"""The overview of Istio: what is counted of a cluster, exactly."""

from collections.abc import Mapping
from typing import Any

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import MeshView
from service_mesh.model.resource import Resource
from service_mesh.status.health import Component, DataPlane, GatewayHealth, MeshHealth, NamespaceHealth
from service_mesh.status.istio import health
from tests.status.faults import NOW, healthy, with_change

_ISTIOD = Component("istiod", "Deployment", "istio-system", 2, 2, "1.31.2", "default")
_WEB = "web-6d5f7c8b9-4kz2p"


def _view(documents: tuple[Mapping[str, object], ...], cluster: str = "") -> MeshView:
    resources = [Resource(dict(data), cluster=cluster) for data in documents]
    return MeshView(resources, captures={cluster: Capture(NOW, None)})


def _health(name: str, **entry: Any) -> MeshHealth:
    found = health(_view(with_change(healthy(name), entry)))
    assert found is not None
    return found


def _namespaces(name: str, **entry: Any) -> dict[str, NamespaceHealth]:
    return {one.name: one for one in _health(name, **entry).data_plane.namespaces}


def test_cluster_with_sidecars_is_told_in_full() -> None:
    assert _health("istio-sidecar") == MeshHealth(
        mesh="istio",
        cluster="",
        version="1.31.2",
        mode="sidecar",
        control_plane=(_ISTIOD,),
        data_plane=DataPlane(
            (
                NamespaceHealth("payments", "sidecar", 1, 1, 0, 0, "default"),
                NamespaceHealth("shop", "sidecar", 1, 1, 0, 0, "default"),
            )
        ),
        gateways=(
            GatewayHealth(
                "istio-ingress/public", "Gateway", ("203.0.113.11",), ("http:80/HTTP", "https:443/HTTPS"), True
            ),
            GatewayHealth("istio-ingress/istio-ingressgateway", "Deployment", ("203.0.113.10",), ("https:443/HTTPS",)),
        ),
    )


def test_cluster_in_ambient_mode_is_told_in_full() -> None:
    assert _health("istio-ambient") == MeshHealth(
        mesh="istio",
        cluster="",
        version="1.31.2",
        mode="ambient",
        control_plane=(
            _ISTIOD,
            Component("istio-cni-node", "DaemonSet", "istio-system", 2, 2, "1.31.2"),
            Component("ztunnel", "DaemonSet", "istio-system", 2, 2, "1.31.2"),
        ),
        data_plane=DataPlane((NamespaceHealth("shop", "ambient", 2, 2, 0, 0),)),
        gateways=(
            GatewayHealth(
                "shop/waypoint", "Gateway", ("waypoint.shop.svc.cluster.local",), ("mesh:15008/HBONE",), True
            ),
        ),
    )


def test_clusters_of_other_meshes_have_no_istio() -> None:
    assert [health(_view(healthy(name))) for name in ("cilium", "linkerd")] == [None, None]


def test_cluster_is_asked_by_its_name() -> None:
    view = _view(healthy("istio-ambient"), "north")
    found = health(view, "north")
    assert health(view) is None
    assert found is not None
    assert (found.cluster, found.data_plane.namespaces[0].meshed) == ("north", 2)


def test_workload_with_a_pod_without_proxy_is_enrolled_and_not_meshed() -> None:
    found = _namespaces("istio-sidecar", remove=[f"Pod shop/{_WEB} /spec/initContainers"])
    assert found["shop"] == NamespaceHealth("shop", "sidecar", 1, 0, 0, 0, "default")


def test_workload_with_an_older_proxy_is_outdated() -> None:
    image = f"Pod shop/{_WEB} /spec/initContainers/1/image"
    found = _namespaces("istio-sidecar", set={image: "docker.io/istio/proxyv2:1.30.3"})
    assert found["shop"] == NamespaceHealth("shop", "sidecar", 1, 1, 1, 0, "default")


def test_workload_with_a_pod_that_is_not_ready_is_counted() -> None:
    found = _namespaces("istio-sidecar", set={f"Pod shop/{_WEB} /status/conditions/3/status": "False"})
    assert found["shop"] == NamespaceHealth("shop", "sidecar", 1, 1, 0, 1, "default")


def test_revision_is_that_of_the_proxies_and_not_of_the_label() -> None:
    annotation = "/metadata/annotations/istio.io~1rev"
    found = _namespaces("istio-sidecar", set={f"Pod payments/ledger-5bd7c9f6c8-t5n8r {annotation}": "1-30"})
    assert found["payments"].revision == "1-30"


def test_workloads_scaled_to_zero_and_finished_pods_are_not_counted() -> None:
    pod = f"Pod shop/{_WEB}"
    found = _namespaces(
        "istio-sidecar",
        set={"Deployment shop/web /spec/replicas": 0, f"{pod} /status/phase": "Succeeded"},
        delete=["Pod shop/web-6d5f7c8b9-q8x7m"],
    )
    assert found["shop"] == NamespaceHealth("shop", "sidecar", 0, 0, 0, 0, "default")


def test_both_modes_are_named_where_a_namespace_has_sidecars_beside_ztunnel() -> None:
    found = _health("istio-ambient", set={"Namespace batch /metadata/labels/istio-injection": "enabled"})
    assert found.mode == "sidecar and ambient"
    assert found.data_plane.namespaces[0] == NamespaceHealth("batch", "sidecar", 1, 0, 0, 0, "default")


def test_releases_of_two_istiods_are_told_the_newest_first() -> None:
    canary: dict[str, Any] = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "istiod-canary", "namespace": "istio-system", "labels": {"app": "istiod"}},
        "spec": {
            "selector": {"matchLabels": {"app": "istiod", "istio.io/rev": "canary"}},
            "template": {
                "metadata": {"labels": {"app": "istiod", "istio.io/rev": "canary"}},
                "spec": {"containers": [{"name": "discovery", "image": "docker.io/istio/pilot:1.32.0-rc.1"}]},
            },
        },
        "status": {"replicas": 1},
    }
    found = _health("istio-sidecar", add=[canary])
    assert found.version == "1.32.0-rc.1, 1.31.2"
    assert [one.revision for one in found.control_plane] == ["canary", "default"]
    assert (found.control_plane[0].ready, found.control_plane[0].wanted) == (0, 1)


def test_gateway_that_no_controller_answers_is_neither_programmed_nor_not() -> None:
    found = _health("istio-sidecar", remove=["Gateway istio-ingress/public /status"])
    assert found.gateways[0] == GatewayHealth(
        "istio-ingress/public", "Gateway", (), ("http:80/HTTP", "https:443/HTTPS"), None
    )
