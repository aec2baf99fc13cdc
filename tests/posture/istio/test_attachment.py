"""Where policies act: what they select or target, and who enforces them there."""

import pytest

from service_mesh.model.kinds import AUTHORIZATION_POLICY, SERVICE
from service_mesh.posture.istio.attachment import (
    Point,
    is_gateway_workload,
    point_of,
    policies_selecting,
    selected_by,
    targets,
)
from tests.support.scene import deployment, scene, the


def policy(title: str, spec: str) -> str:
    namespace, _, name = title.partition("/")
    return (
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\nspec: {{{spec}}}\n"
    )


def namespace(name: str, labels: str) -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"


WEB = "selector: {matchLabels: {app: web}}"


@pytest.mark.parametrize(
    ("made", "selected"),
    [
        (policy("shop/p", WEB), ["shop/web"]),
        (policy("shop/p", ""), ["shop/web", "shop/cart"]),
        (policy("shop/p", "selector: {matchLabels: {app: nobody}}"), []),
        (policy("istio-system/p", WEB), ["shop/web", "bank/web"]),
        (policy("third/p", WEB), []),
    ],
)
def test_policy_selects_in_its_namespace_and_from_the_root_everywhere(made: str, selected: list[str]) -> None:
    mesh = scene(deployment("shop/web"), deployment("shop/cart"), deployment("bank/web"), made)
    (found,) = mesh.of_kind(AUTHORIZATION_POLICY)
    assert [f"{w.namespace}/{w.resource.name}" for w in selected_by(mesh, found)] == selected


def test_workload_finds_the_policies_that_select_it_and_none_with_targets() -> None:
    mesh = scene(
        deployment("shop/web"),
        policy("shop/own", WEB),
        policy("shop/all", ""),
        policy("istio-system/mesh", ""),
        policy("shop/other", "selector: {matchLabels: {app: cart}}"),
        policy("bank/all", ""),
        policy("shop/target", "targetRefs: [{kind: Service, group: '', name: web}]"),
    )
    found = policies_selecting(mesh, AUTHORIZATION_POLICY, the(mesh, "shop/web"))
    assert [policy.name for policy in found] == ["own", "all", "mesh"]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("istio-injection: enabled", ["whole", "empty"]),
        ("istio.io/dataplane-mode: ambient", ["whole"]),
    ],
)
def test_ztunnel_is_handed_no_policy_with_an_empty_selector(labels: str, expected: list[str]) -> None:
    policies = policy("shop/whole", ""), policy("shop/empty", "selector: {}")
    mesh = scene(namespace("shop", labels), deployment("shop/web"), *policies)
    found = policies_selecting(mesh, AUTHORIZATION_POLICY, the(mesh, "shop/web"))
    assert [policy.name for policy in found] == expected


SINGLE = "targetRef: {group: gateway.networking.k8s.io, kind: GatewayClass, name: istio-waypoint}"
LISTED = "targetRefs: [{kind: Service, name: web}, {kind: Service, name: far, namespace: bank}]"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (SINGLE, [("GatewayClass", "", "istio-waypoint")]),
        (LISTED, [("Service", "shop", "web"), ("Service", "bank", "far")]),
        (f"{SINGLE}, {LISTED}", [("Service", "shop", "web"), ("Service", "bank", "far")]),
    ],
)
def test_targets_live_in_the_namespace_of_the_policy_and_a_list_hides_the_older_field(
    spec: str, expected: list[tuple[str, str, str]]
) -> None:
    (made,) = scene(policy("shop/p", spec)).of_kind(AUTHORIZATION_POLICY)
    assert [(target.kind.name, target.namespace, target.name) for target in targets(made)] == expected


def test_target_of_the_core_group_names_a_service() -> None:
    (made,) = scene(policy("shop/p", LISTED)).of_kind(AUTHORIZATION_POLICY)
    assert targets(made)[0].kind == SERVICE


def gateway_object(kind: str) -> str:
    return (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: shop}\n"
        f"spec: {{gatewayClassName: {kind}, listeners: []}}\n"
    )


GATEWAY = (
    "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: bank}\n"
    "spec: {selector: {istio: ingress}, servers: []}\n"
)


@pytest.mark.parametrize(
    ("documents", "point"),
    [
        ([namespace("shop", "istio-injection: enabled"), deployment("shop/web")], Point.SIDECAR),
        ([namespace("shop", "istio.io/dataplane-mode: ambient"), deployment("shop/web")], Point.ZTUNNEL),
        ([namespace("shop", ""), deployment("shop/web")], Point.NOBODY),
        ([deployment("shop/web")], Point.UNKNOWN),
        ([GATEWAY, deployment("shop/web", "istio: ingress")], Point.GATEWAY),
        (
            [gateway_object("istio"), deployment("shop/web", "gateway.networking.k8s.io/gateway-name: edge")],
            Point.GATEWAY,
        ),
        (
            [gateway_object("istio-waypoint"), deployment("shop/web", "gateway.networking.k8s.io/gateway-name: edge")],
            Point.NOBODY,
        ),
    ],
)
def test_point_of_enforcement_follows_the_data_plane(documents: list[str], point: Point) -> None:
    mesh = scene(*documents)
    assert point_of(mesh, the(mesh, "shop/web")) is point


@pytest.mark.parametrize(("flag", "is_gateway"), [("false", True), ("true", False)])
def test_gateways_select_across_namespaces_unless_istiod_is_told_otherwise(flag: str, *, is_gateway: bool) -> None:
    istiod = (
        "apiVersion: apps/v1\nkind: Deployment\n"
        "metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}\n"
        "spec: {selector: {}, template: {metadata: {labels: {app: istiod}}, spec: {containers: [{name: discovery,"
        f" env: [{{name: PILOT_SCOPE_GATEWAY_TO_NAMESPACE, value: '{flag}'}}]}}]}}}}}}\n"
    )
    mesh = scene(GATEWAY, deployment("shop/web", "istio: ingress"), istiod)
    assert is_gateway_workload(mesh, the(mesh, "shop/web")) is is_gateway
