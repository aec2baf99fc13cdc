"""The verb `mtls`: what ports take, what connections carry, the verdict, and what STRICT would break."""

import pytest

from service_mesh.errors import UsageError
from service_mesh.mesh.view import Complete
from service_mesh.operations.mtls import mtls
from service_mesh.operations.mtls_result import MtlsResult, MtlsVerdict
from service_mesh.operations.request import Inputs, MtlsRequest
from tests.support.scene import deployment

SIDECARS = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n"
AMBIENT = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}\n"
LINKERD = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, annotations: {linkerd.io/inject: enabled}}\n"
PLAIN = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
OTHERS = (
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: istio-system}\n---\n"
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: linkerd}\n---\n"
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: legacy}\n"
)
PODS = (deployment("shop/web", ports=""), deployment("shop/cart"), deployment("legacy/report", ports=""))


def service(kind: str = "ClusterIP") -> str:
    return (
        "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n"
        f"spec: {{type: {kind}, selector: {{app: cart}}, ports: [{{name: http, port: 80, targetPort: 8080}}]}}\n"
    )


def mode(text: str) -> str:
    return (
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: mode, namespace: shop}\n"
        f"spec: {{mtls: {{mode: {text}}}}}\n"
    )


def rule(text: str) -> str:
    return (
        "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: cart, namespace: shop}\n"
        f"spec: {{host: cart.shop.svc.cluster.local, trafficPolicy: {{tls: {{mode: {text}}}}}}}\n"
    )


def asked(*documents: str, workload: str = "shop/cart", complete: Complete = Complete.AUTO) -> MtlsResult:
    text = "---\n".join((OTHERS, *PODS, *documents))
    return mtls(MtlsRequest(Inputs(manifests=text), workload=workload, complete=complete))


def edges(found: MtlsResult) -> dict[str, str]:
    """Who connects -> what is carried."""
    return {name.partition(" ")[2]: edge.transport for edge in found.edges for name in edge.from_}


@pytest.mark.parametrize(
    ("documents", "verdict", "modes"),
    [
        ((SIDECARS, service(), mode("STRICT")), "enforced", ["strict"]),
        ((SIDECARS, service()), "permissive", ["permissive"]),
        ((SIDECARS, service(), mode("DISABLE")), "permissive", ["disable"]),
        ((SIDECARS, service(), mode("STRICT"), rule("DISABLE")), "broken", ["strict"]),
        ((AMBIENT, service()), "permissive", ["permissive"]),
        ((AMBIENT, service(), mode("STRICT")), "enforced", ["strict"]),
        ((LINKERD, service()), "permissive", ["permissive"]),
        ((PLAIN, service()), "plaintext", ["plaintext"]),
    ],
)
def test_the_verdict_follows_from_modes_and_edges(documents: tuple[str, ...], verdict: str, modes: list[str]) -> None:
    found = asked(*documents)
    assert (found.verdict, [one.mode for one in found.workloads]) == (verdict, modes)


def test_each_edge_says_what_it_carries_and_which_setting_decides() -> None:
    found = asked(SIDECARS, service(), mode("STRICT"))
    assert edges(found) == {"shop/web": "mtls", "shop/cart": "mtls", "legacy/report": "broken"}
    broken = next(edge for edge in found.edges if edge.transport == "broken")
    assert broken.decided_by[-1].pointer == "/spec/mtls/mode"
    assert (broken.encrypted, broken.authenticated, broken.same_mesh, broken.decision) == (False, False, False, "deny")


def test_clients_outside_of_a_strict_mesh_break_nothing_inside() -> None:
    assert asked(SIDECARS, service(), mode("STRICT")).verdict is MtlsVerdict.ENFORCED


def test_what_strict_would_break_is_listed_with_its_cause() -> None:
    found = asked(SIDECARS, service(), rule("DISABLE")).strict_ready
    assert found.ready is False
    assert {one.reason: set(one.from_) for one in found.would_break} == {
        "the client is not in the mesh": {"Deployment legacy/report"},
        "the client's DestinationRule turns TLS off": {"Deployment shop/cart", "Deployment shop/web"},
    }
    assert {one.to for one in found.would_break} == {("Deployment shop/cart",)}


def test_connections_that_policies_stop_break_nothing() -> None:
    closed = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: cart, namespace: shop}\n"
        "spec: {podSelector: {matchLabels: {app: cart}}, ingress: [{from: [{podSelector: {}}]}]}\n"
    )
    assert asked(SIDECARS, service()).strict_ready.ready is False
    assert asked(SIDECARS, service(), closed).strict_ready.ready is True


def test_ways_in_from_outside_would_break_too() -> None:
    found = asked(SIDECARS, service("LoadBalancer")).strict_ready
    assert ("clients outside the mesh",) in {one.from_ for one in found.would_break}
    assert found.ready is False


def test_ports_of_nobody_in_a_mesh_are_no_matter_of_strict() -> None:
    assert asked(PLAIN, service()).strict_ready.ready is True


def test_totals_count_pairs_of_workloads_and_ports() -> None:
    assert asked(SIDECARS, service(), mode("STRICT")).totals == {"broken": 1, "mtls": 2}


def test_only_what_is_asked_about_is_a_server() -> None:
    text = "---\n".join((OTHERS, *PODS, SIDECARS, service()))
    assert mtls(MtlsRequest(Inputs(manifests=text), namespace="legacy")).edges == ()
    whole = mtls(MtlsRequest(Inputs(manifests=text)))
    assert {one.to for one in whole.edges} == {("Deployment shop/cart",)}


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (MtlsRequest(Inputs(manifests=PLAIN), namespace="shop"), "no workload of namespace 'shop' was read"),
        (MtlsRequest(Inputs(manifests=PLAIN), workload="shop/cart"), "no workload 'shop/cart' was read"),
        (MtlsRequest(Inputs(manifests=PODS[1]), workload="shop/crat"), "did you mean 'shop/cart'"),
        (MtlsRequest(Inputs()), "nothing to look at"),
    ],
)
def test_a_question_about_nothing_is_refused(request_: MtlsRequest, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        mtls(request_)
