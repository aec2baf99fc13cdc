"""Rules about a namespace before any pod is known say what posture says of its labels.

Fixtures cannot show these: labels that contradict each other, and a revision nobody serves, are findings themselves.
"""

import pytest

from service_mesh.rules.registry import load_rules
from tests.support.scene import deployment, scene

_ON, _AMBIENT, _OLD = "istio-injection: enabled", "istio.io/dataplane-mode: ambient", "istio.io/rev: old"
_BOTH = f"{_ON}, {_AMBIENT}"
_DEFAULT = """
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector, labels: {istio.io/rev: default}}
webhooks: []
"""
_BY_DEFAULT = """
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector, namespace: istio-system}
data: {values: '{"sidecarInjectorWebhook": {"enableNamespacesByDefault": true}}'}
"""
_ENTRY = """
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  resolution: DNS
  ports: [{number: 5432, name: tcp, protocol: TCP}, {number: 80, name: http, protocol: HTTP}]
"""
_STRICT = """
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: bank}
spec: {mtls: {mode: STRICT}}
"""
_SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: bank}
spec: {selector: {app: reviews}, ports: [{name: http, port: 80, targetPort: 8080}]}
"""
_EMPTY = """
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec: {ports: [{name: web, port: 9080}]}
"""
_PROBE = """
apiVersion: v1
kind: Pod
metadata: {name: probe, namespace: shop, uid: 9f0e9d7c-6f04-4b6e-9c3a-1f0d7f9b1c11}
spec: {hostNetwork: true, containers: [{name: probe, image: "example.com/probe:1"}]}
status: {phase: Running}
"""


def _namespace(labels: str, name: str = "shop", annotations: str = "") -> str:
    meta = f"name: {name}, labels: {{{labels}}}, annotations: {{{annotations}}}"
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{{meta}}}\n"


def _rule(host: str, mode: str) -> str:
    return (
        "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: rule, namespace: shop}\n"
        f"spec: {{host: {host}, trafficPolicy: {{tls: {{mode: {mode}}}}}}}\n"
    )


def _found(code: str, *documents: str) -> list[str]:
    """The places that a rule points at, as `Kind name pointer`."""
    (rule,) = (one for one in load_rules() if one.code == code)
    mesh = scene(*documents, releases={"istio": (1, 26)})
    check = rule.check
    assert check is not None
    about = [one for kind in rule.about for one in mesh.of_kind(kind)]
    nodes = [draft.node for one in about for draft in check(one, mesh) if draft.node is not None]
    return [f"{node.resource.kind.name} {node.resource.name} {node.pointer}" for node in nodes]


_SERVERS = (_STRICT, _SERVICE, _namespace(_ON, "bank"), deployment("bank/reviews"))
_TLS = ["DestinationRule rule /spec/trafficPolicy/tls/mode"]


@pytest.mark.parametrize(
    ("labels", "is_ambient"),
    [("", False), (_ON, False), (_AMBIENT, True), (_BOTH, False), (f"{_OLD}, {_AMBIENT}", True)],
)
def test_sidecars_win_over_ambient_mode_for_clients(labels: str, *, is_ambient: bool) -> None:
    home = (_DEFAULT, _namespace(labels))
    refused = _found("IS175", *home, *_SERVERS, _rule("reviews.bank.svc.cluster.local", "DISABLE"))
    outside = _found("IS193", *home, _ENTRY, _rule("api.example.com", "ISTIO_MUTUAL"))
    unaddressed = _found("IS164", *home, _ENTRY)
    assert (refused, outside) == (([], []) if is_ambient else (_TLS, _TLS))
    assert unaddressed == ([] if is_ambient else ["ServiceEntry api /spec/ports/0/protocol"])


@pytest.mark.parametrize(
    ("documents", "is_told"),
    [
        ((_namespace(""),), False),
        ((_namespace(_ON),), True),
        ((_namespace(_AMBIENT),), True),
        ((_namespace(_BOTH),), True),
        ((_namespace(_OLD),), True),
        ((_namespace(_OLD), _DEFAULT), False),
        ((_namespace(f"{_OLD}, {_AMBIENT}"), _DEFAULT), True),
        ((_namespace(""), _BY_DEFAULT), True),
        ((_namespace("istio-injection: disabled"), _BY_DEFAULT), False),
    ],
)
def test_namespace_puts_its_pods_into_the_mesh_or_not(documents: tuple[str, ...], *, is_told: bool) -> None:
    unnamed = _found("IS110", *documents, _EMPTY)
    assert unnamed == (["Service reviews /spec/ports/0/name"] if is_told else [])
    assert _found("ST210", *documents, _PROBE) == (["Pod probe /spec/hostNetwork"] if is_told else [])


@pytest.mark.parametrize(("labels", "is_told"), [(_ON, True), (_AMBIENT, True), (_BOTH, True), (_OLD, False)])
def test_both_meshes_are_told_of_where_istio_takes_the_pods_of_a_namespace(labels: str, *, is_told: bool) -> None:
    found = _found("IS238", _DEFAULT, _namespace(labels, annotations="linkerd.io/inject: enabled"))
    assert found == (["Namespace shop /metadata/annotations/linkerd.io~1inject"] if is_told else [])


@pytest.mark.parametrize(
    ("labels", "is_told"), [(_OLD, True), (f"{_OLD}, {_AMBIENT}", False), (f"{_ON}, {_OLD}", False)]
)
def test_revision_is_told_of_where_it_is_what_decides(labels: str, *, is_told: bool) -> None:
    documents = (_DEFAULT, _namespace(labels))
    assert _found("IS236", *documents) == (["Namespace shop /metadata/labels/istio.io~1rev"] if is_told else [])
