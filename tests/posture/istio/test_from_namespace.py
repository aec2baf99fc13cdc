"""What clients with a sidecar in a namespace reach a workload with, whichever they are."""

from service_mesh.mesh.view import MeshView
from service_mesh.posture.istio.transport import Transport, from_namespace
from tests.support.scene import deployment, scene, the

SIDECARS = """
    apiVersion: v1
    kind: Namespace
    metadata: {name: shop, labels: {istio-injection: enabled}}
    """
AMBIENT = """
    apiVersion: v1
    kind: Namespace
    metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
    """
CART = deployment("shop/cart")
SERVICE = """
    apiVersion: v1
    kind: Service
    metadata: {name: cart, namespace: shop}
    spec:
      selector: {app: cart}
      ports: [{name: http, port: 80, targetPort: 8080}]
    """
OFF = """
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {name: cart, namespace: web}
    spec:
      host: cart.shop.svc.cluster.local
      trafficPolicy: {tls: {mode: DISABLE}}
    """
FOR_CHOSEN = """
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {name: cart, namespace: web}
    spec:
      host: cart.shop.svc.cluster.local
      workloadSelector: {matchLabels: {app: web}}
      trafficPolicy: {tls: {mode: DISABLE}}
    """
STRICT = """
    apiVersion: security.istio.io/v1
    kind: PeerAuthentication
    metadata: {name: default, namespace: shop}
    spec: {mtls: {mode: STRICT}}
    """


def reached(mesh: MeshView, namespace: str) -> Transport:
    return from_namespace(mesh, namespace, the(mesh, "shop/cart"), 8080).transport


def test_rule_of_a_namespace_counts_for_its_own_clients_alone() -> None:
    mesh = scene(SIDECARS, CART, SERVICE, OFF)
    assert (reached(mesh, "web"), reached(mesh, "shop")) == (Transport.PLAINTEXT, Transport.MTLS)


def test_plaintext_to_a_strict_server_fails() -> None:
    mesh = scene(SIDECARS, CART, SERVICE, OFF, STRICT)
    assert (reached(mesh, "web"), reached(mesh, "shop")) == (Transport.BROKEN, Transport.MTLS)


def test_rule_for_chosen_pods_is_left_out() -> None:
    assert reached(scene(SIDECARS, CART, SERVICE, FOR_CHOSEN), "web") is Transport.MTLS


def test_ambient_server_is_reached_by_tunnels_whatever_the_rules_say() -> None:
    istiod = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
        spec:
          template:
            spec: {containers: [{name: discovery, env: [{name: PILOT_ENABLE_AMBIENT, value: "true"}]}]}
        """
    assert reached(scene(AMBIENT, CART, SERVICE, OFF, istiod), "web") is Transport.HBONE
    assert reached(scene(AMBIENT, CART, SERVICE, OFF), "web") is Transport.EITHER


def test_client_whose_sidecar_leaves_the_host_out_is_taken_not_to_call_it() -> None:
    narrow = """
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: default, namespace: web}
        spec: {egress: [{hosts: ["./*"]}]}
        """
    mesh = scene(SIDECARS, CART, SERVICE, narrow)
    assert (reached(mesh, "web"), reached(mesh, "shop")) == (Transport.MTLS, Transport.MTLS)


def test_namespaces_that_nothing_tells_apart_get_one_answer() -> None:
    mesh = scene(SIDECARS, CART, SERVICE, OFF)
    cart = the(mesh, "shop/cart")
    assert from_namespace(mesh, "one", cart, 8080) is from_namespace(mesh, "two", cart, 8080)


def test_unknown_enrolment_of_the_server_leaves_it_open() -> None:
    edge_mesh = scene(CART, SERVICE)
    edge = from_namespace(edge_mesh, "shop", the(edge_mesh, "shop/cart"), 8080)
    assert (edge.transport, edge.missing) == (Transport.UNKNOWN, "the labels of namespace 'shop'")
