"""Small meshes for tests of what travels: a client and a server of chosen sorts, and the objects that decide."""

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.edges import Edge, Leading
from service_mesh.posture.istio.transport import transport
from tests.support.scene import deployment, scene, the

__all__ = [
    "CLIENTS",
    "NAMESPACES",
    "SERVERS",
    "addressed",
    "decided",
    "istiod",
    "mesh_settings",
    "peer",
    "rule",
    "service",
    "world",
]

NAMESPACES = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: calm, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Namespace
metadata: {name: bare}
---
apiVersion: v1
kind: Namespace
metadata: {name: edge}
"""

CLIENTS = {
    "sidecar": "shop/cart",
    "ambient": "calm/cart",
    "unmeshed": "bare/cart",
    "gateway": "edge/ingress",
    "outside": "",
}
"""Sort of client -> workload."""

SERVERS = {
    "sidecar": "shop/web",
    "tunnel": "shop/web",
    "ambient": "calm/web",
    "unmeshed": "bare/web",
    "gateway": "edge/egress",
}
"""Sort of server -> workload; `tunnel` is a sidecar that takes HBONE."""

TUNNEL = "networking.istio.io/tunnel: http"


def service(title: str, more: str = "", name: str = "tcp", protocol: str = "TCP", labels: str = "") -> str:
    home, _, own = title.partition("/")
    port = f"{{name: {name}, port: 80, targetPort: 8080, protocol: {protocol}}}"
    metadata = f"{{name: {own}, namespace: {home}, labels: {{{labels}}}}}"
    spec = f"{{selector: {{app: {own}}}, ports: [{port}]{more}}}"
    return f"apiVersion: v1\nkind: Service\nmetadata: {metadata}\nspec: {spec}\n"


def peer(home: str, mode: str, more: str = "", name: str = "default") -> str:
    """A PeerAuthentication; `more` is the inside of its spec before the mode."""
    metadata = f"{{name: {name}, namespace: {home}}}"
    spec = f"{{{more}mtls: {{mode: {mode}}}}}"
    return f"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {metadata}\nspec: {spec}\n"


def rule(host: str, policy: str, home: str = "shop") -> str:
    """A DestinationRule in the client's namespace."""
    metadata = f"{{name: rule, namespace: {home}}}"
    spec = f"{{host: {host}, trafficPolicy: {{{policy}}}}}"
    return f"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {metadata}\nspec: {spec}\n"


def istiod(**flags: str) -> str:
    """istiod's Deployment with an environment."""
    env = ", ".join(f"{{name: {name}, value: '{value}'}}" for name, value in flags.items())
    metadata = "{name: istiod, namespace: istio-system, labels: {app: istiod}}"
    spec = f"{{template: {{spec: {{containers: [{{name: discovery, image: i, env: [{env}]}}]}}}}}}"
    return f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {metadata}\nspec: {spec}\n"


def mesh_settings(text: str) -> str:
    """The mesh configuration, written as the inside of a flow map."""
    metadata = "{name: istio, namespace: istio-system}"
    return f'apiVersion: v1\nkind: ConfigMap\nmetadata: {metadata}\ndata: {{mesh: "{{{text}}}"}}\n'


def gateway_pods(title: str) -> str:
    """A gateway as its chart makes it: a proxy and nothing else."""
    home, _, name = title.partition("/")
    pod = (
        f"{{metadata: {{labels: {{app: {name}, set: all, sidecar.istio.io/inject: 'true'}}}}, "
        "spec: {containers: [{name: istio-proxy, image: auto}]}}"
    )
    metadata = f"{{name: {name}, namespace: {home}}}"
    return f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {metadata}\nspec: {{template: {pod}}}\n"


def world(server: str, *more: str, release: tuple[int, ...] = (1, 30), labels: str = "", own: str = "") -> MeshView:
    """A client of every sort and one server, without a Service of its own.

    Args:
        server: Sort of the server.
        more: Further objects.
        release: Release of Istio.
        labels: More labels of the server's pods.
        own: Annotations of the server's pods.
    """
    title = SERVERS[server]
    labels = f"{labels}{', ' if labels and server == 'tunnel' else ''}{TUNNEL if server == 'tunnel' else ''}"
    serving = gateway_pods(title) if server == "gateway" else deployment(title, labels, annotations=own)
    clients = (deployment(one) for one in ("shop/cart", "calm/cart", "bare/cart"))
    return scene(NAMESPACES, *clients, gateway_pods("edge/ingress"), serving, *more, releases={"istio": release})


def addressed(mesh: MeshView, client: str, server: str, *, by_pod: bool = False) -> Edge:
    """What a client of a sort sends to the server's only Service, or to its pods."""
    title = SERVERS[server]
    caller = the(mesh, CLIENTS[client]) if CLIENTS[client] else None
    service: Resource | None = None if by_pod else mesh.find(SERVICE, *title.split("/"))
    return transport(
        mesh, caller, the(mesh, title), 8080, service if service is not None or by_pod else Leading.SERVICES
    )


def decided(edge: Edge) -> str:
    """What an edge carries and the object that decides it: the last of its chain."""
    last = edge.chain[-1].node if edge.chain else None
    by = f" by {last.resource.kind.name} {last.path[-1] if last.path else ''}".rstrip() if last is not None else ""
    return f"{edge.transport}{by}"
