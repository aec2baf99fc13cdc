"""Which workloads make up each mesh, and which release they are of."""

import pytest

from service_mesh.mesh.components import Component, component_of, components, components_in, image_version, installed
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import DEPLOYMENT
from service_mesh.model.resource import Resource
from tests.support.scene import scene


def part(kind: str, title: str, *, pod: str = "", labels: str = "", containers: str = "c=example/x:1.2.3") -> str:
    """A workload with labels of its own and of its pods, written as the inside of a flow map."""
    namespace, _, name = title.partition("/")
    listed = ", ".join(
        f"{{name: {one.partition('=')[0]}, image: '{one.partition('=')[2]}'}}" for one in containers.split()
    )
    return f"""
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: {namespace}, labels: {{{labels}}}}}
spec: {{template: {{metadata: {{labels: {{{pod}}}}}, spec: {{containers: [{listed}]}}}}}}
"""


def told(found: Component) -> tuple[str, str, str, str, str]:
    """What is compared of a component."""
    return found.mesh, found.extension, found.role, found.revision, found.version


ISTIOD = part(
    "Deployment", "istio-system/istiod", pod="app: istiod, istio: pilot", containers="discovery=r/pilot:1.27.3"
)
CANARY = part(
    "Deployment",
    "istio-system/istiod-canary",
    pod="app: istiod, istio: istiod, istio.io/rev: canary",
    containers="discovery=r/pilot:1.28.0-distroless@sha256:00",
)
ZTUNNEL = part("DaemonSet", "istio-system/ztunnel", pod="app: ztunnel", containers="istio-proxy=r/ztunnel:1.27.3-debug")
CNI = part(
    "DaemonSet", "istio-system/istio-cni-node", pod="k8s-app: istio-cni-node", containers="install-cni=r:5000/i:1.27.3"
)
DESTINATION = part(
    "Deployment",
    "linkerd/linkerd-destination",
    pod="linkerd.io/control-plane-component: destination",
    containers="linkerd-proxy=cr/proxy:edge-25.9.1 destination=cr/controller:edge-25.9.3 policy=cr/p:edge-25.9.2",
)
TAP = part(
    "Deployment",
    "linkerd-viz/tap",
    pod="linkerd.io/extension: viz, component: tap",
    containers="tap=cr.l5d.io/linkerd/tap:stable-2.14.10",
)
GATEWAY = part(
    "Deployment",
    "linkerd-multicluster/linkerd-gateway",
    labels="component: gateway",
    pod="app: linkerd-gateway, linkerd.io/extension: multicluster",
    containers="pause=gcr.io/google_containers/pause:3.2",
)
AGENT = part(
    "DaemonSet", "kube-system/cilium", pod="k8s-app: cilium", containers="cilium-agent=quay.io/cilium/cilium:v1.18.4"
)
OPERATOR = part(
    "Deployment",
    "kube-system/cilium-operator",
    pod="io.cilium/app: operator, name: cilium-operator",
    containers="cilium-operator=quay.io/cilium/operator-generic:v1.18.4@sha256:00",
)
ENVOY = part(
    "DaemonSet", "kube-system/cilium-envoy", pod="k8s-app: cilium-envoy", containers="cilium-envoy=q/e:v1.34.10-17-ab"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ISTIOD, ("istio", "", "istiod", "default", "1.27.3")),
        (CANARY, ("istio", "", "istiod", "canary", "1.28.0")),
        (ZTUNNEL, ("istio", "", "ztunnel", "", "1.27.3")),
        (CNI, ("istio", "", "istio-cni", "", "1.27.3")),
        (DESTINATION, ("linkerd", "", "destination", "", "edge-25.9.3")),
        (TAP, ("linkerd", "viz", "tap", "", "2.14.10")),
        (GATEWAY, ("linkerd", "multicluster", "gateway", "", "")),
        (AGENT, ("cilium", "", "agent", "", "1.18.4")),
        (OPERATOR, ("cilium", "", "operator", "", "1.18.4")),
        (ENVOY, ("cilium", "", "envoy", "", "")),
    ],
)
def test_part_of_a_mesh_is_known_by_its_labels(text: str, expected: tuple[str, ...]) -> None:
    mesh = scene(text)
    assert [told(found) for found in components(mesh)] == [expected]
    (found,) = components(mesh)
    assert component_of(mesh, found.resource) is found


def test_image_is_that_of_the_main_container_and_not_of_its_proxy() -> None:
    (found,) = components(scene(DESTINATION))
    assert found.image is not None
    assert found.image.pointer == "/spec/template/spec/containers/1/image"


@pytest.mark.parametrize(
    "text",
    [
        part("Deployment", "shop/cilium", pod="k8s-app: cilium"),
        part("DaemonSet", "shop/istiod", pod="app: istiod"),
        part("Deployment", "shop/web", pod="app: web, component: web"),
        part("Deployment", "istio-system/istio-ingressgateway", pod="app: istio-ingressgateway, istio: ingressgateway"),
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: linkerd-heartbeat, namespace: linkerd}\nspec:\n"
        "  jobTemplate: {spec: {template: {metadata: {labels: {linkerd.io/control-plane-component: heartbeat}}}}}\n",
    ],
    ids=["agent that is no DaemonSet", "istiod on nodes", "someone's web", "gateway", "heartbeat"],
)
def test_other_workloads_are_no_components(text: str) -> None:
    assert components(scene(text)) == ()


def test_meshes_are_told_for_each_cluster() -> None:
    placed = (("east", ISTIOD), ("west", DESTINATION), ("west", OPERATOR))
    mesh = MeshView(
        [Resource(one.data, cluster=name) for name, text in placed for one in scene(text).of_kind(DEPLOYMENT)]
    )
    assert installed(mesh, "east") == ("istio",)
    assert installed(mesh, "west") == ("cilium", "linkerd")
    assert installed(mesh) == ()
    assert [found.role for found in components_in(mesh, "west")] == ["destination", "operator"]


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("docker.io/istio/pilot:1.27.3", "1.27.3"),
        ("docker.io/istio/pilot:1.27.3-distroless", "1.27.3"),
        ("registry:5000/istio/pilot:1.28.0-rc.1-debug", "1.28.0-rc.1"),
        ("quay.io/cilium/cilium:v1.19.0-pre.2@sha256:aa", "1.19.0-pre.2"),
        ("gcr.io/istio/pilot:1.26-alpha.0123abc", "1.26-alpha"),
        ("cr.l5d.io/linkerd/controller:stable-2.14.10", "2.14.10"),
        ("ghcr.io/buoyantio/controller:enterprise-2.18.1", "2.18.1"),
        ("cr.l5d.io/linkerd/controller:edge-25.9.3", "edge-25.9.3"),
        ("gcr.io/istio/pilot:1.26.2-asm.4", "1.26.2"),
        ("docker.io/istio/pilot:latest", ""),
        ("docker.io/istio/pilot", ""),
        ("registry:5000/pilot", ""),
        ("docker.io/istio/pilot@sha256:aa", ""),
        ("docker.io/istio/pilot:sha-1.27.3", ""),
        ("", ""),
    ],
)
def test_release_is_read_from_the_tag(image: str, version: str) -> None:
    assert image_version(image) == version
