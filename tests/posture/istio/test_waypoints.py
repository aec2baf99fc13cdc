"""Which waypoint something is meant to be reached through, and whether that one takes such traffic."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, SERVICE
from service_mesh.posture.istio.waypoints import (
    ingress_waypoint,
    is_waypoint,
    passed_waypoint,
    service_waypoint,
    waypoints,
    workload_waypoint,
)
from tests.posture.istio.meshes import istiod
from tests.support.scene import deployment, scene, the


def namespace(labels: str, name: str = "shop") -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"


def service(labels: str = "") -> str:
    return (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop, labels: {{{labels}}}}}\n"
        "spec: {selector: {app: web}, ports: [{port: 80}]}\n"
    )


def gateway(title: str, kind: str = "istio-waypoint", labels: str = "", routes: str = "") -> str:
    place, _, name = title.partition("/")
    return (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\n"
        f"metadata: {{name: {name}, namespace: {place}, labels: {{{labels}}}}}\n"
        f"spec: {{gatewayClassName: {kind}, listeners: [{{name: mesh, port: 15008, protocol: HBONE{routes}}}]}}\n"
    )


def named(mesh: MeshView) -> str:
    (found,) = mesh.of_kind(SERVICE)
    use = service_waypoint(mesh, found)
    if use is None:
        return ""
    return f"{use.namespace}/{use.name}" + ("" if use.gateway is not None else " missing") + (" serves" * use.serves)


@pytest.mark.parametrize(
    ("of_namespace", "of_service", "expected"),
    [
        ("", "", ""),
        ("istio.io/use-waypoint: one", "", "shop/one serves"),
        ("", "istio.io/use-waypoint: one", "shop/one serves"),
        ("istio.io/use-waypoint: two", "istio.io/use-waypoint: one", "shop/one serves"),
        ("istio.io/use-waypoint: one", "istio.io/use-waypoint: none", ""),
        ("istio.io/use-waypoint: none", "", ""),
        ("istio.io/use-waypoint: lost", "", "shop/lost missing"),
        ("istio.io/use-waypoint: far, istio.io/use-waypoint-namespace: edge", "", "edge/far serves"),
        ("istio.io/use-waypoint: closed, istio.io/use-waypoint-namespace: edge", "", "edge/closed"),
        ("istio.io/use-waypoint: some, istio.io/use-waypoint-namespace: edge", "", "edge/some"),
        ("team: a, istio.io/use-waypoint: some, istio.io/use-waypoint-namespace: edge", "", "edge/some serves"),
        ("istio.io/use-waypoint: pods", "", "shop/pods"),
        ("istio.io/use-waypoint: plain", "", "shop/plain missing"),
    ],
)
def test_label_of_the_service_comes_before_that_of_its_namespace(
    of_namespace: str, of_service: str, expected: str
) -> None:
    mesh = scene(
        namespace(of_namespace),
        service(of_service),
        gateway("shop/one"),
        gateway("edge/far", routes=", allowedRoutes: {namespaces: {from: All}}"),
        gateway("edge/closed"),
        gateway(
            "edge/some",
            routes=", allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: a}}}}",
        ),
        gateway("shop/pods", labels="istio.io/waypoint-for: workload"),
        gateway("shop/plain", kind="istio"),
    )
    assert named(mesh) == expected


def test_pods_are_served_by_waypoints_for_workloads_or_for_all() -> None:
    labels = "istio.io/waypoint-for: all"
    mesh = scene(namespace("istio.io/use-waypoint: one"), deployment("shop/web"), gateway("shop/one", labels=labels))
    use = workload_waypoint(mesh, the(mesh, "shop/web"))
    assert use is not None
    assert (use.name, use.serves, use.node.resource.title) == ("one", True, "Namespace shop")


def test_label_of_the_pod_template_comes_first() -> None:
    mesh = scene(
        namespace("istio.io/use-waypoint: one"),
        deployment("shop/web", "istio.io/use-waypoint: none"),
        gateway("shop/one"),
    )
    assert workload_waypoint(mesh, the(mesh, "shop/web")) is None


def test_class_of_another_name_makes_a_waypoint_by_its_controller() -> None:
    made = (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: ours}\n"
        "spec: {controllerName: istio.io/mesh-controller}\n"
    )
    mesh = scene(gateway("shop/one", kind="ours"), gateway("shop/two", kind="theirs"), made)
    assert [is_waypoint(mesh, found) for found in mesh.of_kind(GATEWAY_API_GATEWAY)] == [True, False]
    assert [found.name for found in waypoints(mesh, "shop")] == ["one"]


def test_traffic_that_a_waypoint_takes_may_be_said_by_its_class() -> None:
    mesh = scene(
        namespace("istio.io/use-waypoint: one"),
        service(),
        gateway("shop/one"),
        "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\n"
        "metadata: {name: istio-waypoint, labels: {istio.io/waypoint-for: workload}}\n"
        "spec: {controllerName: istio.io/mesh-controller}\n",
    )
    assert named(mesh) == "shop/one"


def test_service_of_a_waypoint_is_not_sent_through_one() -> None:
    mesh = scene(
        namespace("istio.io/use-waypoint: one"),
        service("gateway.istio.io/managed: istio.io-mesh-controller"),
        gateway("shop/one"),
    )
    assert named(mesh) == ""


@pytest.mark.parametrize(
    ("purpose", "address", "by_service", "by_pod"),
    [
        ("service", "10.0.0.1", True, False),
        ("service", "None", False, False),
        ("workload", "10.0.0.1", False, True),
        ("workload", "None", True, True),
        ("all", "None", True, True),
    ],
)
def test_address_decides_which_waypoint_an_ambient_client_passes(
    purpose: str,
    address: str,
    by_service: bool,  # a table
    by_pod: bool,  # a table
) -> None:
    mesh = scene(
        namespace("istio.io/use-waypoint: one"),
        gateway("shop/one", labels=f"istio.io/waypoint-for: {purpose}"),
        deployment("shop/web"),
        service().replace("spec: {", f"spec: {{clusterIP: {address}, "),
    )
    (addressed,) = mesh.of_kind(SERVICE)
    uses = passed_waypoint(mesh, the(mesh, "shop/web"), addressed), passed_waypoint(mesh, the(mesh, "shop/web"), None)
    assert [use is not None and use.serves for use in uses] == [by_service, by_pod]


@pytest.mark.parametrize(
    ("of_namespace", "of_service", "release", "more", "passes"),
    [
        ("", "", (1, 26), (), False),
        ("", "istio.io/ingress-use-waypoint: 'true'", (1, 24), (), True),
        ("istio.io/ingress-use-waypoint: 'true'", "", (1, 25), (), True),
        ("istio.io/ingress-use-waypoint: 'true'", "", (1, 24), (), False),
        ("istio.io/ingress-use-waypoint: 'true'", "istio.io/ingress-use-waypoint: 'false'", (1, 25), (), False),
        ("", "istio.io/ingress-use-waypoint: 'true'", (1, 26), ("ENABLE_INGRESS_WAYPOINT_ROUTING",), False),
    ],
)
def test_gateways_pass_a_waypoint_where_a_label_asks_for_it(
    of_namespace: str,
    of_service: str,
    release: tuple[int, ...],
    more: tuple[str, ...],
    passes: bool,  # a table
) -> None:
    labels = f"istio.io/use-waypoint: one{', ' if of_namespace else ''}{of_namespace}"
    off = [istiod(**dict.fromkeys(more, "false"))] if more else []
    mesh = scene(namespace(labels), gateway("shop/one"), service(of_service), *off, releases={"istio": release})
    (addressed,) = mesh.of_kind(SERVICE)
    assert (ingress_waypoint(mesh, addressed) is not None) is passes


def test_gateways_pass_no_waypoint_to_a_headless_service() -> None:
    headless = service("istio.io/ingress-use-waypoint: 'true'").replace("spec: {", "spec: {clusterIP: None, ")
    mesh = scene(namespace("istio.io/use-waypoint: one"), gateway("shop/one"), headless)
    (addressed,) = mesh.of_kind(SERVICE)
    assert ingress_waypoint(mesh, addressed) is None
