"""Which policies a proxy takes up: rows of selectors, targets, places and releases."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import AUTHORIZATION_POLICY, GATEWAY_API_GATEWAY, SERVICE_ENTRY
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.authorization.policies import applying, at_gateway, at_waypoint, at_workload
from tests.posture.istio.authorization.objects import (
    AMBIENT,
    answer,
    at_web,
    config,
    from_,
    gateway,
    istiod,
    place,
    policy,
    service,
    view,
)
from tests.support.scene import deployment, the

WEB = "selector: {matchLabels: {app: web}}"
CLASS = "targetRefs: [{kind: GatewayClass, group: gateway.networking.k8s.io, name: istio-waypoint}]"
ROWS = (
    policy("shop/selected", WEB),
    policy("shop/all", ""),
    policy("shop/no-labels", "selector: {}"),
    policy("shop/empty-labels", "selector: {matchLabels: {}}"),
    policy("shop/none-written", "selector: null"),
    policy("shop/cart", "selector: {matchLabels: {app: cart}}"),
    policy("bank/all", ""),
    policy("istio-system/mesh", ""),
    policy("istio-system/everywhere", WEB),
    policy("shop/to-service", "targetRefs: [{kind: Service, group: '', name: web}]"),
    policy("shop/to-core", "targetRefs: [{kind: Service, group: core, name: web}]"),
    policy("shop/to-other", "targetRefs: [{kind: Service, group: '', name: cart}]"),
    policy("bank/to-service", "targetRefs: [{kind: Service, group: '', name: web}]"),
    policy("bank/across", "targetRefs: [{kind: Service, group: '', name: web, namespace: shop}]"),
    policy("shop/to-way", "targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: way}]"),
    policy("shop/older", "targetRef: {kind: Gateway, group: gateway.networking.k8s.io, name: way}"),
    policy("shop/to-edge", "targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: edge}]"),
    policy("istio-system/to-class", CLASS),
    policy("shop/to-class", CLASS),
)
WIDE = ["selected", "all", "no-labels", "empty-labels", "none-written", "mesh", "everywhere"]
EDGE = deployment("shop/edge", "gateway.networking.k8s.io/gateway-name: edge")


def names(found: tuple[Resource, ...]) -> list[str]:
    return [one.name for one in found]


def of_workload(mesh: MeshView, title: str = "shop/web") -> list[str]:
    return names(applying(mesh, at_workload(mesh, the(mesh, title)), AUTHORIZATION_POLICY))


def of_waypoint(mesh: MeshView, to: str = "web") -> list[str]:
    return names(applying(mesh, place(mesh, to), AUTHORIZATION_POLICY))


def test_sidecar_takes_what_selects_it_and_nothing_with_targets() -> None:
    assert of_workload(view(*ROWS)) == WIDE


def test_ztunnel_leaves_out_selectors_without_labels() -> None:
    assert of_workload(view(*ROWS, plane=AMBIENT)) == ["selected", "all", "none-written", "mesh", "everywhere"]


def test_waypoint_takes_only_what_targets_it_its_service_or_its_class() -> None:
    mesh = view(*ROWS, gateway(), service(), plane=AMBIENT)
    assert of_waypoint(mesh) == ["to-way", "older", "to-service", "to-core", "to-class"]


def test_waypoint_takes_nothing_for_a_service_where_a_workload_is_addressed() -> None:
    mesh = view(*ROWS, gateway(), service(), plane=AMBIENT)
    assert of_waypoint(mesh, "") == ["to-way", "older", "to-class"]


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ((1, 21), []),
        ((1, 22), ["to-way", "older", "to-service", "to-core"]),
        ((1, 25), ["to-way", "older", "to-service", "to-core"]),
        ((1, 26), ["to-way", "older", "to-service", "to-core", "to-class"]),
    ],
)
def test_kinds_of_targets_count_from_the_release_that_knows_them(release: tuple[int, int], expected: list[str]) -> None:
    assert of_waypoint(view(*ROWS, gateway(), service(), plane=AMBIENT, releases={"istio": release})) == expected


@pytest.mark.parametrize(("release", "expected"), [((1, 23), []), ((1, 24), ["entry"])])
def test_service_entry_is_a_target_from_its_release(release: tuple[int, int], expected: list[str]) -> None:
    entry = "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: ext, namespace: shop}\nspec: {}\n"
    row = policy("shop/entry", "targetRefs: [{kind: ServiceEntry, group: networking.istio.io, name: ext}]")
    mesh = view(row, entry, gateway(), plane=AMBIENT, releases={"istio": release})
    (found,) = mesh.of_kind(SERVICE_ENTRY)
    waypoint = mesh.find(GATEWAY_API_GATEWAY, "shop", "way")
    assert waypoint is not None
    assert names(applying(mesh, at_waypoint(waypoint, found), AUTHORIZATION_POLICY)) == expected


def test_pods_of_a_gateway_of_the_api_take_selectors_and_targets() -> None:
    mesh = view(*ROWS, gateway("edge", "istio"), EDGE)
    assert of_workload(mesh, "shop/edge") == ["all", "no-labels", "empty-labels", "none-written", "mesh", "to-edge"]


def test_pods_of_a_gateway_of_the_api_take_targets_alone_where_selectors_are_switched_off() -> None:
    switch = istiod("ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY", "false")
    assert of_workload(view(*ROWS, gateway("edge", "istio"), EDGE, switch), "shop/edge") == ["to-edge"]


def test_gateway_object_that_is_not_loaded_is_known_by_the_label_of_its_pods() -> None:
    mesh = view(policy("shop/p", "targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: edge}]"), EDGE)
    assert of_workload(mesh, "shop/edge") == ["p"]


def test_gateway_without_loaded_pods_is_selected_by_the_labels_that_they_get() -> None:
    mesh = view(
        policy("shop/name", "selector: {matchLabels: {gateway.networking.k8s.io/gateway-name: edge}}"),
        policy("shop/blue", "selector: {matchLabels: {team: blue}}"),
        policy("shop/other", "selector: {matchLabels: {istio: ingressgateway}}"),
        policy("bank/all", ""),
        policy("istio-system/mesh", ""),
        gateway("edge", "istio"),
    )
    found = mesh.find(GATEWAY_API_GATEWAY, "shop", "edge")
    assert found is not None
    assert names(applying(mesh, at_gateway(found), AUTHORIZATION_POLICY)) == ["name", "blue", "mesh"]


def test_labels_of_the_infrastructure_replace_those_of_the_gateway() -> None:
    made = gateway("edge", "istio", more=", infrastructure: {labels: {istio: ingressgateway}}")
    mesh = view(
        policy("shop/blue", "selector: {matchLabels: {team: blue}}"),
        policy("shop/other", "selector: {matchLabels: {istio: ingressgateway}}"),
        made,
    )
    found = mesh.find(GATEWAY_API_GATEWAY, "shop", "edge")
    assert found is not None
    assert names(applying(mesh, at_gateway(found), AUTHORIZATION_POLICY)) == ["other"]


def test_gateway_of_istios_api_ignores_targets() -> None:
    istio = "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: shop}\n"
    istio += "spec: {selector: {app: web}, servers: []}\n"
    assert of_workload(view(*ROWS, istio)) == WIDE


def test_root_namespace_is_the_one_of_the_mesh_configuration() -> None:
    rows = policy("istio-system/p", ""), policy("base/q", "")
    assert of_workload(view(*rows, config("rootNamespace: base"))) == ["q"]


def test_mesh_wide_deny_all_closes_ztunnel_and_not_the_waypoint() -> None:
    mesh = view(policy("istio-system/none", ""), gateway(), service(), plane=AMBIENT)
    assert answer(at_web(mesh, from_())) == ("denied", ["istio-system/none"])
    assert of_waypoint(mesh) == []
