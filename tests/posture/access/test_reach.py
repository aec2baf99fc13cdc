"""What a change can bear upon: whose calls, and calls to whom, for each kind of object."""

from collections.abc import Iterable, Mapping

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.access.reach import Change, reach_of
from tests.support.scene import deployment, scene


def doc(api: str, kind: str, title: str, spec: str = "{}", metadata: str = "") -> str:
    namespace, _, name = title.rpartition("/")
    place = f", namespace: {namespace}" if namespace else ""
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}{place}{metadata}}}\nspec: {spec}\n"


def labelled(name: str, labels: str = "", annotations: str = "") -> str:
    words = f"{{name: {name}, labels: {{{labels}}}, annotations: {{{annotations}}}}}"
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {words}\n"


CART = doc("v1", "Service", "shop/cart", "{selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080}]}")
CILIUM_CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config, namespace: kube-system}\ndata: {}\n"
MESH = (
    labelled("shop", "istio-injection: enabled"),
    labelled("bank", "istio.io/dataplane-mode: ambient"),
    labelled("lab", "", "linkerd.io/inject: enabled"),
    labelled("gates", "istio.io/dataplane-mode: ambient"),
    labelled("istio-system"),
    CILIUM_CONFIG,
    deployment("shop/web"),
    deployment("shop/cart", "tier: back"),
    deployment("bank/pay", "istio.io/use-waypoint: gate, istio.io/use-waypoint-namespace: gates"),
    deployment("lab/probe"),
    deployment("gates/door"),
    CART,
    doc("v1", "Service", "shop/backs", "{selector: {tier: back}, ports: [{port: 81, targetPort: 8080}]}"),
)
SHOP = "shop/cart shop/web"
KUBERNETES, WEB = "networking.k8s.io/v1", "{matchLabels: {app: web}}"
SECURITY, ISTIO = "security.istio.io/v1", "networking.istio.io/v1"
BETA, ALPHA = "policy.linkerd.io/v1beta3", "policy.linkerd.io/v1alpha1"
ADMIN, CILIUM = "policy.networking.k8s.io/v1alpha1", "cilium.io/v2"
GATEWAYS = "gateway.networking.k8s.io/v1"
EVERYWHERE = "*"


def _names(keys: Iterable[ResourceKey]) -> str:
    return " ".join(sorted(f"{one.namespace}/{one.name}" for one in keys))


def _reached(before: MeshView, after: MeshView) -> tuple[str, str]:
    """Whose callers and whose calls a change can bear upon; stars for every call."""
    old, new = ({one.key: one for kind in view.kinds() for one in view.of_kind(kind)} for view in (before, after))
    changes = [
        Change(old.get(key), new.get(key))
        for key in dict.fromkeys((*old, *new))
        if _data(old.get(key)) != _data(new.get(key))
    ]
    found = reach_of(before, after, changes)
    assert not (found.is_everywhere and (found.servers or found.clients))
    return (EVERYWHERE, EVERYWHERE) if found.is_everywhere else (_names(found.servers), _names(found.clients))


def _data(one: Resource | None) -> Mapping[str, object] | None:
    return one.data if one is not None else None


@pytest.mark.parametrize(
    ("new", "servers", "clients"),
    [
        (doc(SECURITY, "AuthorizationPolicy", "shop/a"), SHOP, ""),
        (doc(SECURITY, "AuthorizationPolicy", "shop/a", f"{{selector: {WEB}}}"), "shop/web", ""),
        (doc(SECURITY, "AuthorizationPolicy", "shop/a", "{targetRefs: [{kind: Service, name: cart}]}"), SHOP, ""),
        (doc(SECURITY, "PeerAuthentication", "shop/a"), SHOP, ""),
        (doc(SECURITY, "PeerAuthentication", "shop/a", f"{{selector: {WEB}}}"), "shop/web", ""),
        (doc(SECURITY, "RequestAuthentication", "shop/a"), SHOP, ""),
        (doc(SECURITY, "RequestAuthentication", "shop/a", f"{{selector: {WEB}}}"), "shop/web", ""),
        (doc(BETA, "Server", "lab/a"), "lab/probe", ""),
        (doc("policy.linkerd.io/v1beta1", "ServerAuthorization", "lab/a"), "lab/probe", ""),
        (doc(ALPHA, "AuthorizationPolicy", "lab/a"), "lab/probe", ""),
        (doc(KUBERNETES, "NetworkPolicy", "shop/a"), SHOP, ""),
        (doc(KUBERNETES, "NetworkPolicy", "shop/a", f"{{podSelector: {WEB}}}"), "shop/web", ""),
        (doc(KUBERNETES, "NetworkPolicy", "shop/a", f"{{podSelector: {WEB}, egress: []}}"), "shop/web", "shop/web"),
        (doc(KUBERNETES, "NetworkPolicy", "shop/a", f"{{podSelector: {WEB}, policyTypes: [Egress]}}"), "", "shop/web"),
        (doc(KUBERNETES, "NetworkPolicy", "shop/a", "{policyTypes: [Ingress, Egress]}"), SHOP, SHOP),
        (doc(CILIUM, "CiliumNetworkPolicy", "shop/a"), SHOP, SHOP),
        (doc(ISTIO, "Sidecar", "shop/a"), SHOP, SHOP),
        (labelled("mall"), "", ""),
        (doc(ISTIO, "DestinationRule", "bank/a", "{host: cart.shop.svc.cluster.local}"), "shop/cart", ""),
        (doc(ISTIO, "DestinationRule", "shop/a", "{host: cart}"), "shop/cart", ""),
        (doc("v1", "Service", "shop/a", "{selector: {app: web}, ports: [{port: 80}]}"), "shop/web", ""),
        (deployment("shop/new"), "shop/new", "shop/new"),
        # Of a Service that leads to it too, the others behind it are dialled as it is.
        (deployment("shop/new", "tier: back"), "shop/cart shop/new", "shop/new"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\n", "", ""),
        ("apiVersion: v1\nkind: Secret\nmetadata: {name: key, namespace: shop}\n", "", ""),
        ("apiVersion: example.com/v1\nkind: Odd\nmetadata: {name: key, namespace: shop}\n", "", ""),
    ],
)
def test_a_change_reaches_those_that_its_kind_speaks_of(new: str, servers: str, clients: str) -> None:
    assert _reached(scene(*MESH), scene(*MESH, new)) == (servers, clients)
    assert _reached(scene(*MESH, new), scene(*MESH)) == (servers, clients), "and so when it is taken away"


@pytest.mark.parametrize(
    "new",
    [
        doc(SECURITY, "AuthorizationPolicy", "istio-system/a"),
        doc(SECURITY, "PeerAuthentication", "istio-system/a"),
        doc(ISTIO, "Sidecar", "istio-system/a"),
        doc(KUBERNETES, "NetworkPolicy", "gates/a"),
        doc(SECURITY, "AuthorizationPolicy", "gates/a"),
        doc(ISTIO, "DestinationRule", "shop/a", "{host: '*.local'}"),
        doc(ISTIO, "DestinationRule", "shop/a", "{host: unknown}"),
        doc(ISTIO, "DestinationRule", "shop/a", "{host: api.example.com}"),
        doc(ISTIO, "ServiceEntry", "shop/a"),
        doc(ISTIO, "VirtualService", "shop/a"),
        doc(ISTIO, "WorkloadEntry", "shop/a"),
        doc(ISTIO, "Gateway", "shop/a"),
        doc("telemetry.istio.io/v1", "Telemetry", "shop/a"),
        doc(GATEWAYS, "Gateway", "shop/a"),
        doc(GATEWAYS, "HTTPRoute", "shop/a"),
        doc(ALPHA, "MeshTLSAuthentication", "lab/a"),
        doc(ALPHA, "NetworkAuthentication", "lab/a"),
        doc("policy.linkerd.io/v1beta3", "HTTPRoute", "lab/a"),
        doc(ALPHA, "EgressNetwork", "lab/a"),
        doc(ADMIN, "AdminNetworkPolicy", "a"),
        doc(ADMIN, "BaselineAdminNetworkPolicy", "default"),
        doc(CILIUM, "CiliumClusterwideNetworkPolicy", "a"),
        doc("v1", "Node", "a"),
        doc("v1", "Service", "shop/a"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: ''}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: linkerd-config, namespace: linkerd}\ndata: {values: ''}\n",
        deployment("istio-system/istiod", "istio: pilot"),
        deployment("shop/gate", "gateway.networking.k8s.io/gateway-name: gate"),
    ],
)
def test_what_calls_of_others_depend_on_reaches_everywhere(new: str) -> None:
    assert _reached(scene(*MESH), scene(*MESH, new)) == (EVERYWHERE, EVERYWHERE)
    assert _reached(scene(*MESH, new), scene(*MESH)) == (EVERYWHERE, EVERYWHERE), "and so when it is taken away"


def _changed(old: str, new: str) -> tuple[MeshView, MeshView]:
    assert any(old in one for one in MESH)
    return scene(*MESH), scene(*(one.replace(old, new) for one in MESH))


@pytest.mark.parametrize(
    ("old", "new", "servers", "clients"),
    [
        ("name: shop, labels: {istio-injection: enabled}", "name: shop, labels: {team: red}", SHOP, SHOP),
        ("name: gates, labels: {istio", "name: gates, labels: {team: red, istio", EVERYWHERE, EVERYWHERE),
        ("selector: {app: cart}", "selector: {app: web}", SHOP, ""),
        ("selector: {app: cart}", "selector: {}", EVERYWHERE, EVERYWHERE),
        ("name: cilium-config", "name: settings", EVERYWHERE, EVERYWHERE),
    ],
)
def test_a_changed_object_reaches_what_it_spoke_of_and_what_it_speaks_of(
    old: str, new: str, servers: str, clients: str
) -> None:
    assert _reached(*_changed(old, new)) == (servers, clients)


def test_the_first_policy_of_cilium_reaches_everywhere_where_nothing_else_tells_of_cilium() -> None:
    plain = [one for one in MESH if one != CILIUM_CONFIG]
    first = doc(CILIUM, "CiliumNetworkPolicy", "shop/a")
    assert _reached(scene(*plain), scene(*plain, first)) == (EVERYWHERE, EVERYWHERE)
    assert _reached(scene(*plain, first), scene(*plain)) == (EVERYWHERE, EVERYWHERE)


def test_another_release_or_less_known_reaches_everywhere() -> None:
    old, new = scene(*MESH, releases={"istio": (1, 26)}), scene(*MESH, releases={"istio": (1, 27)})
    assert _reached(old, new) == (EVERYWHERE, EVERYWHERE)
    assert _reached(scene(*MESH), scene(*MESH, complete=Complete.NO)) == (EVERYWHERE, EVERYWHERE)


def test_no_change_reaches_nobody() -> None:
    assert _reached(scene(*MESH), scene(*MESH)) == ("", "")


POD = (
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: cart-abc-1\n  namespace: shop\n"
    "  labels: {app: cart, pod-template-hash: abc}\n"
    "  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: cart-abc, controller: true}]\n"
    "spec: {containers: [{name: app, image: app}]}\n"
)


def test_a_pod_reaches_the_workload_that_it_is_of_and_is_one_without_it() -> None:
    without = [one for one in MESH if one != MESH[7]]
    assert _reached(scene(*MESH), scene(*MESH, POD)) == ("shop/cart", "shop/cart")
    both = "shop/cart shop/cart-abc-1"
    assert _reached(scene(*MESH, POD), scene(*without, POD)) == (both, both)
