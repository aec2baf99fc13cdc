"""Whether a call passes, layer by layer: what decides, on which part of the way, and what would settle an unknown."""

from ipaddress import ip_address

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import SERVICE
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.engine import Answer, answer
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.edges import Transport
from service_mesh.posture.kubernetes.ends import of_workload, outside
from service_mesh.posture.requests import HttpRequest
from tests.support.scene import deployment, scene, the

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN

SIDECARS = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n"
AMBIENT = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}\n"
WAYPOINT = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: gate}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gate, namespace: shop}
spec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}
"""
LINKERD = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, annotations: {linkerd.io/inject: enabled}}\n"
PLAIN = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
CART = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n"
    "spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080}]}\n"
)
PODS = (deployment("shop/web", pod="serviceAccountName: web"), deployment("shop/cart"), CART)
STRICT = (
    "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: strict, namespace: shop}\n"
    "spec: {mtls: {mode: STRICT}}\n"
)


def policy(name: str, spec: str) -> str:
    return (
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\n"
        f"metadata: {{name: {name}, namespace: shop}}\nspec: {{{spec}}}\n"
    )


def network(name: str, spec: str) -> str:
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: shop}}\nspec: {{{spec}}}\n"
    )


def open_at(port: int) -> str:
    return network("cart", f"podSelector: {{matchLabels: {{app: cart}}}}, ingress: [{{ports: [{{port: {port}}}]}}]")


def asked(mesh: MeshView, request: HttpRequest | None = None, *, by_service: bool = True) -> Answer:
    """From `shop/web` to port 8080 of `shop/cart`."""
    client, server = of_workload(the(mesh, "shop/web")), of_workload(the(mesh, "shop/cart"))
    service = mesh.find(SERVICE, "shop", "cart") if by_service else None
    return answer(mesh, Call(client, server, 8080, "TCP", service, request or HttpRequest("GET", "/")))


def said(found: Answer) -> list[str]:
    return [f"{one.layer} {one.decision.verdict}{f' {one.hop}' if one.hop else ''}" for one in found.layers]


def decider(found: Answer) -> str:
    if found.deciding is None:
        return ""
    chain = found.deciding.decision.chain
    return f"{found.deciding.layer} {chain[0].node.resource.title if chain else ''}".rstrip()


def test_without_a_mesh_and_without_policies_a_call_passes_in_plaintext() -> None:
    found = asked(scene(PLAIN, *PODS))
    assert (found.verdict, found.edge.transport, decider(found)) == (ALLOWED, Transport.PLAINTEXT, "")
    assert said(found) == ["network-egress allowed", "network-ingress allowed", "transport allowed"]


def test_layers_are_asked_in_the_order_of_the_data_path() -> None:
    found = asked(scene(SIDECARS, *PODS))
    expected = ["network-egress allowed", "network-ingress allowed", "transport allowed", "authorization allowed"]
    assert (said(found), found.edge.transport) == (expected, Transport.MTLS)


def test_the_first_layer_that_stops_a_call_decides() -> None:
    closed = policy("nothing", "")
    found = asked(scene(SIDECARS, *PODS, open_at(9090), closed))
    assert (found.verdict, decider(found)) == (DENIED, "network-ingress NetworkPolicy shop/cart")


def test_an_authorization_policy_decides_with_its_rule() -> None:
    deny = policy("no-writes", "action: DENY, rules: [{to: [{operation: {methods: [POST]}}]}]")
    mesh = scene(SIDECARS, *PODS, deny)
    written, read = asked(mesh, HttpRequest("POST", "/")), asked(mesh, HttpRequest("GET", "/"))
    assert (written.verdict, decider(written)) == (DENIED, "authorization AuthorizationPolicy shop/no-writes")
    assert (read.verdict, decider(read)) == (ALLOWED, "")


def test_what_would_settle_an_unknown_answer_settles_it() -> None:
    deny = policy("no-writes", "action: DENY, rules: [{to: [{operation: {methods: [POST]}}]}]")
    mesh = scene(SIDECARS, *PODS, deny)
    found = asked(mesh, HttpRequest())
    assert (found.verdict, found.missing) == (UNKNOWN, ("the method of the request",))
    assert asked(mesh, HttpRequest("POST")).verdict is DENIED


def test_clients_outside_of_a_strict_mesh_are_stopped_before_any_policy() -> None:
    mesh = scene(SIDECARS, *PODS, STRICT, policy("all", "rules: [{}]"))
    found = answer(mesh, Call(outside(), of_workload(the(mesh, "shop/cart")), 8080))
    assert (found.verdict, said(found)) == (DENIED, ["network-ingress allowed", "transport denied"])
    assert found.edge.transport is Transport.BROKEN


@pytest.mark.parametrize(("port", "expected"), [(8080, DENIED), (15008, ALLOWED)])
def test_network_policies_see_the_port_of_the_tunnel_in_ambient_mode(port: int, expected: Verdict) -> None:
    found = asked(scene(AMBIENT, *PODS, open_at(port)))
    assert (found.verdict, found.edge.transport) == (expected, Transport.HBONE)


@pytest.mark.parametrize(("port", "expected"), [(8080, DENIED), (4143, ALLOWED)])
def test_network_policies_see_the_port_of_linkerds_proxy(port: int, expected: Verdict) -> None:
    found = asked(scene(LINKERD, *PODS, open_at(port)))
    assert (found.verdict, found.edge.transport) == (expected, Transport.MTLS)


def test_a_waypoint_is_a_hop_with_an_answer_of_its_own() -> None:
    found = asked(scene(WAYPOINT, *PODS))
    assert said(found) == [
        "network-egress allowed to the waypoint, at port 15008",
        "network-ingress allowed to the waypoint, at port 15008",
        "network-egress allowed from the waypoint, at port 15008",
        "network-ingress allowed from the waypoint, at port 15008",
        "transport allowed",
        "waypoint allowed",
        "authorization allowed",
    ]


def test_a_waypoint_enforces_what_targets_it() -> None:
    deny = (
        "targetRefs: [{group: '', kind: Service, name: cart}], action: DENY, "
        "rules: [{to: [{operation: {paths: ['/admin*']}}]}]"
    )
    mesh = scene(WAYPOINT, *PODS, policy("no-admin", deny))
    assert decider(asked(mesh, HttpRequest("GET", "/admin"))) == "waypoint AuthorizationPolicy shop/no-admin"
    assert asked(mesh, HttpRequest("GET", "/")).verdict is ALLOWED


def test_behind_a_waypoint_ztunnel_sees_the_waypoint_and_not_the_client() -> None:
    source = "{source: {principals: [cluster.local/ns/shop/sa/web]}}"
    only_web = f"selector: {{matchLabels: {{app: cart}}}}, rules: [{{from: [{source}]}}]"
    only_gate = only_web.replace("sa/web", "sa/gate")
    assert asked(scene(WAYPOINT, *PODS, policy("cart", only_web))).verdict is DENIED
    assert asked(scene(WAYPOINT, *PODS, policy("cart", only_gate))).verdict is ALLOWED


def test_a_call_to_the_pod_itself_passes_the_waypoint_of_services_by() -> None:
    found = asked(scene(WAYPOINT, *PODS), by_service=False)
    assert [one.hop for one in found.layers] == ["at port 15008", "at port 15008", "", ""]


def test_a_sidecar_passes_the_waypoint_by() -> None:
    web = deployment(
        "shop/web", 'sidecar.istio.io/inject: "true", istio.io/rev: default', pod="serviceAccountName: web"
    )
    deny = "targetRefs: [{group: '', kind: Service, name: cart}], action: DENY, rules: [{}]"
    namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: edge, labels: {istio-injection: enabled}}\n"
    mesh = scene(WAYPOINT, namespace, web.replace("namespace: shop", "namespace: edge"), *PODS[1:], policy("no", deny))
    client, server = of_workload(the(mesh, "edge/web")), of_workload(the(mesh, "shop/cart"))
    found = answer(mesh, Call(client, server, 8080, "TCP", mesh.find(SERVICE, "shop", "cart"), HttpRequest("GET", "/")))
    assert "waypoint denied" not in said(found)


def test_a_policy_that_may_exist_leaves_the_answer_open() -> None:
    found = asked(scene(*PODS, complete=Complete.NO))
    assert found.verdict is UNKNOWN
    assert "the network policies of namespace 'shop'" in found.missing


def test_cilium_below_a_mesh_that_is_not_there_encrypts_between_nodes() -> None:
    config = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config, namespace: kube-system}\n"
        'data: {enable-wireguard: "true"}\n'
    )
    found = asked(scene(PLAIN, *PODS, config))
    assert (found.verdict, found.edge.transport) == (ALLOWED, Transport.EITHER)
    assert "on which nodes" in found.edge.missing


def test_rules_for_requests_cannot_be_asked_about_a_sealed_connection() -> None:
    cilium = (
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: cart, namespace: shop}\n"
        "spec: {endpointSelector: {matchLabels: {app: cart}}, ingress: [{toPorts: ["
        "{ports: [{port: '8080', protocol: TCP}], rules: {http: [{method: GET}]}}]}]}\n"
    )
    assert asked(scene(SIDECARS, *PODS, cilium)).verdict is UNKNOWN
    assert asked(scene(PLAIN, *PODS, cilium)).verdict is ALLOWED
    assert asked(scene(PLAIN, *PODS, cilium), HttpRequest("POST", "/")).verdict is DENIED


@pytest.mark.parametrize(("label", "expected"), [("true", "waypoint denied"), ("false", "authorization allowed")])
def test_a_gateway_passes_the_waypoint_only_where_a_label_asks_for_it(label: str, expected: str) -> None:
    namespace = WAYPOINT.replace(
        "use-waypoint: gate}", f"use-waypoint: gate, istio.io/ingress-use-waypoint: '{label}'}}"
    )
    deny = "targetRefs: [{group: '', kind: Service, name: cart}], action: DENY, rules: [{}]"
    edge = "apiVersion: v1\nkind: Namespace\nmetadata: {name: edge, labels: {istio-injection: enabled}}\n"
    ingress = deployment("edge/ingress", "istio: ingress").replace("name: app,", "name: istio-proxy,")
    selecting = (
        "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: ingress, namespace: edge}\n"
        "spec: {selector: {istio: ingress}, servers: "
        "[{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}\n"
    )
    mesh = scene(namespace, edge, ingress, selecting, *PODS[1:], policy("no", deny))
    client, server = of_workload(the(mesh, "edge/ingress")), of_workload(the(mesh, "shop/cart"))
    found = answer(mesh, Call(client, server, 8080, "TCP", mesh.find(SERVICE, "shop", "cart"), HttpRequest("GET", "/")))
    assert expected in said(found)


@pytest.mark.parametrize(
    ("request_", "verdict", "transport"),
    [
        (HttpRequest("GET", "/live"), ALLOWED, Transport.PLAINTEXT),
        (HttpRequest("GET", "/else"), DENIED, Transport.BROKEN),
        (HttpRequest(None, "/live"), UNKNOWN, Transport.PLAINTEXT),
    ],
)
def test_probe_gets_in_where_the_default_policy_of_linkerd_lets_nobody_in(
    request_: HttpRequest, verdict: Verdict, transport: Transport
) -> None:
    container = "{name: app, image: app, livenessProbe: {httpGet: {path: /live, port: 8080}}}"
    pods = f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: cart, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: cart}}}}
  template:
    metadata: {{labels: {{app: cart}}, annotations: {{config.linkerd.io/default-inbound-policy: deny}}}}
    spec: {{containers: [{container}]}}
"""
    mesh = scene(LINKERD, pods)
    kubelet = outside(ip_address("192.0.2.10"))
    found = answer(mesh, Call(kubelet, of_workload(the(mesh, "shop/cart")), 8080, "TCP", None, request_))
    assert (found.verdict, found.edge.transport) == (verdict, transport)
