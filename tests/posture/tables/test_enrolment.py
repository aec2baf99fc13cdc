"""Who is in the mesh of Istio: the order in which namespace, pod, injector and ambient mode decide."""

import pytest

from service_mesh.posture.istio.enrolment import enrolment
from tests.posture.tables.asking import chain_of, manifest
from tests.support.scene import deployment, scene, the

INJECT, OFF, CANARY = "istio-injection: enabled", "istio-injection: disabled", "istio.io/rev: canary"
AMBIENT = "istio.io/dataplane-mode: ambient"
YES, NO = "sidecar.istio.io/inject: 'true'", "sidecar.istio.io/inject: 'false'"
DEFAULT_ON = '"sidecarInjectorWebhook": {"enableNamespacesByDefault": true}'
NEVER = "neverInjectSelector: [{matchLabels: {app: web}}]"
ALWAYS = "policy: disabled, alwaysInjectSelector: [{matchLabels: {app: web}}]"
ENABLED, REVISED, ENROLLED = (
    f"Namespace shop /metadata/labels/{label}"
    for label in ("istio-injection", "istio.io~1rev", "istio.io~1dataplane-mode")
)
POD = "Deployment shop/web /spec/template"
LABELS, HOST = f"{POD}/metadata/labels", f"{POD}/spec/hostNetwork"
LABEL, NOTE = (f"{POD}/metadata/{part}/sidecar.istio.io~1inject" for part in ("labels", "annotations"))
OWN_MODE = f"{LABELS}/istio.io~1dataplane-mode"


def namespace(labels: str) -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, labels: {{{labels}}}}}\n"


def webhook(labels: str) -> str:
    return (
        "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\n"
        f"metadata: {{name: istio-sidecar-injector, labels: {{{labels}}}}}\nwebhooks: []\n"
    )


def injector(config: str = "", values: str = "") -> str:
    """The ConfigMap of the injector: its own settings, or the values of its chart."""
    parts = f"config: '{{{config}}}'" if config else "", f"values: '{{{values}}}'" if values else ""
    return manifest("v1/ConfigMap", "istio-system/istio-sidecar-injector", ", ".join(filter(None, parts)))


ROWS: list[tuple[str, str, str, str, list[str], str, list[str]]] = [
    (INJECT, "", "", "", [], "sidecar", [ENABLED]),
    (INJECT, "", "", "hostNetwork: true", [], "none", [HOST]),
    (OFF, "", "", "", [], "none", [ENABLED]),
    (OFF, YES, "", "", [], "none", [ENABLED]),
    (OFF + ", " + CANARY, "", "", "", [], "none", [ENABLED]),
    (CANARY, "", "", "", [], "sidecar", [REVISED]),
    (CANARY, "", "", "", [webhook("istio.io/rev: other")], "none", []),
    (CANARY, "", "", "", [webhook("istio.io/rev: canary")], "sidecar", [REVISED]),
    (INJECT, "", "", "", [webhook("istio.io/rev: canary")], "none", []),
    ("", CANARY, "", "", [], "sidecar", ["Deployment shop/web /spec/template/metadata/labels/istio.io~1rev"]),
    ("", YES, "", "", [], "sidecar", [LABEL, LABEL]),
    ("", "", YES, "", [], "none", []),
    (INJECT, NO, "", "", [], "none", [LABEL]),
    (INJECT, "", NO, "", [], "none", [ENABLED, NOTE]),
    (INJECT, YES, NO, "", [], "sidecar", [ENABLED, LABEL]),
    (INJECT, NO, YES, "", [], "none", [LABEL]),
    (INJECT, "sidecar.istio.io/inject: 'maybe'", "", "", [], "sidecar", [ENABLED]),
    ("", "", "", "", [injector(values=DEFAULT_ON)], "sidecar", ["Namespace shop"]),
    (INJECT, "", "", "", [injector(NEVER)], "none", [ENABLED, LABELS]),
    (INJECT, "", "", "", [injector(ALWAYS)], "sidecar", [ENABLED, LABELS]),
    (INJECT, "", "", "", [injector("policy: disabled")], "none", [ENABLED]),
    (AMBIENT, "", "", "", [], "ambient", [ENROLLED]),
    (AMBIENT, "istio.io/dataplane-mode: none", "", "", [], "none", [OWN_MODE]),
    ("", AMBIENT, "", "", [], "ambient", [OWN_MODE]),
    (AMBIENT, "", "", "hostNetwork: true", [], "none", [HOST]),
    (AMBIENT + ", " + INJECT, "", "", "", [], "sidecar", [ENABLED]),
    (AMBIENT + ", " + INJECT, NO, "", "", [], "ambient", [ENROLLED]),
]


@pytest.mark.parametrize(("of_namespace", "labels", "annotations", "pod", "more", "expected", "chain"), ROWS)
def test_enrolment_and_what_decides_it(
    of_namespace: str, labels: str, annotations: str, pod: str, more: list[str], expected: str, chain: list[str]
) -> None:
    mesh = scene(namespace(of_namespace), deployment("shop/web", labels, annotations=annotations, pod=pod), *more)
    found = enrolment(mesh, the(mesh, "shop/web"))
    assert (found.mode, chain_of(found.chain), found.missing) == (expected, chain, "")


@pytest.mark.parametrize("name", ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"])
def test_namespaces_of_the_system_are_never_injected(name: str) -> None:
    mesh = scene(namespace(INJECT).replace("name: shop", f"name: {name}"), deployment(f"{name}/web"))
    assert enrolment(mesh, the(mesh, f"{name}/web")).mode == "none"
