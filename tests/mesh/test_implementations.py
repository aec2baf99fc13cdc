"""Who reads a route at its parents, and which meshes the input shows."""

from collections.abc import Mapping

import pytest

from service_mesh.mesh.implementations import meshes, reader
from service_mesh.mesh.route_references import parents
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CONFIG_MAP, GATEWAY_API_GATEWAY, GATEWAY_CLASS, HTTP_ROUTE, NAMESPACE
from service_mesh.model.resource import Resource
from tests.mesh.objects import made

_SERVICE = {"group": "", "kind": "Service", "name": "cart"}
_PUBLIC = {"name": "public"}
_INJECT = "linkerd.io/inject"
_LINKERD = made(NAMESPACE, "shop", annotations={_INJECT: "enabled"})
_ISTIO = made(NAMESPACE, "edge", labels={"istio-injection": "enabled"})


def _cilium(switch: str) -> Resource:
    data = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cilium-config", "namespace": "kube-system"}}
    return Resource(data={**data, "data": {"enable-gateway-api": switch}})


def _class(controller: str) -> Resource:
    return made(GATEWAY_CLASS, "own", {"controllerName": controller})


def _gateway(name: str) -> Resource:
    return made(GATEWAY_API_GATEWAY, "shop/public", {"gatewayClassName": name})


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ([], set()),
        ([_LINKERD], {"linkerd"}),
        ([made(NAMESPACE, "shop", annotations={_INJECT: "disabled"})], set()),
        ([_ISTIO], {"istio"}),
        ([made(NAMESPACE, "shop", labels={"istio-injection": "disabled"})], set()),
        ([made(NAMESPACE, "shop", labels={"istio-injection": ["enabled"]})], set()),
        ([made(NAMESPACE, "shop", labels={"kuma.io/sidecar-injection": "enabled"})], {"kuma"}),
        ([_cilium("true")], {"cilium"}),
        ([_cilium("false")], set()),
        ([made(CONFIG_MAP, "kube-system/other")], set()),
        ([_class("io.cilium/gateway-controller"), _LINKERD], {"cilium", "linkerd"}),
        ([_class("example.org/own")], set()),
        ([_gateway("istio-agentgateway")], {"agentgateway"}),
    ],
)
def test_meshes_show_by_labels_annotations_settings_and_classes(resources: list[Resource], expected: set[str]) -> None:
    assert meshes(MeshView(resources)) == expected


@pytest.mark.parametrize(
    ("parent", "resources", "expected"),
    [
        (_SERVICE, [], ""),
        (_SERVICE, [_LINKERD], "linkerd"),
        (_SERVICE, [_LINKERD, _cilium("true")], ""),
        ({"group": "networking.istio.io", "kind": "ServiceEntry", "name": "out"}, [_LINKERD], "istio"),
        ({"group": "policy.linkerd.io", "kind": "EgressNetwork", "name": "out"}, [_ISTIO], "linkerd"),
        (_PUBLIC, [_gateway("cilium")], "cilium"),
        (_PUBLIC, [_gateway("own"), _class("istio.io/gateway-controller")], "istio"),
        (_PUBLIC, [_gateway("nginx")], ""),
        (_PUBLIC, [], ""),
    ],
)
def test_reader_is_the_implementation_of_the_gateway_or_the_only_mesh(
    parent: Mapping[str, str], resources: list[Resource], expected: str
) -> None:
    assert _reader(made(HTTP_ROUTE, "shop/cart", {"parentRefs": [parent]}), *resources) == expected


def test_annotations_of_the_route_say_that_it_is_for_linkerd_where_another_mesh_is_too() -> None:
    marks = {"retry.linkerd.io/http": "5xx"}
    route = made(HTTP_ROUTE, "shop/cart", {"parentRefs": [_SERVICE]}, annotations=marks)
    assert _reader(route, _ISTIO) == "linkerd"


def test_mesh_of_another_cluster_does_not_count() -> None:
    assert meshes(MeshView([_LINKERD]), "east") == frozenset()


def _reader(route: Resource, *others: Resource) -> str:
    return reader(MeshView([route, *others]), next(iter(parents(route))))
