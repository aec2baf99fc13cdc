"""Meshes and calls for tests of authorization, as short as they can be written."""

from collections.abc import Mapping
from ipaddress import ip_address

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.finding import Note
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.decisions import Decision
from service_mesh.posture.istio.authorization.decision import authorized
from service_mesh.posture.istio.authorization.peers import Call, Peer, Protocol
from service_mesh.posture.istio.authorization.policies import Place, at_waypoint, at_workload
from service_mesh.posture.requests import HttpRequest
from tests.support.scene import deployment, scene, the

__all__ = [
    "AMBIENT",
    "CLIENT",
    "GET",
    "HTTP",
    "OTHER",
    "PLAIN",
    "SIDECAR",
    "TCP",
    "answer",
    "at_the_waypoint",
    "at_web",
    "chain_of",
    "config",
    "from_",
    "gateway",
    "istiod",
    "namespace",
    "place",
    "policy",
    "request",
    "service",
    "tokens",
    "view",
]

SIDECAR = "istio-injection: enabled"
AMBIENT = "istio.io/dataplane-mode: ambient"

CLIENT = "cluster.local/ns/shop/sa/cart"
OTHER = "cluster.local/ns/bank/sa/teller"
PLAIN = ""

HTTP, TCP = Protocol.HTTP, Protocol.TCP


def namespace(name: str, labels: str = SIDECAR) -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"


def policy(title: str, spec: str, metadata: str = "") -> str:
    home, _, name = title.partition("/")
    more = f", {metadata}" if metadata else ""
    return (
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\n"
        f"metadata: {{name: {name}, namespace: {home}{more}}}\nspec: {{{spec}}}\n"
    )


def tokens(title: str, spec: str) -> str:
    home, _, name = title.partition("/")
    return (
        "apiVersion: security.istio.io/v1\nkind: RequestAuthentication\n"
        f"metadata: {{name: {name}, namespace: {home}}}\nspec: {{{spec}}}\n"
    )


def config(mesh: str) -> str:
    """The ConfigMap with the mesh configuration, written as the inside of a flow map."""
    metadata = "{name: istio, namespace: istio-system}"
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {metadata}\ndata: {{mesh: '{{{mesh}}}'}}\n"


def istiod(switch: str, value: str = "true") -> str:
    """The Deployment of istiod with one switch in its environment."""
    env = f"[{{name: {switch}, value: '{value}'}}]"
    return (
        "apiVersion: apps/v1\nkind: Deployment\n"
        "metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}\n"
        "spec: {selector: {matchLabels: {app: istiod}}, template: {metadata: {labels: {app: istiod}}, "
        f"spec: {{containers: [{{name: discovery, image: pilot, env: {env}}}]}}}}}}\n"
    )


def service(name: str = "web", home: str = "shop", labels: str = "") -> str:
    return (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {home}, labels: {{{labels}}}}}\n"
        f"spec: {{selector: {{app: {name}}}, ports: [{{name: http, port: 80, targetPort: 8080}}]}}\n"
    )


def gateway(name: str = "way", kind: str = "istio-waypoint", home: str = "shop", more: str = "") -> str:
    return (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\n"
        f"metadata: {{name: {name}, namespace: {home}, labels: {{team: blue}}}}\n"
        f"spec: {{gatewayClassName: {kind}, listeners: []{more}}}\n"
    )


def view(
    *documents: str,
    plane: str = SIDECAR,
    complete: Complete = Complete.YES,
    releases: Mapping[str, tuple[int, ...]] | None = None,
) -> MeshView:
    """A namespace `shop` with the workloads `web` and `cart`, and a namespace `bank`."""
    homes = namespace("shop", plane), namespace("bank", plane), namespace("istio-system", "")
    made = deployment("shop/web"), deployment("shop/cart"), deployment("bank/teller")
    return scene(*homes, *made, *documents, complete=complete, releases=releases or {})


def request(
    method: str | None = None,
    path: str | None = None,
    host: str | None = None,
    headers: Mapping[str, str] | None = None,
    claims: Mapping[str, object] | None = None,
) -> HttpRequest:
    return HttpRequest(method, path, host, headers or {}, claims)


GET = request("GET", "/a", "web.shop", {"x-tier": "gold"})


def from_(
    principal: str | None = CLIENT,
    http: HttpRequest = GET,
    *,
    port: int | None = 8080,
    protocol: Protocol | None = HTTP,
    address: str = "",
    remote: str = "",
    sni: str | None = None,
    server: str = "",
    authorizers: Mapping[str, bool] | None = None,
) -> Call:
    """A call of a principal; `PLAIN` for none."""
    found = [ip_address(text) if text else None for text in (address, remote, server)]
    return Call(Peer(principal, found[0], found[1]), port, protocol, http, sni, found[2], authorizers or {})


def at_web(mesh: MeshView, call: Call, title: str = "shop/web") -> Decision:
    """What the proxy of a workload makes of a call."""
    return authorized(mesh, at_workload(mesh, the(mesh, title)), call)


def at_the_waypoint(mesh: MeshView, call: Call, to: str = "web") -> Decision:
    """What the waypoint `shop/way` makes of a call to a service, or to a workload where none is named."""
    return authorized(mesh, place(mesh, to), call)


def place(mesh: MeshView, to: str) -> Place:
    waypoint = mesh.find(GATEWAY_API_GATEWAY, "shop", "way")
    found: Resource | None = mesh.find(SERVICE, "shop", to) if to else None
    assert waypoint is not None
    return at_waypoint(waypoint, found)


def chain_of(chain: tuple[Note, ...]) -> list[str]:
    """Where a chain leads: object and pointer of every link."""
    return [f"{note.node.resource.title} {note.node.pointer}" for note in chain]


def answer(decision: Decision) -> tuple[str, list[str]]:
    """Verdict and chain, without the words `AuthorizationPolicy` and `/spec`."""
    short = (text.removeprefix("AuthorizationPolicy ").replace(" /spec", " ") for text in chain_of(decision.chain))
    return decision.verdict.value, [text.strip() for text in short]
