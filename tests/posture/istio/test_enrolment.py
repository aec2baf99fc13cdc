"""Who is in the mesh: labels, annotations, revisions, running pods, and what stays unknown."""

import pytest

from service_mesh.posture.istio.enrolment import Enrolled, enrolment
from tests.support.scene import deployment, scene, the

S, A, N, U = Enrolled.SIDECAR, Enrolled.AMBIENT, Enrolled.NONE, Enrolled.UNKNOWN

INJECTED = "istio-injection: enabled"
REVISED = "istio.io/rev: canary"
AMBIENT = "istio.io/dataplane-mode: ambient"


def namespace(labels: str, name: str = "shop") -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"


def webhook(labels: str, name: str = "istio-sidecar-injector") -> str:
    return (
        "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\n"
        f"metadata: {{name: {name}, labels: {{{labels}}}}}\nwebhooks: []\n"
    )


@pytest.mark.parametrize(
    ("of_namespace", "of_pod", "annotations", "expected"),
    [
        ("", "", "", N),
        (INJECTED, "", "", S),
        ("istio-injection: disabled", "", "", N),
        ("istio-injection: enable", 'sidecar.istio.io/inject: "true"', "", N),
        (REVISED, "", "", S),
        (f"istio-injection: disabled, {REVISED}", "", "", N),
        ("", REVISED, "", S),
        ("", 'sidecar.istio.io/inject: "true"', "", S),
        ("", "", 'sidecar.istio.io/inject: "true"', N),
        (INJECTED, 'sidecar.istio.io/inject: "false"', "", N),
        (INJECTED, "", 'sidecar.istio.io/inject: "false"', N),
        (INJECTED, 'sidecar.istio.io/inject: "true"', 'sidecar.istio.io/inject: "false"', S),
        (INJECTED, 'sidecar.istio.io/inject: "no"', "", S),
        (AMBIENT, "", "", A),
        (AMBIENT, "istio.io/dataplane-mode: none", "", N),
        ("", AMBIENT, "", A),
        (f"{AMBIENT}, {INJECTED}", "", "", S),
        (f"{AMBIENT}, {INJECTED}", 'sidecar.istio.io/inject: "false"', "", A),
    ],
)
def test_labels_and_annotations_decide_in_the_order_of_the_injector(
    of_namespace: str, of_pod: str, annotations: str, expected: Enrolled
) -> None:
    mesh = scene(namespace(of_namespace), deployment("shop/web", of_pod, annotations=annotations))
    assert enrolment(mesh, the(mesh, "shop/web")).mode is expected


def test_older_injectors_took_other_words_for_true_and_the_rest_for_false() -> None:
    documents = [namespace(INJECTED), deployment("shop/web", 'sidecar.istio.io/inject: "no"')]
    old, new = scene(*documents, releases={"istio": (1, 26)}), scene(*documents, releases={"istio": (1, 27)})
    assert enrolment(old, the(old, "shop/web")).mode is N
    assert enrolment(new, the(new, "shop/web")).mode is S


def test_namespace_that_is_not_loaded_leaves_it_open_and_says_what_is_missing() -> None:
    mesh = scene(deployment("shop/web"))
    found = enrolment(mesh, the(mesh, "shop/web"))
    assert (found.mode, found.missing) == (U, "the labels of namespace 'shop'")
    assert not found.is_meshed


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("", (U, "the labels of namespace 'shop'")),
        (", istio.io/dataplane-mode: ambient", (A, "")),
        (", istio.io/dataplane-mode: none", (N, "")),
    ],
)
def test_pod_that_opts_out_of_injection_may_be_in_ambient_mode(mode: str, expected: tuple[Enrolled, str]) -> None:
    mesh = scene(deployment("shop/web", f'sidecar.istio.io/inject: "false"{mode}'))
    found = enrolment(mesh, the(mesh, "shop/web"))
    assert (found.mode, found.missing) == expected


@pytest.mark.parametrize("name", ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"])
def test_system_namespaces_are_never_injected(name: str) -> None:
    mesh = scene(namespace(INJECTED, name), deployment(f"{name}/web"))
    assert enrolment(mesh, the(mesh, f"{name}/web")).mode is N


def test_root_namespace_is_injected_like_any_other() -> None:
    mesh = scene(namespace(INJECTED, "istio-system"), deployment("istio-system/gateway"))
    assert enrolment(mesh, the(mesh, "istio-system/gateway")).mode is S


@pytest.mark.parametrize("label", [INJECTED, AMBIENT])
def test_host_network_keeps_out_of_the_mesh(label: str) -> None:
    mesh = scene(namespace(label), deployment("shop/web", pod="hostNetwork: true"))
    assert enrolment(mesh, the(mesh, "shop/web")).mode is N


@pytest.mark.parametrize(
    ("webhooks", "expected"),
    [
        ([], S),
        (["istio.io/rev: canary"], S),
        (["istio.io/rev: 1-28, istio.io/tag: canary"], S),
        (["istio.io/rev: 1-28"], N),
    ],
)
def test_revision_counts_only_if_an_injector_serves_it(webhooks: list[str], expected: Enrolled) -> None:
    made = [webhook(labels, f"istio-sidecar-injector-{number}") for number, labels in enumerate(webhooks)]
    mesh = scene(namespace(REVISED), deployment("shop/web"), *made)
    assert enrolment(mesh, the(mesh, "shop/web")).mode is expected


def test_install_wide_default_takes_namespaces_without_labels() -> None:
    config = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio-sidecar-injector, namespace: istio-system}
        data:
          values: '{"sidecarInjectorWebhook": {"enableNamespacesByDefault": true}}'
    """
    mesh = scene(namespace(""), deployment("shop/web"), config)
    assert enrolment(mesh, the(mesh, "shop/web")).mode is S


@pytest.mark.parametrize(("selectors", "expected"), [("neverInjectSelector", N), ("alwaysInjectSelector", S)])
def test_injector_selectors_come_before_its_policy(selectors: str, expected: Enrolled) -> None:
    config = f"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {{name: istio-sidecar-injector, namespace: istio-system}}
        data:
          config: |
            policy: {"enabled" if expected is N else "disabled"}
            {selectors}:
            - matchExpressions: [{{key: app, operator: In, values: [web]}}]
    """
    mesh = scene(namespace(INJECTED), deployment("shop/web"), config)
    assert enrolment(mesh, the(mesh, "shop/web")).mode is expected


POD = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: web-1
      namespace: shop
      uid: 1f
      labels: {{app: web}}
      annotations: {{{annotations}}}
      ownerReferences: [{{apiVersion: apps/v1, kind: Deployment, name: web, uid: 2f, controller: true}}]
    spec:
      initContainers: [{{name: {init}}}]
      containers: [{{name: app}}, {{name: {second}}}]
"""


@pytest.mark.parametrize(
    ("annotations", "init", "second", "expected"),
    [
        ("", "setup", "istio-proxy", S),
        ("", "istio-proxy", "other", S),
        ("ambient.istio.io/redirection: enabled", "setup", "other", A),
        ("", "setup", "other", N),
    ],
)
def test_running_pods_tell_the_truth_whatever_the_labels(
    annotations: str, init: str, second: str, expected: Enrolled
) -> None:
    pod = POD.format(annotations=annotations, init=init, second=second)
    mesh = scene(namespace(INJECTED), deployment("shop/web"), pod)
    assert enrolment(mesh, the(mesh, "shop/web")).mode is expected


def test_pods_that_differ_leave_it_open() -> None:
    with_proxy = POD.format(annotations="", init="setup", second="istio-proxy")
    without = POD.format(annotations="", init="setup", second="other").replace("web-1", "web-2")
    mesh = scene(namespace(INJECTED), deployment("shop/web"), with_proxy, without)
    found = enrolment(mesh, the(mesh, "shop/web"))
    assert (found.mode, found.missing) == (U, "its pods differ: some run a proxy and some do not")


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{address: 10.0.0.1}", N),
        ("{address: 10.0.0.1, serviceAccount: vm}", S),
        ("{address: 10.0.0.1, labels: {security.istio.io/tlsMode: istio}}", S),
        ("{address: 10.0.0.1, serviceAccount: vm, labels: {security.istio.io/tlsMode: disabled}}", N),
    ],
)
def test_machines_are_meshed_by_their_identity_or_their_label(spec: str, expected: Enrolled) -> None:
    kind = "apiVersion: networking.istio.io/v1\nkind: WorkloadEntry\n"
    entry = f"{kind}metadata: {{name: vm, namespace: shop}}\nspec: {spec}"
    mesh = scene(entry)
    assert enrolment(mesh, the(mesh, "shop/vm")).mode is expected
