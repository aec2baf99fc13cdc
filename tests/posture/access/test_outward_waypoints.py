"""Calls to hosts outside of the cluster whose ServiceEntry has a waypoint: ztunnel sends them there, and it decides."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import SERVICE_ENTRY
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.engine import Answer, answer
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.edges import Transport
from service_mesh.posture.kubernetes.ends import of_workload, outside
from tests.support.scene import deployment, scene, the

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
SINCE = {"istio": (1, 25)}

SHOP = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}\n"
PODS = deployment("shop/web", pod="serviceAccountName: web"), deployment("shop/batch", pod="serviceAccountName: batch")
GATE = (
    "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: gate, namespace: shop}\n"
    "spec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}\n"
)
ENTRY = (
    "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\n"
    "metadata: {name: api, namespace: shop, labels: {istio.io/use-waypoint: gate}}\n"
    "spec: {hosts: [api.example.com], location: MESH_EXTERNAL, resolution: DNS,"
    " ports: [{number: 443, name: tls, protocol: TLS}]}\n"
)
WEB_ALONE = (
    "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: web-alone, namespace: shop}\n"
    "spec: {targetRefs: [{group: networking.istio.io, kind: ServiceEntry, name: api}], action: ALLOW,\n"
    "  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}],\n"
    "    to: [{operation: {ports: ['443']}}]}]}\n"
)
ONLY_INSIDE = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: only-inside, namespace: shop}\n"
    "spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}]}]}\n"
)


def called(mesh: MeshView, who: str = "shop/web", port: int = 443) -> Answer:
    entry = mesh.find(SERVICE_ENTRY, "shop", "api")
    return answer(mesh, Call(of_workload(the(mesh, who)), outside(host="api.example.com"), port, "TCP", entry))


@pytest.mark.parametrize(("who", "expected"), [("shop/web", ALLOWED), ("shop/batch", DENIED)])
def test_the_waypoint_of_a_host_outside_decides_by_the_identity_of_the_client(who: str, expected: Verdict) -> None:
    found = called(scene(SHOP, *PODS, GATE, ENTRY, WEB_ALONE, releases=SINCE), who)
    assert (found.verdict, found.edge.transport) == (expected, Transport.HBONE)
    assert found.deciding is not None
    assert found.deciding.layer == "waypoint"


def test_network_policies_see_the_waypoint_and_what_it_opens() -> None:
    assert called(scene(SHOP, *PODS, GATE, ENTRY, ONLY_INSIDE, releases=SINCE)).verdict is ALLOWED
    past = ENTRY.replace("use-waypoint: gate", "use-waypoint: none")
    assert called(scene(SHOP, *PODS, GATE, past, ONLY_INSIDE, releases=SINCE)).verdict is DENIED
    closed = ONLY_INSIDE.replace("app: web", "gateway.networking.k8s.io/gateway-name: gate")
    assert called(scene(SHOP, *PODS, GATE, ENTRY, closed, releases=SINCE)).verdict is DENIED


def test_a_port_that_is_not_declared_does_not_go_by_the_waypoint() -> None:
    mesh = scene(SHOP, *PODS, GATE, ENTRY, WEB_ALONE, ONLY_INSIDE, releases=SINCE)
    assert [called(mesh, port=port).verdict for port in (443, 8443)] == [ALLOWED, DENIED]


def test_sidecars_pass_the_waypoint_of_a_host_outside_by() -> None:
    with_sidecars = SHOP.replace("istio.io/dataplane-mode: ambient", "istio-injection: enabled")
    found = called(scene(with_sidecars, *PODS, GATE, ENTRY, WEB_ALONE, releases=SINCE), "shop/batch")
    assert (found.verdict, found.edge.transport) == (ALLOWED, Transport.OUTSIDE)


def test_a_host_without_address_is_not_known_to_go_by_the_waypoint_before_addresses_are_given() -> None:
    before, parts = {"istio": (1, 24)}, (SHOP, *PODS, GATE, WEB_ALONE)
    found = called(scene(*parts, ENTRY, releases=before), "shop/batch")
    assert found.verdict is UNKNOWN
    assert "given addresses" in found.missing[0]
    named = ENTRY.replace("resolution: DNS,", "resolution: DNS, addresses: [203.0.113.5],")
    assert called(scene(*parts, named, releases=before), "shop/batch").verdict is DENIED
