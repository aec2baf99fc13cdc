"""What is said of Cilium as a whole, and what is not said where two clusters are well."""

import copy
from collections.abc import Mapping
from typing import Any, cast

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import MeshView
from service_mesh.model.resource import Resource
from service_mesh.status import cilium
from service_mesh.status.health import Component, GatewayHealth, MeshHealth, NamespaceHealth
from tests.status.faults import NOW, healthy, problems

_CONFIG = "ConfigMap"


def _documents() -> list[dict[str, Any]]:
    return [copy.deepcopy(cast("dict[str, Any]", document)) for document in healthy("cilium")]


def _health(documents: list[dict[str, Any]]) -> MeshHealth | None:
    view = MeshView([Resource(document) for document in documents], captures={"": Capture(NOW, None)})
    return cilium.health(view, "")


def _options(documents: list[dict[str, Any]]) -> dict[str, str]:
    (config,) = [one for one in documents if (one["kind"], one["metadata"]["name"]) == (_CONFIG, "cilium-config")]
    return cast("dict[str, str]", config["data"])


def test_healthy_cluster_is_told_with_its_parts() -> None:
    found = _health(_documents())
    assert found is not None
    assert (found.mesh, found.cluster, found.version) == ("cilium", "", "1.20.3")
    assert (
        found.mode == "WireGuard, kube-proxy replacement, policy default, mutual authentication off, cluster east (1)"
    )
    assert sorted(found.control_plane, key=lambda one: one.name) == [
        Component("cilium", "DaemonSet", "kube-system", 3, 3, "1.20.3"),
        Component("cilium-envoy", "DaemonSet", "kube-system", 3, 3),
        Component("cilium-operator", "Deployment", "kube-system", 2, 2, "1.20.3"),
        Component("clustermesh-apiserver", "Deployment", "kube-system", 2, 2, "1.20.3"),
        Component("hubble-relay", "Deployment", "kube-system", 1, 1, "1.20.3"),
        Component("hubble-ui", "Deployment", "kube-system", 1, 1),
    ]
    assert found.data_plane.namespaces == (
        NamespaceHealth("kube-system", "cilium", 4, 4, 0, 0),
        NamespaceHealth("shop", "cilium", 2, 2, 0, 0),
    )
    assert found.gateways == (
        GatewayHealth("shop/shop", "Gateway", ("192.168.10.241",), ("http:80/HTTP", "https:443/HTTPS"), True),
    )


def test_cluster_without_cilium_has_none() -> None:
    assert _health([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}]) is None


def test_options_are_put_into_words() -> None:
    documents = _documents()
    options = _options(documents)
    options |= {
        "enable-wireguard": "false",
        "enable-ipsec": "true",
        "enable-encryption-strict-mode-egress": "true",
        "kube-proxy-replacement": "false",
        "enable-policy": "always",
        "policy-audit-mode": "true",
        "mesh-auth-mutual-enabled": "true",
        "cluster-id": "0",
    }
    found = _health(documents)
    assert found is not None
    assert found.mode == ("IPsec (strict), beside kube-proxy, policy always in audit mode, mutual authentication on")


def test_workload_with_a_pod_that_has_no_endpoint_is_not_meshed() -> None:
    documents = [
        one
        for one in _documents()
        if (one["kind"], one["metadata"]["name"]) != ("CiliumEndpoint", "web-6c9d7f5b8-c9d4f")
    ]
    found = _health(documents)
    assert found is not None
    assert NamespaceHealth("shop", "cilium", 2, 1, 0, 0) in found.data_plane.namespaces


def test_pods_are_taken_as_meshed_where_no_endpoints_tell() -> None:
    documents = [one for one in _documents() if one["kind"] != "CiliumEndpoint"]
    found = _health(documents)
    assert found is not None
    assert NamespaceHealth("shop", "cilium", 2, 2, 0, 0) in found.data_plane.namespaces


def test_pods_without_endpoints_are_no_problem_where_endpoints_are_shared_in_slices() -> None:
    documents = [
        one
        for one in _documents()
        if (one["kind"], one["metadata"]["name"]) != ("CiliumEndpoint", "web-6c9d7f5b8-c9d4f")
    ]
    _options(documents)["enable-cilium-endpoint-slice"] = "true"
    assert problems(tuple(documents)) == []


def test_connected_clusters_that_are_well_have_no_problem() -> None:
    west: tuple[Mapping[str, object], ...] = (
        _west("ConfigMap", "cilium-config", "kube-system", data={"cluster-name": "west", "cluster-id": "2"}),
        _west("Secret", "cilium-clustermesh", "kube-system", type="Opaque", data={"east": "UkVEQUNURUQ="}),
        _west("Service", "api", "shop", {"service.cilium.io/global": "true"}, spec={"type": "ClusterIP"}),
    )
    assert problems(healthy("cilium"), {"west": west}) == []


def test_clusters_that_do_not_know_each_other_may_share_a_number() -> None:
    other = (_west("ConfigMap", "cilium-config", "kube-system", data={"cluster-name": "north", "cluster-id": "1"}),)
    assert problems(healthy("cilium"), {"north": other}) == []


def test_new_pod_is_not_called_unmanaged() -> None:
    documents = [
        one
        for one in _documents()
        if (one["kind"], one["metadata"]["name"]) != ("CiliumEndpoint", "api-6c9d7f5b8-m3s7v")
    ]
    (pod,) = [one for one in documents if (one["kind"], one["metadata"]["name"]) == ("Pod", "api-6c9d7f5b8-m3s7v")]
    pod["metadata"]["creationTimestamp"] = "2026-11-20T11:59:30Z"
    assert problems(tuple(documents)) == []


def _west(
    kind: str, name: str, namespace: str, annotations: Mapping[str, str] | None = None, **rest: object
) -> Mapping[str, object]:
    metadata = {"name": name, "namespace": namespace, "creationTimestamp": "2026-06-02T08:00:00Z"}
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {**metadata, **({"annotations": dict(annotations)} if annotations else {})},
        **rest,
    }
