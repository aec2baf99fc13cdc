"""What a namespace asks for by its labels: a table of labels, and that a pod which says nothing gets just that."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.posture.istio.enrolment import Enrolled, asked_enrolment
from service_mesh.posture.istio.namespaces import NamespaceEnrolment, namespace_enrolment
from tests.support.scene import deployment, scene, the

S, A, N, U = Enrolled.SIDECAR, Enrolled.AMBIENT, Enrolled.NONE, Enrolled.UNKNOWN

SWITCH, REVISION, PLANE = "istio-injection", "istio.io/rev", "istio.io/dataplane-mode"
ON = f"{SWITCH}: enabled"
OFF = f"{SWITCH}: disabled"
CANARY = f"{REVISION}: canary"
AMBIENT = f"{PLANE}: ambient"


def namespace(labels: str, name: str = "shop") -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"


def webhook(revision: str) -> str:
    return (
        "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\n"
        f"metadata: {{name: istio-sidecar-injector-{revision}, labels: {{{REVISION}: {revision}}}}}\nwebhooks: []\n"
    )


def settings(key: str, text: str) -> str:
    return (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio-sidecar-injector, namespace: istio-system}\n"
        f"data: {{{key}: '{text}'}}\n"
    )


BY_DEFAULT = settings("values", '{"sidecarInjectorWebhook": {"enableNamespacesByDefault": true}}')
ON_REQUEST = settings("config", "policy: disabled")


def told(mesh: MeshView, name: str = "shop") -> tuple[Enrolled, str, str]:
    """The mode, the name of the label that decides it, and the revision."""
    answer = namespace_enrolment(mesh, name)
    return answer.mode, _name(answer), answer.revision


def _name(answer: NamespaceEnrolment) -> str:
    return "" if answer.label is None else str(answer.label.path[-1])


LABELS = [
    ("", N, "", ""),
    ("team: a", N, "", ""),
    (ON, S, SWITCH, "default"),
    (OFF, N, SWITCH, ""),
    (f"{SWITCH}: Enabled", N, SWITCH, ""),
    (f'{SWITCH}: "true"', N, SWITCH, ""),
    (f'{SWITCH}: ""', N, SWITCH, ""),
    (CANARY, S, REVISION, "canary"),
    (f"{ON}, {CANARY}", S, SWITCH, "default"),
    (f"{OFF}, {CANARY}", N, SWITCH, ""),
    (AMBIENT, A, PLANE, ""),
    (f"{PLANE}: none", N, PLANE, ""),
    (f"{PLANE}: Ambient", N, PLANE, ""),
    (f"{ON}, {AMBIENT}", S, SWITCH, "default"),
    (f"{OFF}, {AMBIENT}", A, PLANE, ""),
    (f'{SWITCH}: "", {AMBIENT}', A, PLANE, ""),
    (f"{CANARY}, {AMBIENT}", S, REVISION, "canary"),
    (f"{OFF}, {CANARY}, {AMBIENT}", A, PLANE, ""),
    (f"{ON}, {PLANE}: none", S, SWITCH, "default"),
    (f"{OFF}, {PLANE}: none", N, SWITCH, ""),
    (f"{CANARY}, {PLANE}: none", S, REVISION, "canary"),
]
"""Labels -> mode, the label that decides it, and the revision whose injector is chosen."""

SETTINGS = [
    (BY_DEFAULT, "", S, "", ""),
    (BY_DEFAULT, OFF, N, SWITCH, ""),
    (BY_DEFAULT, AMBIENT, S, "", ""),
    (BY_DEFAULT, f"{OFF}, {AMBIENT}", A, PLANE, ""),
    (ON_REQUEST, ON, N, SWITCH, "default"),
    (ON_REQUEST, f"{ON}, {AMBIENT}", A, PLANE, "default"),
    (webhook("canary"), CANARY, S, REVISION, "canary"),
    (webhook("stable"), CANARY, N, REVISION, "canary"),
    (webhook("stable"), f"{CANARY}, {AMBIENT}", A, PLANE, "canary"),
    (webhook("stable"), ON, N, SWITCH, "default"),
    (webhook("default"), ON, S, SWITCH, "default"),
]
"""An installation and labels -> the same."""


@pytest.mark.parametrize(("labels", "mode", "label", "revision"), LABELS)
def test_labels_of_a_namespace_decide(labels: str, mode: Enrolled, label: str, revision: str) -> None:
    mesh = scene(namespace(labels), deployment("shop/web"))
    assert told(mesh) == (mode, label, revision)
    assert asked_enrolment(mesh, the(mesh, "shop/web")).mode is mode


@pytest.mark.parametrize(("installation", "labels", "mode", "label", "revision"), SETTINGS)
def test_installation_decides_what_becomes_of_the_labels(
    installation: str, labels: str, mode: Enrolled, label: str, revision: str
) -> None:
    mesh = scene(installation, namespace(labels), deployment("shop/web"))
    assert told(mesh) == (mode, label, revision)
    assert asked_enrolment(mesh, the(mesh, "shop/web")).mode is mode


@pytest.mark.parametrize("value", ['""', "null", "1", "[a]"])
def test_revision_that_is_no_name_is_served_by_nobody(value: str) -> None:
    mesh = scene(namespace(f"{REVISION}: {value}, {AMBIENT}"))
    assert told(mesh) == (A, PLANE, "")


@pytest.mark.parametrize("labels", [ON, CANARY, AMBIENT])
def test_namespace_of_the_system_is_left_out_by_its_name(labels: str) -> None:
    mesh = scene(namespace(labels, "kube-system"), deployment("kube-system/dns"))
    assert told(mesh, "kube-system")[:2] == (N, "")
    assert asked_enrolment(mesh, the(mesh, "kube-system/dns")).mode is N


def test_namespace_that_is_not_loaded_is_unknown() -> None:
    answer = namespace_enrolment(scene(namespace(ON, "other")), "shop")
    assert answer == NamespaceEnrolment(U, missing="the labels of namespace 'shop'")
    assert not answer.is_meshed


@pytest.mark.parametrize(
    ("labels", "injection", "named"),
    [
        (ON, SWITCH, None),
        (CANARY, REVISION, REVISION),
        (f"{ON}, {CANARY}", SWITCH, None),
        (f"{OFF}, {CANARY}", SWITCH, None),
        (f'{REVISION}: ""', REVISION, REVISION),
        (AMBIENT, None, None),
    ],
)
def test_label_that_chooses_the_injector_is_told(labels: str, injection: str | None, named: str | None) -> None:
    answer = namespace_enrolment(scene(namespace(labels)), "shop")
    found = [None if node is None else node.path[-1] for node in (answer.injection, answer.revision_label)]
    assert found == [injection, named]


@pytest.mark.parametrize(
    ("installation", "labels", "note", "path"),
    [
        ("", CANARY, "asks for sidecars", ("metadata", "labels", REVISION)),
        ("", AMBIENT, "asks for ambient mode", ("metadata", "labels", PLANE)),
        ("", OFF, "puts no pods into the mesh", ("metadata", "labels", SWITCH)),
        (BY_DEFAULT, "", "namespaces are injected by default in this installation", ()),
    ],
)
def test_chain_ends_with_what_decided(installation: str, labels: str, note: str, path: tuple[str, ...]) -> None:
    answer = namespace_enrolment(scene(installation, namespace(labels)), "shop")
    assert [(one.text, one.node.path) for one in answer.chain] == [(note, path)]


def test_cluster_is_part_of_the_question() -> None:
    mesh = scene(namespace(ON))
    assert (namespace_enrolment(mesh, "shop").mode, namespace_enrolment(mesh, "shop", "east").mode) == (S, U)


def test_question_is_worked_out_once() -> None:
    mesh = scene(namespace(ON))
    assert namespace_enrolment(mesh, "shop") is namespace_enrolment(mesh, "shop", "")
