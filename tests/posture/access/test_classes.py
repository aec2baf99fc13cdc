"""Which workloads are one class: those that nothing loaded tells apart, and no others."""

import pytest

from service_mesh.mesh.workloads import workloads
from service_mesh.posture.access.classes import classes_of
from tests.support.scene import deployment, scene

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: NAME, labels: {LABELS}}\n"
SHOP = NAMESPACE.replace("NAME", "shop").replace("LABELS", "istio-injection: enabled")
CLOSED = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: closed, namespace: shop}\n"
    "spec: {podSelector: {matchLabels: {role: server}},\n"
    "  ingress: [{from: [{podSelector: {matchLabels: {tier: web}}}]}]}\n"
)
ONLY_WEB = (
    "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: web, namespace: shop}\n"
    "spec: {rules: [{from: [{source: {principals: [PRINCIPAL]}}]}]}\n"
)
STRICT = (
    "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: strict, namespace: shop}\n"
    "spec: {selector: {matchLabels: {app: b}}, mtls: {mode: STRICT}}\n"
)


def classes(*documents: str) -> list[set[str]]:
    mesh = scene(*documents)
    found = classes_of(mesh, workloads(mesh))
    return [{f"{one.namespace}/{one.resource.name}" for one in known.members} for known in found]


def service(name: str, namespace: str = "shop", port: str = "{name: http, port: 80, targetPort: 8080}") -> str:
    return (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec: {{selector: {{app: {name}}}, ports: [{port}]}}\n"
    )


A, B = deployment("shop/a"), deployment("shop/b")


def test_workloads_with_alike_services_of_their_own_are_one_class() -> None:
    assert classes(SHOP, A, B, service("a"), service("b"), CLOSED) == [{"shop/a", "shop/b"}]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(deployment("shop/b", "role: server"), id="label that a policy is for"),
        pytest.param(deployment("shop/b", "tier: web"), id="label of a client that a policy means"),
        pytest.param(deployment("shop/b", "istio.io/dataplane-mode: ambient"), id="label of a mesh"),
        pytest.param(deployment("shop/b", ports="9090"), id="port"),
        pytest.param(
            deployment("shop/b", annotations='traffic.sidecar.istio.io/excludeInboundPorts: "8080"'), id="annotation"
        ),
        pytest.param(deployment("shop/b", pod="hostNetwork: true"), id="network of the node"),
        pytest.param(deployment("shop/b", pod="serviceAccountName: web"), id="account that a policy names"),
        pytest.param(deployment("other/b"), id="namespace"),
    ],
)
def test_what_a_loaded_object_looks_at_makes_another_class(other: str) -> None:
    policy = ONLY_WEB.replace("PRINCIPAL", "cluster.local/ns/shop/sa/web")
    assert len(classes(SHOP, NAMESPACE.replace("NAME", "other"), A, other, CLOSED, policy)) == 2


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(deployment("shop/b", "version: v2"), id="label that nothing asks for"),
        pytest.param(deployment("shop/b", annotations="team: cart"), id="annotation that no mesh reads"),
        pytest.param(deployment("shop/b", pod="serviceAccountName: batch"), id="account that nothing names"),
    ],
)
def test_what_nothing_looks_at_makes_no_other_class(other: str) -> None:
    policy = ONLY_WEB.replace("PRINCIPAL", "cluster.local/ns/shop/sa/web")
    assert classes(SHOP, A, other, CLOSED, policy) == [{"shop/a", "shop/b"}]


def test_a_wildcard_divides_accounts_by_whether_it_fits() -> None:
    documents = [deployment(f"shop/{name}", pod=f"serviceAccountName: {name}") for name in ("web-1", "web-2", "db")]
    policy = ONLY_WEB.replace("PRINCIPAL", "'cluster.local/ns/shop/sa/web-*'")
    assert classes(SHOP, *documents, policy) == [{"shop/web-1", "shop/web-2"}, {"shop/db"}]


def test_a_service_that_a_rule_names_makes_another_class() -> None:
    rule = (
        "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: b, namespace: shop}\n"
        "spec: {host: b.shop.svc.cluster.local, trafficPolicy: {tls: {mode: DISABLE}}}\n"
    )
    assert classes(SHOP, A, B, service("a"), service("b"), rule) == [{"shop/a"}, {"shop/b"}]


def test_services_of_another_shape_make_another_class() -> None:
    other = service("b", port="{name: tcp, port: 80, targetPort: 8080}")
    assert classes(SHOP, A, B, service("a"), other) == [{"shop/a"}, {"shop/b"}]


def test_a_selector_of_another_namespace_divides_nobody_here() -> None:
    elsewhere = STRICT.replace("namespace: shop", "namespace: other")
    assert classes(SHOP, A, B, elsewhere) == [{"shop/a", "shop/b"}]
    assert classes(SHOP, A, B, STRICT) == [{"shop/a"}, {"shop/b"}]


def test_namespaces_that_nothing_depends_on_share_classes() -> None:
    spaces = [NAMESPACE.replace("NAME", name).replace("LABELS", "team: x") for name in ("one", "two")]
    pods = deployment("one/a"), deployment("two/a")
    assert classes(SHOP, *spaces, *pods, A, CLOSED) == [{"one/a", "two/a"}, {"shop/a"}]
    assert len(classes(SHOP, *spaces, *pods, A, CLOSED, service("a", "two"))) == 3


def test_a_selector_for_namespaces_divides_them() -> None:
    spaces = [NAMESPACE.replace("NAME", name).replace("LABELS", "") for name in ("one", "two")]
    policy = CLOSED.replace("podSelector: {matchLabels: {tier: web}}", "namespaceSelector: {matchLabels: NAME}")
    named = policy.replace("NAME", "{kubernetes.io/metadata.name: one}")
    pods = deployment("one/a"), deployment("two/a")
    assert classes(SHOP, *spaces, *pods, named) == [{"one/a"}, {"two/a"}]
    assert classes(SHOP, *spaces, *pods, policy.replace("NAME", "{team: x}")) == [{"one/a", "two/a"}]
