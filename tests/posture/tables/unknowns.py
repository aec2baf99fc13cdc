"""Meshes of which something is not known, and the question that is asked about them."""

from collections.abc import Mapping
from typing import NamedTuple

from service_mesh.mesh.view import Complete
from service_mesh.operations.access import access
from service_mesh.operations.access_result import AccessResult
from service_mesh.operations.request import AccessRequest, Inputs
from tests.posture.cilium.objects import ccnp, cnp
from tests.posture.linkerd import objects as linkerd
from tests.posture.tables.asking import manifest
from tests.support.scene import deployment

__all__ = [
    "ACME",
    "AGENT",
    "ALL",
    "AMBIENT",
    "AMBIENT_MESH",
    "ASK",
    "BARE",
    "BARE_WEB",
    "BLOCK",
    "BOTH",
    "BY_HEADER",
    "BY_NAME",
    "BY_RANGE",
    "CALM",
    "CAPTURED",
    "CART",
    "CART_POD",
    "CHOSEN",
    "DIFFERING",
    "DNS",
    "EXCEPTED",
    "EXTERNAL",
    "FIREWALL",
    "FRONT",
    "GET",
    "HEADLESS",
    "INGRESS",
    "INJECTED",
    "LINKERD",
    "LISTENS",
    "MESH",
    "NEAR",
    "OF_TEAM",
    "ONE",
    "OUT",
    "PARENT",
    "PART",
    "PAST",
    "PLAIN",
    "POD",
    "READ",
    "READS",
    "REQUIRED",
    "ROOT_STRICT",
    "SENDING",
    "SERVES",
    "SHOP",
    "STRICT",
    "TEAM",
    "TO_READ",
    "TWO_USERS",
    "USING",
    "WAYPOINT",
    "WEB",
    "WEB_POD",
    "WHOLE",
    "Question",
    "Row",
    "asked",
    "assert_settled",
    "dated",
    "granted",
    "namespace",
    "operation",
    "peers",
    "pod",
    "policy",
    "route",
    "rule",
    "server",
    "settings",
    "source",
    "when",
]

Question = Mapping[str, object]
"""Fields of the request."""

GET: Question = {"method": "GET", "path": "/a"}
PART, WHOLE = ({"complete": one} for one in (Complete.NO, Complete.YES))
POD: Question = {"destination": "shop/cart:8080"}

AMBIENT, INJECTED = "istio.io/dataplane-mode: ambient", "istio-injection: enabled"
WEB, CART = deployment("shop/web"), deployment("shop/cart")
FRONT = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n"
    "spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080}]}\n"
)
AGENT = deployment("bare/agent", pod="hostNetwork: true")
BARE_WEB = deployment("bare/web")


def namespace(name: str, labels: str = "", annotations: str = "") -> str:
    return (
        f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}, "
        f"annotations: {{{annotations}}}}}\n"
    )


SHOP, CALM, BARE = namespace("shop", INJECTED), namespace("shop", AMBIENT), namespace("bare")
MESH = (SHOP, WEB, CART, FRONT)
AMBIENT_MESH = (CALM, WEB, CART, FRONT)
PLAIN = (namespace("shop"), WEB, CART, FRONT)
LINKERD = (
    namespace("shop", annotations="linkerd.io/inject: enabled"),
    WEB,
    CART,
    FRONT,
    linkerd.config("clusterNetworks: 10.0.0.0/8"),
)


def policy(spec: str) -> str:
    return manifest("security.istio.io/v1/AuthorizationPolicy", "shop/p", spec)


def source(text: str) -> str:
    return policy(f"rules: [{{from: [{{source: {{{text}}}}}]}}]")


def operation(text: str) -> str:
    return policy(f"rules: [{{to: [{{operation: {{{text}}}}}]}}]")


def when(key: str, value: str) -> str:
    return policy(f"rules: [{{when: [{{key: {key}, values: ['{value}']}}]}}]")


def dated(day: int) -> str:
    return f"creationTimestamp: '2026-01-0{day}T00:00:00Z'" if day else ""


def peers(name: str, mode: str, more: str = "", day: int = 0) -> str:
    spec = f"mtls: {{mode: {mode}}}{f', {more}' if more else ''}"
    return manifest("security.istio.io/v1/PeerAuthentication", f"shop/{name}", spec, dated(day))


def rule(name: str, mode: str, day: int = 0) -> str:
    spec = f"host: cart.shop.svc.cluster.local, trafficPolicy: {{tls: {{mode: {mode}}}}}"
    return manifest("networking.istio.io/v1/DestinationRule", f"shop/{name}", spec, dated(day))


def settings(text: str) -> str:
    return manifest("v1/ConfigMap", "istio-system/istio", f'mesh: "{{{text}}}"')


def pod(title: str, address: str, node: str = "", *, proxy: str = "", notes: str = "", on_node: bool = False) -> str:
    """A running pod of a Deployment."""
    home, _, name = title.partition("/")
    owner = name.rpartition("-")[0]
    owned = f"[{{apiVersion: apps/v1, kind: Deployment, name: {owner}, uid: o-{owner}, controller: true}}]"
    beside = f", {{name: {proxy}, image: p}}" if proxy else ""
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: {home}, uid: u-{name}, "
        f"labels: {{app: {owner}}}, annotations: {{{notes}}}, ownerReferences: {owned}}}\n"
        f"spec: {{nodeName: '{node}', hostNetwork: {str(on_node).lower()}, "
        f"containers: [{{name: app, image: a}}{beside}]}}\n"
        f"status: {{phase: Running, podIP: {address}}}\n"
    )


WEB_POD, CART_POD = (
    pod(f"shop/{name}-1", address, proxy="istio-proxy") for name, address in (("web", "10.1.0.7"), ("cart", "10.1.0.8"))
)
CAPTURED = "ambient.istio.io/redirection: enabled"
STRICT = peers("strict", "STRICT")
ASK = policy("action: CUSTOM, provider: {name: ext}, rules: [{}]")
ACME = manifest("security.istio.io/v1/RequestAuthentication", "shop/jwt", "jwtRules: [{issuer: acme}]")
INGRESS = deployment("shop/ingress").replace("name: app, image: app", "name: istio-proxy, image: p")
LISTENS = manifest(
    "networking.istio.io/v1/Gateway",
    "shop/ingress",
    "selector: {app: ingress}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]",
)
WAYPOINT = manifest(
    "gateway.networking.k8s.io/v1/Gateway",
    "infra/way",
    "gatewayClassName: istio-waypoint, "
    "listeners: [{name: mesh, port: 15008, protocol: HBONE, allowedRoutes: {namespaces: {from: All}}}]",
)
USING = namespace("shop", f"{AMBIENT}, istio.io/use-waypoint: way, istio.io/use-waypoint-namespace: infra")
PAST = "traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.1.0.0/16"
HEADLESS = FRONT.replace("selector:", "clusterIP: None, selector:").replace("port: 80,", "port: 8080,")
ROOT_STRICT = manifest("security.istio.io/v1/PeerAuthentication", "istio-system/mesh", "mtls: {mode: STRICT}")
EXCEPTED = peers("own", "UNSET", "selector: {matchLabels: {app: cart}}, portLevelMtls: {9090: {mode: PERMISSIVE}}")

BLOCK = manifest(
    "networking.k8s.io/v1/NetworkPolicy",
    "shop/np",
    "podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]",
)
TEAM = manifest(
    "networking.k8s.io/v1/NetworkPolicy",
    "shop/np",
    "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}}]}]",
)
CHOSEN = "endpointSelector: {matchLabels: {app: cart}}"
READS = cnp(
    "shop/p",
    f"{CHOSEN}, ingress: [{{fromEndpoints: [{{}}], "
    "toPorts: [{ports: [{port: '8080', protocol: TCP}], rules: {http: [{method: GET}]}}]}]",
)
REQUIRED = cnp("shop/p", f"{CHOSEN}, ingress: [{{fromEndpoints: [{{}}], authentication: {{mode: required}}}}]")
FIREWALL = ccnp("fw", "nodeSelector: {}, ingress: [{fromEntities: [cluster]}]")
SENDING = "endpointSelector: {matchLabels: {app: web}}, egress"
BY_NAME = cnp("shop/q", f"{SENDING}: [{{toFQDNs: [{{matchName: api.example.com}}]}}]")
BY_RANGE = cnp("shop/q", f"{SENDING}: [{{toCIDR: [203.0.113.0/24]}}]")
DNS = cnp(
    "shop/dns",
    f"{SENDING}: [{{toEndpoints: [{{matchLabels: {{k8s:io.kubernetes.pod.namespace: kube-system}}}}], "
    "toPorts: [{ports: [{port: '53'}], rules: {dns: [{matchPattern: '*'}]}}]}]",
)
OF_TEAM = ccnp(
    "p", f"{CHOSEN}, ingress: [{{fromEndpoints: [{{matchLabels: {{io.cilium.k8s.namespace.labels.team: blue}}}}]}}]"
)

SERVES = "podSelector: {matchLabels: {app: cart}}, port: 8080"
PARENT = "group: policy.linkerd.io, kind: Server, name: cart"
NEAR = linkerd.networks("shop/near", "{cidr: 10.1.0.0/16}")
ALL = linkerd.mesh_tls("shop/all", "identities: ['*']")
ONE = linkerd.mesh_tls("shop/all", "identities: [default.shop.serviceaccount.identity.linkerd.cluster.local]")
TO_READ = linkerd.authorization("shop/g", "HTTPRoute/read")
OUT = (
    "apiVersion: policy.linkerd.io/v1alpha1\nkind: EgressNetwork\nmetadata: {name: out, namespace: shop}\n"
    "spec: {networks: [{cidr: 203.0.113.0/24}], trafficPolicy: Deny}\n"
)


def server(name: str = "cart", more: str = "", day: int = 0) -> str:
    return linkerd.server(f"shop/{name}", f"{SERVES}{more}", dated(day))


def granted(kind: str, name: str) -> str:
    reference = f"{{group: policy.linkerd.io, kind: {kind}, name: {name}}}"
    return linkerd.authorization("shop/g", "Server/cart", reference)


def route(name: str, match: str, day: int = 0) -> str:
    made = linkerd.route(f"shop/{name}", PARENT, f"{{matches: [{{{match}}}]}}")
    return made.replace(f"name: {name},", f"name: {name}, {dated(day)},", 1) if day else made


READ = "path: {value: /a}, method: GET"
BY_HEADER = "headers: [{name: x-a, value: '1'}]"

EXTERNAL = settings("extensionProviders: [{name: ext, envoyExtAuthzGrpc: {service: a, port: 9}}]")
TWO_USERS = WEB.replace("containers: [", "containers: [{name: odd, image: o, securityContext: {runAsUser: 1337}}, ", 1)
BOTH = namespace("shop", INJECTED, "linkerd.io/inject: enabled")
DIFFERING = cnp(
    "shop/p",
    f"{CHOSEN}, ingress: [{{fromEndpoints: [{{}}], authentication: {{mode: required}}}}, "
    "{fromEndpoints: [{matchLabels: {app: web}}], authentication: {mode: disabled}}]",
)


def asked(mesh: tuple[str, ...], question: Question) -> AccessResult:
    """The answer: from `shop/web` to the Service of `shop/cart`, in a mesh that is whole, unless told otherwise."""
    chosen: Question = {"source": "shop/web", "destination": "svc:shop/cart:80", "complete": Complete.YES, **question}
    return access(AccessRequest(Inputs(manifests="---\n".join(mesh)), **chosen))  # type: ignore[arg-type]  # by name


class Row(NamedTuple):
    """One thing that is not known.

    Attributes:
        needed: What is named.
        mesh: The objects.
        asked: The question, from `shop/web` to the Service of `shop/cart` unless told otherwise.
        told: What the question has more.
        decision: The answer then.
        given: What there is beside those objects then.
        then: The objects then, where they are not the same.
    """

    needed: str
    mesh: tuple[str, ...]
    asked: Question
    told: Question
    decision: str
    given: tuple[str, ...] = ()
    then: tuple[str, ...] = ()


def assert_settled(row: Row) -> None:
    """The answer is not known and names what it needs, and is the one that is told once that is given."""
    found = asked(row.mesh, row.asked)
    assert found.decision == "unknown"
    assert row.needed in found.needs
    settled = asked((*(row.then or row.mesh), *row.given), {**row.asked, **row.told})
    assert (settled.decision, settled.needs) == (row.decision, ())
