"""Calls on which the engine and the naive evaluator once disagreed, with the answer that is right."""

import json
from typing import Any

import pytest

from tests.posture.access.asking import decision
from tests.posture.access.naive_istio import judge
from tests.posture.access.naive_values import Call
from tests.posture.access.world_objects import Object, made

SECURITY = "security.istio.io/v1"
SIDECARS = {"istio-injection": "enabled"}
AMBIENT = {"istio.io/dataplane-mode": "ambient"}
USES_GATE = {"istio.io/use-waypoint": "gate"}
GATE_ACCOUNT = "cluster.local/ns/shop/sa/gate"

MESH = made("v1", "ConfigMap", "istio-system/istio", data={"mesh": json.dumps({"trustDomain": "cluster.local"})})
ROOT = made("v1", "Namespace", "istio-system")


def namespace(name: str, *labels: dict[str, str]) -> Object:
    return made(
        "v1", "Namespace", name, metadata={"labels": {key: text for one in labels for key, text in one.items()}}
    )


def pod(
    title: str, address: str, *, labels: dict[str, str] | None = None, notes: dict[str, str] | None = None
) -> Object:
    name = title.partition("/")[2]
    metadata = {"labels": {"app": name, **(labels or {})}, "annotations": notes or {}}
    container = {"name": "app", "image": "app", "ports": [{"containerPort": 8080}]}
    spec = {"serviceAccountName": name, "containers": [container]}
    return made("v1", "Pod", title, metadata=metadata, spec=spec, status={"podIP": address})


def cart_service(name: str = "http-main", **spec: Any) -> Object:
    ports = [{"name": name, "port": 80, "targetPort": 8080}]
    return made("v1", "Service", "shop/cart", spec={"selector": {"app": "cart"}, "ports": ports, **spec})


def gate(wanted: str = "all") -> Object:
    labels = {"istio.io/waypoint-for": wanted}
    spec = {"gatewayClassName": "istio-waypoint", "listeners": [{"name": "mesh", "port": 15008, "protocol": "HBONE"}]}
    return made("gateway.networking.k8s.io/v1", "Gateway", "shop/gate", metadata={"labels": labels}, spec=spec)


def running_gate(address: str) -> Object:
    labels = {"gateway.networking.k8s.io/gateway-name": "gate", "gateway.istio.io/managed": "istio.io-mesh-controller"}
    return pod("shop/gate", address, labels=labels)


def policy(title: str, **spec: Any) -> Object:
    return made(SECURITY, "AuthorizationPolicy", title, spec=spec)


def strict(title: str) -> Object:
    stamp = {"creationTimestamp": "2026-01-01T00:00:00Z"}
    return made(SECURITY, "PeerAuthentication", title, metadata=stamp, spec={"mtls": {"mode": "STRICT"}})


def said(*objects: Object, service: str = "shop/cart", **request: str) -> tuple[str, str]:
    """The verdict and the deciding layer for `shop/web` to port 8080 of `shop/cart`, on which both agree."""
    world, call = [MESH, ROOT, *objects], Call("shop/web", "shop/cart", 8080, service, **request)  # type: ignore[arg-type]  # texts alone
    ruling = judge(world, call)
    found = decision(world, call)
    assert found == (ruling.verdict, ruling.layer)
    return found


WEB, CART = pod("shop/web", "10.0.0.1"), pod("shop/cart", "10.0.0.2")
AMBIENT_WEB = pod("shop/web", "10.0.0.1", labels=AMBIENT)
SIDECAR_CART = pod("shop/cart", "10.0.0.2", labels={"sidecar.istio.io/inject": "true"})
BEHIND_GATE = (namespace("shop", AMBIENT, USES_GATE), WEB, gate())


@pytest.mark.parametrize(
    ("more", "expected"), [((), ("allowed", "")), ((strict("shop/all"),), ("denied", "transport"))]
)
def test_waypoint_reaches_a_strict_sidecar_without_a_tunnel_in_vain(
    more: tuple[Object, ...], expected: tuple[str, str]
) -> None:
    """The connection from the waypoint to the server was not looked at."""
    assert said(*BEHIND_GATE, SIDECAR_CART, cart_service(), *more) == expected


def test_sidecar_that_a_waypoint_reaches_in_plaintext_sees_no_identity() -> None:
    """It was taken to see the waypoint's."""
    only_gate = policy(
        "shop/cart",
        selector={"matchLabels": {"app": "cart"}},
        rules=[{"from": [{"source": {"principals": [GATE_ACCOUNT]}}]}],
    )
    assert said(*BEHIND_GATE, SIDECAR_CART, cart_service(), only_gate) == ("denied", "authorization")
    assert said(*BEHIND_GATE, CART, cart_service(), only_gate) == ("allowed", "authorization")


@pytest.mark.parametrize(("wanted", "expected"), [("workload", ("denied", "waypoint")), ("service", ("allowed", ""))])
def test_headless_service_stands_for_its_pods_at_a_waypoint(wanted: str, expected: tuple[str, str]) -> None:
    """The waypoint of services was taken to get the call."""
    world = (namespace("shop", AMBIENT, USES_GATE), WEB, CART, gate(wanted))
    target = [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "gate"}]
    assert said(*world, cart_service(clusterIP="None"), policy("shop/no", targetRefs=target)) == expected


def test_policy_for_a_headless_service_is_not_asked_at_the_waypoint_of_its_pods() -> None:
    """It counted there as for any Service."""
    target = [{"group": "", "kind": "Service", "name": "cart"}]
    nothing = policy("shop/no", targetRefs=target)
    assert said(*BEHIND_GATE, CART, cart_service(clusterIP="None"), nothing) == ("allowed", "")
    assert said(*BEHIND_GATE, CART, cart_service(), nothing) == ("denied", "waypoint")


@pytest.mark.parametrize(
    ("labels", "notes"),
    [
        (SIDECARS, {"traffic.sidecar.istio.io/excludeInboundPorts": "8080"}),
        (AMBIENT, {"ambient.istio.io/bypass-inbound-capture": "true"}),
    ],
)
def test_nobody_enforces_policies_on_a_port_that_passes_the_proxy_by(
    labels: dict[str, str], notes: dict[str, str]
) -> None:
    """They were enforced there."""
    client = pod("lab/web", "10.0.0.1")
    world = (namespace("lab"), namespace("shop", labels), client, policy("shop/nothing"))
    call = Call("lab/web", "shop/cart", 8080)
    for cart, expected in ((pod("shop/cart", "10.0.0.2", notes=notes), "allowed"), (CART, "denied")):
        objects = [MESH, ROOT, *world, cart]
        assert decision(objects, call)[0] == judge(objects, call).verdict == expected


def test_tunnels_to_a_sidecar_do_not_pass_it_by_with_the_ports_that_are_left_out() -> None:
    """A tunnel ends at the sidecar's own port, which is captured."""
    labels = {"sidecar.istio.io/inject": "true", "networking.istio.io/tunnel": "http"}
    cart = pod("shop/cart", "10.0.0.2", labels=labels, notes={"traffic.sidecar.istio.io/excludeInboundPorts": "8080"})
    world = (namespace("shop", AMBIENT), WEB, cart, policy("shop/nothing"))
    assert said(*world, service="") == ("denied", "authorization")


@pytest.mark.parametrize("service", ["shop/cart", ""])
@pytest.mark.parametrize(("name", "expected"), [("tcp-main", "denied"), ("http-main", "allowed"), ("main", "allowed")])
def test_sidecar_takes_a_port_for_what_its_service_says_however_it_is_addressed(
    service: str, name: str, expected: str
) -> None:
    """Calls to the pod's address were taken for HTTP where they look like it; on TCP a DENY loses its methods."""
    deny = policy("shop/no", action="DENY", rules=[{"to": [{"operation": {"methods": ["POST"]}}]}])
    world = (namespace("shop", SIDECARS), WEB, CART, cart_service(name), deny)
    assert said(*world, service=service, method="GET", path="/")[0] == expected


def test_sidecar_sees_no_requests_in_tls_that_it_does_not_end() -> None:
    """They were taken to be readable on a port whose protocol is detected."""
    policy_of = {"tls": {"mode": "SIMPLE"}}
    spec = {"host": "cart", "trafficPolicy": policy_of}
    own_tls = made("networking.istio.io/v1", "DestinationRule", "shop/cart", spec=spec)
    deny = policy("shop/no", action="DENY", rules=[{"to": [{"operation": {"methods": ["POST"]}}]}])
    world = (namespace("shop", SIDECARS), WEB, CART, cart_service("main"), deny)
    assert said(*world, own_tls, method="GET", path="/") == ("denied", "authorization")
    assert said(*world, method="GET", path="/") == ("allowed", "")


@pytest.mark.parametrize(("block", "expected"), [("10.96.0.0/16", "denied"), ("10.0.0.0/16", "allowed")])
def test_destination_at_a_waypoint_is_the_address_of_the_service(block: str, expected: str) -> None:
    """It was that of the pod."""
    target = [{"group": "", "kind": "Service", "name": "cart"}]
    deny = policy(
        "shop/no", targetRefs=target, action="DENY", rules=[{"when": [{"key": "destination.ip", "values": [block]}]}]
    )
    world = (*BEHIND_GATE, CART, cart_service(clusterIP="10.96.0.7"), deny)
    assert said(*world, method="GET", path="/")[0] == expected


def test_ztunnel_sees_the_address_of_a_waypoint_that_is_loaded() -> None:
    """It counted as not known."""
    deny = policy("shop/no", action="DENY", rules=[{"from": [{"source": {"ipBlocks": ["10.0.9.0/24"]}}]}])
    world = (*BEHIND_GATE, CART, cart_service(), deny)
    assert said(*world, running_gate("10.0.9.1")) == ("denied", "authorization")
    assert said(*world, running_gate("10.0.8.1")) == ("allowed", "")
    assert said(*world) == ("unknown", "authorization")
