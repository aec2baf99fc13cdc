"""Cilium: default deny and precedence, peers, ports and requests, authentication, and what is encrypted."""

import pytest

from service_mesh.mesh.view import MeshView
from tests.posture.cilium.objects import WEB, ccnp, cnp, config, shop
from tests.posture.kubernetes.objects import namespace, policy
from tests.posture.tables.asking import said

CALL, BANK, WORLD = (f"{client} > shop/web:8080" for client in ("shop/cart", "bank/cart", "203.0.113.9"))
PORT_8080 = "ingress: [{toPorts: [{ports: [{port: '8080'}]}]}]"
DNS = (
    "{toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system}}], "
    "toPorts: [{ports: [{port: '53'}], rules: {dns: [{matchPattern: '*'}]}}]}"
)
BY_NAME = f"egress: [{{toFQDNs: [{{matchName: api.example.com}}]}}, {DNS}]"
BY_PATTERN = f"egress: [{{toFQDNs: [{{matchPattern: '*.example.com'}}]}}, {DNS}]"
ANY_OWN, WIDE = (
    cnp("shop/q", f"{WEB}, ingress: [{{fromEndpoints: [{{}}]}}]"),
    ccnp("p", f"{WEB}, ingress: [{{fromEndpoints: [{{}}]}}]"),
)
ISOLATED = policy("shop/np", "podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]")
ALWAYS, NEVER = (config(f"enable-policy: {mode}") for mode in ("always", "never"))
AUTH = config("mesh-auth-enabled: 'true', mesh-auth-mutual-enabled: 'true'")
NOAUTH = config("mesh-auth-enabled: 'false'")
P, Q = "CiliumNetworkPolicy shop/p /spec", "CiliumNetworkPolicy shop/q /spec"
FIRST, Q_FIRST, DENIED = f"{P}/ingress/0", f"{Q}/egress/0", f"{P}/ingressDeny/0"
PORT, RULES, MODE = f"{FIRST}/toPorts/0", f"{FIRST}/toPorts/0/rules", f"{FIRST}/authentication/mode"
WIREGUARD, IPSEC, ZTUNNEL = (
    f"ConfigMap kube-system/cilium-config /data/enable-{name}" for name in ("wireguard", "ipsec", "ztunnel")
)


def on_node(title: str, node: str) -> str:
    home, _, name = title.partition("/")
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: {home}, labels: {{app: {name}}}}}\n"
        f"spec: {{nodeName: {node}, containers: [{{name: app, image: app}}]}}\n"
    )


PODS = on_node("run/a", "n1"), on_node("run/b", "n2"), on_node("run/c", "n1")
NODE_POD = on_node("run/h", "n2").replace("nodeName: n2", "nodeName: n2, hostNetwork: true")
NODES = config("enable-wireguard: 'true', encrypt-node: 'true'")
ENROLLED = "---\n".join(
    (namespace("one", 'io.cilium/mtls-enabled: "true"'), on_node("one/a", "n1"), on_node("one/b", "n2"))
)


def node(labels: str) -> str:
    return f"apiVersion: v1\nkind: Node\nmetadata: {{name: n2, labels: {{{labels}}}}}\n"


CONTROL_PLANE = node("node-role.kubernetes.io/control-plane: ''")


def web(rules: str) -> str:
    """A policy for the server."""
    return cnp("shop/p", f"{WEB}, {rules}")


def cart(rules: str) -> str:
    """A policy for the client."""
    return cnp("shop/q", f"endpointSelector: {{matchLabels: {{app: cart}}}}, {rules}")


def http(rules: str) -> str:
    ports = "ports: [{port: '8080', protocol: TCP}]"
    return web(f"ingress: [{{fromEndpoints: [{{}}], toPorts: [{{{ports}, rules: {{http: [{rules}]}}}}]}}]")


def of(release: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    return {"release": release}


def on(option: str) -> str:  # a constant of the tables but for the option
    return config(f"{option}: 'true'")


LENIENT = http("{method: GET}").replace("ingress:", "enableDefaultDeny: {ingress: false}, ingress:")
REQ = web("ingress: [{fromEndpoints: [{}], authentication: {mode: required}}]")

Part = str | dict[str, tuple[int, ...]]
Row = tuple[list[Part], str, str, list[str]]

CLOSED: list[Row] = [
    ([], CALL, "allowed plaintext", []),
    ([web("egress: [{}]")], CALL, "allowed plaintext", []),
    ([web("ingress: []")], CALL, "allowed plaintext", []),
    ([web("ingress: [{}]")], CALL, "denied plaintext network-ingress", [P]),
    ([web("ingress: [{fromEntities: [all]}]")], WORLD, "allowed plaintext network-ingress", [FIRST]),
    ([web(PORT_8080)], WORLD, "allowed plaintext network-ingress", [PORT]),
    ([web(PORT_8080.replace("8080", "9090"))], WORLD, "denied plaintext network-ingress", [P]),
    (
        [web("ingress: [{fromEndpoints: [], toPorts: [{ports: [{port: '8080'}]}]}]")],
        CALL,
        "denied plaintext network-ingress",
        [P],
    ),
    ([web("ingress: [{fromEndpoints: [{}]}]")], CALL, "allowed plaintext network-ingress", [FIRST]),
    ([web("ingress: [{fromEndpoints: [{}]}]")], BANK, "denied plaintext network-ingress", [P]),
    ([WIDE], BANK, "allowed plaintext network-ingress", ["CiliumClusterwideNetworkPolicy p /spec/ingress/0"]),
    ([WIDE], WORLD, "denied plaintext network-ingress", ["CiliumClusterwideNetworkPolicy p /spec"]),
    (
        [web("ingressDeny: [{fromEntities: [all]}], ingress: [{fromEntities: [all]}]")],
        CALL,
        "denied plaintext network-ingress",
        [DENIED],
    ),
    (
        [web("ingress: [{fromEndpoints: [{matchLabels: {app: none}}]}], enableDefaultDeny: {ingress: false}")],
        CALL,
        "allowed plaintext",
        [],
    ),
    (
        [web("ingressDeny: [{fromEndpoints: [{matchLabels: {app: cart}}]}], enableDefaultDeny: {ingress: false}")],
        CALL,
        "denied plaintext network-ingress",
        [DENIED],
    ),
    ([ALWAYS], CALL, "denied plaintext network-egress", ["ConfigMap kube-system/cilium-config /data/enable-policy"]),
    ([NEVER, web("ingress: [{}]")], CALL, "allowed plaintext", []),
    ([web("ingress: [], egress: []")], CALL, "allowed plaintext", []),
    ([web("ingress: [{fromEntities: [cluster], fromCIDR: [10.0.0.0/8]}]")], CALL, "allowed plaintext", []),
    ([cart("egress: [{toEndpoints: [{matchLabels: {app: other}}]}]")], CALL, "denied plaintext network-egress", [Q]),
    ([ISOLATED, web("ingress: [{fromEndpoints: [{}]}]")], CALL, "allowed plaintext network-ingress", [FIRST]),
    (
        [ccnp("p", "endpointSelector: {}, ingress: [{}]")],
        "bank/cart > bank/teller:8080",
        "denied plaintext network-ingress",
        ["CiliumClusterwideNetworkPolicy p /spec"],
    ),
    ([cnp("shop/p", "endpointSelector: {}, ingress: [{}]")], "bank/cart > bank/teller:8080", "allowed plaintext", []),
    ([web("ingress: [{}]")], "host > shop/web:8080", "allowed plaintext", []),
    ([web("ingress: [{}]")], "remote-node > shop/web:8080", "denied plaintext network-ingress", [P]),
]
PEERS: list[Row] = [
    (
        [web("ingress: [{fromEndpoints: [{matchLabels: {app: cart}}]}]")],
        CALL,
        "allowed plaintext network-ingress",
        [FIRST],
    ),
    ([web("ingress: [{fromEndpoints: [{matchLabels: {app: cart}}]}]")], BANK, "denied plaintext network-ingress", [P]),
    (
        [web("ingress: [{fromEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: bank}}]}]")],
        BANK,
        "allowed plaintext network-ingress",
        [FIRST],
    ),
    (
        [
            web(
                "ingress: [{fromEndpoints: [{matchExpressions: "
                "[{key: k8s:io.kubernetes.pod.namespace, operator: Exists}]}]}]"
            )
        ],
        BANK,
        "allowed plaintext network-ingress",
        [FIRST],
    ),
    ([web("ingress: [{fromEntities: [cluster]}]")], BANK, "allowed plaintext network-ingress", [FIRST]),
    ([web("ingress: [{fromEntities: [cluster]}]")], WORLD, "denied plaintext network-ingress", [P]),
    (
        [web("ingress: [{fromEntities: [cluster]}]")],
        "remote-node > shop/web:8080",
        "allowed plaintext network-ingress",
        [FIRST],
    ),
    ([web("ingress: [{fromEntities: [world]}]")], WORLD, "allowed plaintext network-ingress", [FIRST]),
    ([web("ingress: [{fromEntities: [world-ipv6]}]")], WORLD, "denied plaintext network-ingress", [P]),
    ([web("ingress: [{fromEntities: [kube-dns]}]")], CALL, "allowed plaintext", []),
    ([web("ingress: [{fromEntities: [none]}]")], CALL, "denied plaintext network-ingress", [P]),
    ([web("ingress: [{fromCIDR: [0.0.0.0/0]}]")], WORLD, "allowed plaintext network-ingress", [FIRST]),
    ([web("ingress: [{fromCIDR: [0.0.0.0/0]}]")], CALL, "denied plaintext network-ingress", [P]),
    (
        [web("ingress: [{fromCIDR: [0.0.0.0/0]}]")],
        "remote-node > shop/web:8080",
        "denied plaintext network-ingress",
        [P],
    ),
    (
        [web("ingress: [{fromCIDRSet: [{cidr: 203.0.0.0/8, except: [203.0.113.0/24]}]}]")],
        WORLD,
        "denied plaintext network-ingress",
        [P],
    ),
    ([cart(BY_NAME)], "shop/cart > api.example.com:443", "allowed outside network-egress", [Q_FIRST]),
    ([cart(BY_NAME)], "shop/cart > www.example.com:443", "denied outside network-egress", [Q]),
    (
        [cart("egress: [{toFQDNs: [{matchName: api.example.com}]}]")],
        "shop/cart > api.example.com:443",
        "unknown outside network-egress",
        [Q_FIRST],
    ),
    ([cart(BY_PATTERN)], "shop/cart > example.com:443", "denied outside network-egress", [Q]),
    ([cart(BY_PATTERN)], CALL, "denied plaintext network-egress", [Q]),
]
REQUESTS: list[Row] = [
    ([http("{method: GET}")], "shop/cart > shop/web:8080 GET /", "allowed plaintext network-ingress", [PORT, RULES]),
    ([http("{method: GET}")], "shop/cart > shop/web:8080 PUT /", "denied plaintext network-ingress", [PORT, RULES]),
    ([http("{method: GET}")], CALL, "unknown plaintext network-ingress", [PORT, RULES]),
    ([http("{path: /x}")], "shop/cart > shop/web:8080 GET /x", "allowed plaintext network-ingress", [PORT, RULES]),
    ([http("{path: /x}")], "shop/cart > shop/web:8080 GET /x?a", "denied plaintext network-ingress", [PORT, RULES]),
    ([http("{path: /x}")], "shop/cart > shop/web:8080 GET /xy", "denied plaintext network-ingress", [PORT, RULES]),
    (
        [http("{method: GET, path: /a}, {method: PUT}")],
        "shop/cart > shop/web:8080 PUT /b",
        "allowed plaintext network-ingress",
        [PORT, RULES],
    ),
    (
        [http("{headers: ['x-tier: gold']}")],
        "shop/cart > shop/web:8080 GET / web.shop x-tier=gold",
        "allowed plaintext network-ingress",
        [PORT, RULES],
    ),
    (
        [http("{headers: ['x-tier: gold']}")],
        "shop/cart > shop/web:8080 GET / web.shop x-tier=tin",
        "denied plaintext network-ingress",
        [PORT, RULES],
    ),
    (
        [web("ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '8080'}], rules: {}}]}]")],
        "shop/cart > shop/web:8080 GET /",
        "allowed plaintext network-ingress",
        [PORT],
    ),
    (
        [http("{method: GET}"), ANY_OWN],
        "shop/cart > shop/web:8080 PUT /",
        "allowed plaintext network-ingress",
        [PORT, "CiliumNetworkPolicy shop/q /spec/ingress/0"],
    ),
    (
        [web("ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '8000', endPort: 8090}]}]}]")],
        CALL,
        "allowed plaintext network-ingress",
        [PORT],
    ),
    (
        [web("ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: http}]}]}]")],
        CALL,
        "allowed plaintext network-ingress",
        [PORT],
    ),
    (
        [web("ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '8080', protocol: UDP}]}]}]")],
        CALL,
        "denied plaintext network-ingress",
        [P],
    ),
    ([LENIENT, of((1, 18))], "shop/cart > shop/web:8080 PUT /", "allowed plaintext network-ingress", [PORT]),
    ([LENIENT, of((1, 17))], "shop/cart > shop/web:8080 PUT /", "denied plaintext network-ingress", [PORT, RULES]),
]
AUTHENTICATED: list[Row] = [
    ([REQ, NOAUTH], CALL, "denied plaintext network-ingress", [FIRST, MODE]),
    ([REQ, AUTH], CALL, "allowed plaintext network-ingress", [FIRST]),
    ([REQ], CALL, "unknown plaintext network-ingress", [FIRST, MODE]),
    ([REQ.replace("required", "disabled")], CALL, "allowed plaintext network-ingress", [FIRST]),
    ([REQ.replace("required", "test-always-fail"), AUTH], CALL, "denied plaintext network-ingress", [FIRST, MODE]),
]
ENCRYPTED: list[Row] = [
    ([*PODS, config("enable-policy: default")], "run/a > run/b:80", "allowed plaintext", []),
    ([*PODS, on("enable-wireguard")], "run/a > run/b:80", "allowed wireguard", [WIREGUARD]),
    (
        [*PODS, on("enable-wireguard")],
        "run/a > run/c:80",
        "allowed plaintext",
        [WIREGUARD, "Pod run/a /spec/nodeName", "Pod run/c /spec/nodeName"],
    ),
    ([*PODS, on("enable-wireguard")], CALL, "allowed either", [WIREGUARD]),
    ([*PODS, on("enable-wireguard")], "run/a > 203.0.113.9:443", "allowed outside", []),
    ([*PODS, on("enable-wireguard")], "run/a > run/b:53/udp", "allowed wireguard", [WIREGUARD]),
    ([*PODS, NODE_POD, on("enable-wireguard")], "run/a > run/h:80", "allowed plaintext", [WIREGUARD]),
    ([*PODS, NODE_POD, node(""), NODES], "run/a > run/h:80", "allowed wireguard", [WIREGUARD]),
    (
        [*PODS, NODE_POD, CONTROL_PLANE, NODES],
        "run/a > run/h:80",
        "allowed plaintext",
        [WIREGUARD, "Node n2 /metadata/labels"],
    ),
    ([*PODS, NODE_POD, NODES], "run/a > run/h:80", "allowed either", [WIREGUARD]),
    ([*PODS, on("enable-ipsec")], "run/a > run/b:80", "allowed ipsec", [IPSEC]),
    (
        [*PODS, on("enable-ipsec")],
        "run/a > run/c:80",
        "allowed plaintext",
        [IPSEC, "Pod run/a /spec/nodeName", "Pod run/c /spec/nodeName"],
    ),
    ([ENROLLED, on("enable-ztunnel")], "one/a > one/b:80", "allowed ztunnel", [ZTUNNEL]),
    ([ENROLLED, on("enable-ztunnel")], "one/a > one/b:53/udp", "allowed plaintext", [ZTUNNEL]),
    ([ENROLLED, on("enable-ztunnel")], "one/a > shop/web:8080", "allowed either", [ZTUNNEL]),
    ([ENROLLED, on("enable-ztunnel")], CALL, "allowed plaintext", [ZTUNNEL]),
]


def world(parts: list[Part]) -> MeshView:
    release = next((part["release"] for part in parts if isinstance(part, dict)), None)
    return shop(*(part for part in parts if isinstance(part, str)), release=release)


@pytest.mark.parametrize(
    ("parts", "call", "expected", "chain"), [*CLOSED, *PEERS, *REQUESTS, *AUTHENTICATED, *ENCRYPTED]
)
def test_call_in_a_cluster_of_cilium(parts: list[Part], call: str, expected: str, chain: list[str]) -> None:
    assert said(world(parts), call) == (expected, chain)
