"""Pods of a mesh of Linkerd that call each other, for tests of who may call whom."""

from ipaddress import ip_address

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.posture.decisions import Decision
from service_mesh.posture.kubernetes.ends import End, of_workload, outside
from service_mesh.posture.linkerd.access import inbound_decision
from service_mesh.posture.requests import HttpRequest
from tests.posture.linkerd.objects import config, namespace
from tests.support.scene import scene, the

__all__ = [
    "NETS",
    "WEB",
    "answer",
    "ask_web",
    "asked",
    "client",
    "links",
    "mesh_ref",
    "net_ref",
    "request",
    "running",
    "town",
    "verdict",
]

WEB = "podSelector: {matchLabels: {app: web}}, port: 80"
NETS = "clusterNetworks: 10.0.0.0/8"


def running(title: str, address: str = "", annotations: str = "", spec: str = "") -> str:
    """A Pod with an address, if one is given, and the containers of `spec` or one with port 80."""
    home, _, name = title.partition("/")
    containers = spec or "containers: [{name: app, image: app, ports: [{name: http, containerPort: 80}]}]"
    status = f"status: {{podIP: {address}}}\n" if address else ""
    return (
        "apiVersion: v1\nkind: Pod\n"
        f"metadata: {{name: {name}, namespace: {home}, labels: {{app: {name}}}, annotations: {{{annotations}}}}}\n"
        f"spec: {{serviceAccountName: {name}, {containers}}}\n{status}"
    )


def town(
    *documents: str,
    web: str = "",
    spec: str = "",
    values: str = NETS,
    complete: Complete = Complete.YES,
    release: tuple[int, ...] = (26, 10, 1),
) -> MeshView:
    """`shop/web` and its clients: those of `bare` are not meshed, and those called `late` have no address.

    Args:
        documents: More objects.
        web: Annotations of `shop/web`.
        spec: Containers of `shop/web`.
        values: Values of the chart.
        complete: Whether all is loaded.
        release: Release of Linkerd.
    """
    return scene(
        config(values),
        namespace("shop"),
        namespace("far"),
        namespace("bare", ""),
        running("shop/web", "10.0.0.1", web, spec),
        running("shop/cart", "10.0.0.2"),
        running("shop/other", "10.0.0.3"),
        running("far/cart", "10.0.1.2"),
        running("bare/cart", "10.0.2.2"),
        running("shop/late"),
        running("bare/late"),
        *documents,
        complete=complete,
        releases={"linkerd": release},
    )


def client(mesh: MeshView, text: str) -> End:
    """A workload by `namespace/name`, or something outside by its address."""
    return of_workload(the(mesh, text)) if "/" in text else outside(ip_address(text))


def request(text: str, **headers: str) -> HttpRequest | None:
    """`METHOD PATH [HOST]`; nothing for no request."""
    if not text:
        return None
    method, path, host = (*text.split(), "", "")[:3]
    return HttpRequest(method, path, host or None, {name.replace("_", "-"): value for name, value in headers.items()})


def ask_web(mesh: MeshView, who: str, what: str = "GET /", port: int = 80, **headers: str) -> Decision:
    """Whether a client may call `shop/web`."""
    return inbound_decision(mesh, client(mesh, who), the(mesh, "shop/web"), port, request(what, **headers))


def verdict(mesh: MeshView, who: str, what: str = "GET /", port: int = 80, **headers: str) -> str:
    """Allowed, denied or unknown."""
    return ask_web(mesh, who, what, port, **headers).verdict.value


def answer(mesh: MeshView, who: str, what: str = "GET /", port: int = 80) -> tuple[str, list[str]]:
    """The verdict, and where its chain leads."""
    found = ask_web(mesh, who, what, port)
    return found.verdict.value, links(found)


def asked(mesh: MeshView, *whos: str, what: str = "GET /") -> list[str]:
    """The verdicts for several clients."""
    return [verdict(mesh, who, what) for who in whos]


def links(found: Decision) -> list[str]:
    """The links of a chain: kind, name and pointer."""
    return [
        f"{note.node.resource.kind.name} {note.node.resource.name} {note.node.pointer}".rstrip() for note in found.chain
    ]


def mesh_ref(name: str) -> str:
    """A reference to a MeshTLSAuthentication."""
    return f"{{group: policy.linkerd.io, kind: MeshTLSAuthentication, name: {name}}}"


def net_ref(name: str) -> str:
    """A reference to a NetworkAuthentication."""
    return f"{{group: policy.linkerd.io, kind: NetworkAuthentication, name: {name}}}"
