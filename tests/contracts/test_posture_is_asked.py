"""Rules ask posture what a setting means: a rule that reads one says why that is no second answer to the question."""

import ast
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import pytest

from service_mesh.rules import rule

_RULES = Path(rule.__file__).parent
_FILES = sorted(path.relative_to(_RULES).as_posix() for path in _RULES.glob("**/*.py"))

_SETTINGS = frozenset(
    {
        "istio-injection",
        "sidecar.istio.io/inject",
        "istio.io/rev",
        "istio.io/dataplane-mode",
        "istio.io/waypoint-for",
        "linkerd.io/inject",
        "config.linkerd.io/default-inbound-policy",
    }
)
"""Labels and annotations that say who is in a mesh, which waypoint is for what, and who is let in by default."""

_BEGINNINGS = ("istio.io/use-waypoint", "config.linkerd.io/skip-")
_FIELD = re.compile(r"(?:^|\.)(?:mtls\.mode|portLevelMtls|trafficPolicy\.tls|outboundTrafficPolicy)(?:$|[.{\[])")
"""Fields that say what servers accept, what clients send, and whether they reach what nobody declares."""

_NOT_ASKED: Mapping[str, str] = {
    "ambient/mtls_disabled_in_ambient.py": "the mode is told of as it is written; where it acts is asked of posture",
    "ambient/port_exception_misread.py": (
        "what istiod makes of this one object is told; the mode around it is asked of posture"
    ),
    "ambient/sidecar_in_ambient_namespace.py": (
        "a finding and its fix point at labels; what the pods get is asked of posture"
    ),
    "ambient/sidecar_instead_of_ambient.py": (
        "the label is told of that has no effect; what the pods get is asked of posture"
    ),
    "ambient/target_without_waypoint.py": "a fix writes the label; which waypoint serves is asked of posture",
    "ambient/waypoint_missing.py": "says which objects can have the label; what it leads to is asked of posture",
    "ambient/waypoint_outside_ambient.py": (
        "the label is told of; whether the pods are in ambient mode is asked of posture"
    ),
    "cilium/_istio.py": "whether a cluster shows any Istio is told from namespaces, and nothing of a workload",
    "commands/injection_annotation_patched.py": (
        "a command line writes a deprecated annotation, and no object is there to ask about"
    ),
    "commands/proxy_setting_misplaced.py": "a command line writes a setting where nothing reads it",
    "commands/requests_unseen_in_ambient_mesh.py": (
        "a text is searched for any use of a waypoint; what ztunnel loses is asked of posture"
    ),
    "commands/sidecar_label_in_ambient_mesh.py": "a text writes the label of the one mode and installs the other",
    "istio/_annotations.py": "the names and values that exist are listed",
    "istio/_mtls_conflicts.py": (
        "whether a rule for many hosts says what one for the host hides; what is sent and accepted is asked of posture"
    ),
    "istio/_webhooks.py": "the label is read from webhooks, whose revision it names",
    "istio/annotation_deprecated.py": "the annotation is told of as deprecated, whatever it says",
    "istio/chart_value_ignored.py": "values of a chart that nothing reads are listed",
    "istio/label_misspelt.py": "the name of the label is compared, and not its value",
    "istio/label_value_meaningless.py": "the value is told of as one that means nothing",
    "istio/mtls_rule_overridden.py": (
        "two rules about a host are compared as they are written, and no mode is concluded"
    ),
    "istio/namespace_injected_by_default.py": (
        "a namespace without any of the labels is told of; what its injector does is asked of posture"
    ),
    "istio/namespace_injection_labels_conflict.py": (
        "labels of one namespace that take the effect from each other are told of"
    ),
    "istio/namespace_outside_mesh.py": (
        "passes over a namespace that says anything to Linkerd; what it asks of Istio is asked of posture"
    ),
    "istio/port_mtls_disabled.py": (
        "the setting of a port is told of as it is written; where it acts is asked of posture"
    ),
    "istio/port_mtls_unmatched.py": "the number of a port is looked up among ports, and no mode is read",
    "istio/proxy_image_not_filled_in.py": (
        "posture has said that it cannot tell, and a namespace that nobody declares has no labels"
    ),
    "istio/registry_only_alone.py": "the setting of the mesh is told of as it is written",
    "istio/revision_not_served.py": (
        "the label of pods is told of that names nobody; that of namespaces and who is served is asked of posture"
    ),
    "istio/sidecar_egress_host_unknown.py": "a host in it is looked up",
    "istio/sidecar_leaves_rest_open.py": "nobody writes it, and that is told of",
    "istio/sidecar_outbound_mode_missing.py": "the mode is missing from what is written",
    "istio/two_meshes_on_one_pod.py": (
        "a finding and its fix point at the annotation; what Istio and Linkerd take is asked of posture"
    ),
    "istio/webhooks_overlapping.py": "labels are tried on selectors of webhooks, of which two take the same",
    "istio/wide_mtls_without_policy.py": (
        "the mode of the rule is told of as it is written; what servers accept is asked of posture"
    ),
    "kubernetes/host_network_not_injected.py": "the pods ask in vain, and what they ask with is told of",
    "linkerd/default_policy_unknown.py": "the value is told of as none; whether it is one is asked of posture",
    "linkerd/inject_value_unknown.py": "the value is told of as one that the injector does not know",
    "linkerd/injection_setting_as_label.py": "an annotation is told of that is written as a label",
    "linkerd/proxy_annotation_misplaced.py": "an annotation is told of where nothing reads it",
    "linkerd/proxy_annotation_unknown.py": "names of annotations are compared, and not their values",
    "linkerd/skipped_port_of_mesh.py": "a finding points at the annotation; which ports it skips is asked of posture",
    "status/data_plane/host_network_not_enrolled.py": (
        "pods that opt out themselves are passed over; what their namespace asks for is asked of posture"
    ),
    "status/data_plane/linkerd_annotation_as_label.py": "an annotation is told of that is written as a label",
    "status/data_plane/linkerd_inject_unread.py": (
        "an annotation is told of where nothing reads it; what the pods get is asked of posture"
    ),
    "status/data_plane/revision_unserved.py": (
        "pods that opt out themselves are passed over; the label, who is served and what runs is asked of posture"
    ),
    "status/data_plane/sidecar_kept_in_ambient.py": (
        "pods that opt out themselves are passed over; what runs and what is asked for is asked of posture"
    ),
}
"""Module that reads such a setting -> why it computes nothing that posture answers."""


def _reads(source: str) -> Iterator[str]:
    """The settings that a module names, in texts of its own or by a constant."""
    tree = ast.parse(source)
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names) if module.startswith("service_mesh."):
                for one in names:
                    modules[one.asname or one.name] = f"{module}.{one.name}"
                    yield from _settings(getattr(import_module(module), one.name, None))
            case ast.Attribute(value=ast.Name(id=name), attr=constant) if _is_module(modules.get(name, "")):
                yield from _settings(getattr(import_module(modules[name]), constant, None))
    words = {id(text) for text in _docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in words:
            yield from _settings(node.value)


def _is_module(name: str) -> bool:
    return bool(name) and (_RULES.parents[1] / f"{name.replace('.', '/')}.py").exists()


def _docstrings(tree: ast.AST) -> Iterator[ast.expr]:
    """Texts that stand as statements: they describe and are not compared with anything."""
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))


def _settings(value: object) -> Iterator[str]:
    for word in value.split() if isinstance(value, str) else ():
        if word in _SETTINGS or word.startswith(_BEGINNINGS) or _FIELD.search(word):
            yield word


@pytest.mark.parametrize("name", _FILES)
def test_rule_that_reads_a_setting_of_posture_says_why(name: str) -> None:
    found = sorted(set(_reads((_RULES / name).read_text(encoding="utf-8"))))
    assert bool(found) == (name in _NOT_ASKED), f"{name}: {found}"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('labels.get("istio-injection") == "enabled"', ["istio-injection"]),
        ('"linkerd.io/inject" in annotations', ["linkerd.io/inject"]),
        ('policy.each("spec.portLevelMtls{}.mode")', ["spec.portLevelMtls{}.mode"]),
        ('rule.get("spec.trafficPolicy.tls.mode")', ["spec.trafficPolicy.tls.mode"]),
        ('sidecar.get("outboundTrafficPolicy.mode")', ["outboundTrafficPolicy.mode"]),
        ('_NAMES = "prefix/other\\nistio.io/use-waypoint-namespace"', ["istio.io/use-waypoint-namespace"]),
        ("from service_mesh.posture.linkerd.ports import SKIP_INBOUND", ["config.linkerd.io/skip-inbound-ports"]),
        ("from service_mesh.posture.linkerd import enrolment as l5d\nl5d.INJECT", ["linkerd.io/inject"]),
        ('"""Reads `istio-injection` of a namespace."""', []),
        ("\"the label 'istio.io/rev' is told of\"", []),
        ('gateway.get("tls.mode")', []),
        ("from service_mesh.posture.istio.enrolment import AMBIENT_LABEL", ["istio.io/dataplane-mode"]),
        ("from service_mesh.posture.istio.namespaces import namespace_enrolment", []),
        ("from service_mesh.posture.istio.enrolment import enrolment", []),
    ],
)
def test_setting_is_recognised_as_text_and_as_constant(source: str, found: list[str]) -> None:
    assert list(_reads(source)) == found
