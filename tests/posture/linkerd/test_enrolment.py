"""Who is in Linkerd's mesh: annotations of pods and namespaces, what the webhook leaves out, and running pods."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import POD
from service_mesh.posture.linkerd.enrolment import (
    Enrolled,
    asked_enrolment,
    enrolment,
    pinned_version,
    proxy_of,
)
from tests.support.scene import deployment, scene, the

S, N, U = Enrolled.SIDECAR, Enrolled.NONE, Enrolled.UNKNOWN

ENABLED = "linkerd.io/inject: enabled"
INGRESS = "linkerd.io/inject: ingress"
DISABLED = "linkerd.io/inject: disabled"
MISSPELT = 'linkerd.io/inject: "true"'


def namespace(annotations: str = "", labels: str = "", name: str = "shop") -> str:
    metadata = f"{{name: {name}, labels: {{{labels}}}, annotations: {{{annotations}}}}}"
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {metadata}\n"


def webhook(namespaces: str, objects: str = "{}") -> str:
    return (
        "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\n"
        "metadata: {name: linkerd-proxy-injector-webhook-config}\n"
        f"webhooks: [{{name: linkerd-proxy-injector.linkerd.io, namespaceSelector: {namespaces}, "
        f"objectSelector: {objects}}}]\n"
    )


def config(values: str) -> str:
    return (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: linkerd-config, namespace: linkerd}\n"
        f'data: {{values: "{values}"}}\n'
    )


def pod(name: str, containers: str) -> str:
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, uid: u-{name}, ownerReferences: "
        "[{apiVersion: apps/v1, kind: Deployment, name: cart, controller: true}]}\n"
        f"spec: {{{containers}}}\nstatus: {{phase: Running}}\n"
    )


def asked(mesh: MeshView) -> Enrolled:
    return asked_enrolment(mesh, the(mesh, "shop/cart")).mode


@pytest.mark.parametrize(
    ("of_namespace", "of_pods", "expected"),
    [
        ("", "", N),
        (ENABLED, "", S),
        (INGRESS, "", S),
        (DISABLED, "", N),
        ("", ENABLED, S),
        ("", INGRESS, S),
        (DISABLED, ENABLED, S),
        (ENABLED, DISABLED, N),
        (ENABLED, INGRESS, S),
        (ENABLED, MISSPELT, N),
        (MISSPELT, ENABLED, N),
        (MISSPELT, "", N),
    ],
)
def test_pods_decide_over_their_namespace_and_unknown_values_over_both(
    of_namespace: str, of_pods: str, expected: Enrolled
) -> None:
    assert asked(scene(namespace(of_namespace), deployment("shop/cart", annotations=of_pods))) is expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("hostNetwork: true", N),
        ("hostNetwork: false", S),
        ("initContainers: [{name: istio-init, image: i}]", N),
        ("initContainers: [{name: setup, image: gcr.io/istio-release/proxyv2:1.30.0}]", N),
        ("automountServiceAccountToken: false", S),
    ],
)
def test_injector_leaves_pods_alone_that_it_cannot_serve(spec: str, expected: Enrolled) -> None:
    assert asked(scene(namespace(ENABLED), deployment("shop/cart", pod=spec))) is expected


def test_pods_without_their_token_are_left_alone_only_where_the_proxy_has_no_volume_of_its_own() -> None:
    documents = [namespace(ENABLED), deployment("shop/cart", pod="automountServiceAccountToken: false")]
    assert asked(scene(*documents, config("identity: {serviceAccountTokenProjection: false}"))) is N
    assert asked(scene(*documents, config("identity: {serviceAccountTokenProjection: true}"))) is S


def test_selectors_of_the_loaded_webhook_decide_which_pods_are_asked_about() -> None:
    documents = [namespace(ENABLED, "team: a"), deployment("shop/cart", "kind: batch")]
    assert asked(scene(*documents, webhook("{}"))) is S
    assert asked(scene(*documents, webhook("{matchLabels: {team: b}}"))) is N
    without = "{matchExpressions: [{key: kind, operator: NotIn, values: [batch]}]}"
    assert asked(scene(*documents, webhook("{}", without))) is N


def test_exempt_namespace_is_never_injected_where_no_webhook_is_loaded() -> None:
    exempt = namespace(ENABLED, "config.linkerd.io/admission-webhooks: disabled")
    assert asked(scene(exempt, deployment("shop/cart"))) is N
    system = scene(namespace(ENABLED, name="kube-system"), deployment("kube-system/dns"))
    assert asked_enrolment(system, the(system, "kube-system/dns")).mode is N


def test_namespace_that_is_not_loaded_leaves_it_open_unless_the_pods_say_it() -> None:
    open_mesh = scene(deployment("shop/cart"))
    answer = asked_enrolment(open_mesh, the(open_mesh, "shop/cart"))
    assert (answer.mode, answer.missing) == (U, "the annotations of namespace 'shop'")
    assert asked(scene(deployment("shop/cart", annotations=ENABLED))) is S


def test_chain_names_the_annotation_that_decided() -> None:
    mesh = scene(namespace(ENABLED), deployment("shop/cart", annotations=DISABLED))
    (note,) = asked_enrolment(mesh, the(mesh, "shop/cart")).chain
    pointer = "/spec/template/metadata/annotations/linkerd.io~1inject"
    assert (note.node.resource.title, note.node.pointer, note.text) == ("Deployment shop/cart", pointer, "opts out")


def test_running_pods_tell_the_truth_whatever_is_asked() -> None:
    documents = [namespace(ENABLED), deployment("shop/cart")]
    bare = "containers: [{name: app, image: app}]"
    native = f"initContainers: [{{name: linkerd-proxy, image: p, restartPolicy: Always}}], {bare}"
    beside = "containers: [{name: app, image: app}, {name: linkerd-proxy, image: p}]"
    expected = {(bare,): N, (native,): S, (beside, native): S, (beside, bare): U}
    for containers, mode in expected.items():
        mesh = scene(*documents, *(pod(f"cart-{number}", one) for number, one in enumerate(containers)))
        assert enrolment(mesh, the(mesh, "shop/cart")).mode is mode


def test_pod_written_by_hand_shows_what_it_asks_for_and_not_what_it_got() -> None:
    written = "apiVersion: v1\nkind: Pod\nmetadata: {name: cart, namespace: shop%s}\n"
    rest = "spec: {containers: [{name: app, image: a}]}\nstatus: {phase: Running, podIP: 10.0.0.9}\n"
    by_hand = scene(namespace(ENABLED), written % "" + rest)
    assert enrolment(by_hand, the(by_hand, "shop/cart")).mode is S
    made = scene(namespace(ENABLED), written % ", uid: 4711" + rest)
    assert enrolment(made, the(made, "shop/cart")).mode is N


def test_proxy_is_found_among_containers_and_init_containers() -> None:
    mesh = scene(
        pod("cart-1", "initContainers: [{name: linkerd-proxy, image: p}]"),
        pod("cart-2", "containers: [{name: app, image: a}, {name: linkerd-proxy, image: p}]"),
        pod("cart-3", "containers: [{name: app, image: a}]"),
    )
    found = {one.name: proxy.pointer for one in mesh.of_kind(POD) if (proxy := proxy_of(one)) is not None}
    assert found == {"cart-1": "/spec/initContainers/0", "cart-2": "/spec/containers/1"}


def test_release_of_proxies_is_pinned_by_the_pods_before_their_namespace() -> None:
    outer, own = "config.linkerd.io/proxy-version: edge-26.5.1", "config.linkerd.io/proxy-version: edge-26.6.1"
    mesh = scene(namespace(outer), deployment("shop/cart", annotations=own), deployment("shop/web"))
    pinned = {name: pinned_version(mesh, the(mesh, f"shop/{name}")) for name in ("cart", "web")}
    assert {name: node.text for name, node in pinned.items() if node} == {"cart": "edge-26.6.1", "web": "edge-26.5.1"}
