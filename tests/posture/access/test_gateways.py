"""Gateways as servers of a call: what they read of it by what listens there, and who the first client is to them."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import SERVICE
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.engine import Answer, answer
from service_mesh.posture.access.layers import Layer
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.edges import Transport
from service_mesh.posture.kubernetes.ends import Address, of_workload, outside
from service_mesh.posture.kubernetes.networks import network_of
from service_mesh.posture.requests import HttpRequest
from tests.support.scene import deployment, scene, the

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN

EDGE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: edge}\n"
PROXY = deployment(
    "edge/ingress",
    "istio: ingress",
    annotations="inject.istio.io/templates: gateway, sidecar.istio.io/inject: 'true'",
    ports="8443",
).replace("name: app,", "name: istio-proxy,")
INGRESS = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: ingress, namespace: edge}\n"
    "spec: {selector: {app: ingress}, ports: [{name: https, port: 443, targetPort: 8443}]}\n"
)
STRICT = (
    "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: strict, namespace: edge}\n"
    "spec: {mtls: {mode: STRICT}}\n"
)
TERMINATED, HANDED_ON = "tls: {mode: SIMPLE, credentialName: a}, ", "tls: {mode: PASSTHROUGH}, "
ONLY_OK = "rules: [{to: [{operation: {paths: [/ok]}}]}]"
FROM_ABROAD = "rules: [{from: [{source: {FIELD: [198.51.100.0/24]}}]}]"


def servers(protocol: str, tls: str) -> str:
    return (
        "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: main, namespace: edge}\n"
        f"spec: {{selector: {{istio: ingress}}, servers: [{{{tls}hosts: ['*'], "
        f"port: {{number: 443, name: main, protocol: {protocol}}}}}]}}\n"
    )


def listeners(protocol: str, tls: str) -> str:
    return (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: ingress, namespace: edge}\n"
        f"spec: {{gatewayClassName: istio, listeners: [{{{tls}name: main, port: 443, protocol: {protocol}}}]}}\n"
    )


def policy(spec: str) -> str:
    return (
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: some, namespace: edge}\n"
        f"spec: {{selector: {{matchLabels: {{app: ingress}}}}, {spec}}}\n"
    )


def from_outside(mesh: MeshView, path: str = "/ok", address: str = "") -> Answer:
    client, server = outside(_address(address)), of_workload(the(mesh, "edge/ingress"))
    service = mesh.find(SERVICE, "edge", "ingress")
    return answer(mesh, Call(client, server, 8443, "TCP", service, HttpRequest("GET", path)))


def _address(text: str) -> Address | None:
    found = network_of(text) if text else None
    return found.network_address if found is not None else None


@pytest.mark.parametrize(
    ("protocol", "tls", "transport", "ok", "other"),
    [
        ("HTTP", "", Transport.PLAINTEXT, ALLOWED, DENIED),
        ("GRPC", "", Transport.PLAINTEXT, ALLOWED, DENIED),
        ("HTTPS", TERMINATED, Transport.APP_TLS, ALLOWED, DENIED),
        ("HTTPS", HANDED_ON, Transport.APP_TLS, DENIED, DENIED),
        ("TLS", HANDED_ON, Transport.APP_TLS, DENIED, DENIED),
        ("TLS", TERMINATED, Transport.APP_TLS, DENIED, DENIED),
        ("TCP", "", Transport.PLAINTEXT, DENIED, DENIED),
    ],
)
def test_servers_of_a_gateway_say_whether_it_reads_requests(
    protocol: str, tls: str, transport: Transport, ok: Verdict, other: Verdict
) -> None:
    mesh = scene(EDGE, PROXY, INGRESS, STRICT, servers(protocol, tls), policy(ONLY_OK))
    found = from_outside(mesh)
    assert (found.verdict, found.edge.transport, from_outside(mesh, "/no").verdict) == (ok, transport, other)
    assert found.deciding is not None
    assert found.deciding.layer is Layer.AUTHORIZATION
    assert found.deciding.decision.chain[0].node.resource.title == "AuthorizationPolicy edge/some"


@pytest.mark.parametrize(
    ("protocol", "tls", "expected"),
    [
        ("HTTP", "", ALLOWED),
        ("HTTPS", "tls: {mode: Terminate}, ", ALLOWED),
        ("TLS", "tls: {mode: Passthrough}, ", DENIED),
        ("TCP", "", DENIED),
    ],
)
def test_listeners_of_the_gateway_api_say_it_likewise(protocol: str, tls: str, expected: Verdict) -> None:
    proxy = PROXY.replace("istio: ingress", "gateway.networking.k8s.io/gateway-name: ingress")
    mesh = scene(EDGE, proxy, INGRESS, listeners(protocol, tls), policy(ONLY_OK))
    assert from_outside(mesh).verdict is expected


def test_a_port_that_no_server_listens_on_is_not_known() -> None:
    found = from_outside(scene(EDGE, PROXY, INGRESS, STRICT))
    missing = "the Gateway that listens on this port of 'Deployment edge/ingress'"
    assert (found.verdict, found.missing) == (UNKNOWN, (missing,))
    assert from_outside(scene(EDGE, PROXY, INGRESS, servers("HTTP", ""))).verdict is ALLOWED


@pytest.mark.parametrize("field", ["ipBlocks", "remoteIpBlocks"])
@pytest.mark.parametrize(("address", "expected"), [("198.51.100.7", ALLOWED), ("203.0.113.7", DENIED), ("", UNKNOWN)])
def test_who_connects_is_the_first_client_to_a_gateway(field: str, address: str, expected: Verdict) -> None:
    listed = policy(FROM_ABROAD.replace("FIELD", field))
    found = from_outside(scene(EDGE, PROXY, INGRESS, servers("HTTPS", TERMINATED), listed), address=address)
    assert found.verdict is expected
    assert expected is not UNKNOWN or found.missing[0].startswith("the address of the")


def test_behind_trusted_proxies_the_first_client_is_not_who_connects() -> None:
    trusting = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\n"
        "data: {mesh: 'defaultConfig: {gatewayTopology: {numTrustedProxies: 1}}'}\n"
    )
    world = (EDGE, PROXY, INGRESS, servers("HTTP", ""), trusting)
    direct = policy(FROM_ABROAD.replace("FIELD", "ipBlocks"))
    first = policy(FROM_ABROAD.replace("FIELD", "remoteIpBlocks"))
    assert from_outside(scene(*world, direct), address="203.0.113.7").verdict is DENIED
    found = from_outside(scene(*world, first), address="203.0.113.7")
    assert (found.verdict, found.missing) == (UNKNOWN, ("the address of the first client",))
