"""Asks where gateways send what comes to them, for decision tables: both kinds of Gateways, and their routes."""

from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import GATEWAY, GATEWAY_API_GATEWAY
from service_mesh.posture.gateways.routes import gateway_routing
from service_mesh.posture.routing import Addressed, Backend
from tests.posture.tables.asking import chain_of, manifest, request_of

__all__ = ["Sent", "gateway", "http_route", "istio_gateway", "missing", "sent", "virtual_service"]


class Sent(NamedTuple):
    """What becomes of a request at a gateway.

    Attributes:
        fates: What may become of it.
        chain: Where the chains lead, each place once.
        backends: `HOST:PORT` of each backend, with `/SUBSET`, its weight where it is not the only one, the path that it
            gets where another was asked for, and `!` where it gets nothing or that is not known.
    """

    fates: str
    chain: list[str]
    backends: list[str]


def sent(mesh: MeshView, gateway: str, question: str) -> Sent:
    """The answer to `HOST:PORT [METHOD PATH [HOST] [NAME=VALUE ...]]`; `tls://` or `clear://` before it tells TLS."""
    kind = GATEWAY if gateway.startswith("istio:") else GATEWAY_API_GATEWAY
    home, _, name = gateway.removeprefix("istio:").partition("/")
    found = mesh.find(kind, home, name)
    assert found is not None, gateway
    address, _, request = question.partition(" ")
    scheme, _, place = address.rpartition("://")
    host, _, port = place.rpartition(":")
    told = request_of(request)
    routing = gateway_routing(mesh, found, Addressed(host, int(port), None, told, _TLS[scheme]))
    chain = dict.fromkeys(text for one in routing.outcomes for text in chain_of(one.chain))
    backends = [_text(each, len(one.backends), told.path) for one in routing.outcomes for each in one.backends]
    return Sent(" | ".join(one.fate.value for one in routing.outcomes), list(chain), backends)


def missing(mesh: MeshView, gateway: str, address: str, number: int) -> list[str]:
    """What would settle where a GET of `/` goes."""
    kind = GATEWAY if gateway.startswith("istio:") else GATEWAY_API_GATEWAY
    home, _, name = gateway.removeprefix("istio:").partition("/")
    found = mesh.find(kind, home, name)
    assert found is not None, gateway
    routing = gateway_routing(mesh, found, Addressed(address, number, None, request_of("GET /")))
    return list(dict.fromkeys((*routing.missing, *(text for one in routing.outcomes for text in one.missing))))


_TLS = {"": None, "tls": True, "clear": False}


def _text(backend: Backend, count: int, asked: str | None) -> str:
    name = backend.host.removesuffix(".svc.cluster.local")
    port = "" if backend.number is None else f":{backend.number}"
    subset = f"/{backend.subset}" if backend.subset else ""
    weight = f" {backend.weight:g}" if count > 1 else ""
    path = f" {backend.request.path}" if backend.request.path != asked else ""
    doubt = " !" if backend.fault or backend.missing else ""
    return f"{name}{port}{subset}{weight}{path}{doubt}"


def gateway(
    listeners: str, title: str = "edge/public", *, served: str = "istio", more: str = "", metadata: str = ""
) -> str:
    """A Gateway of the Gateway API; listeners take routes of every namespace unless they say otherwise."""
    inside = f"gatewayClassName: {served}, listeners: [{listeners}]{', ' + more if more else ''}"
    return manifest("gateway.networking.k8s.io/v1/Gateway", title, inside, metadata)


def http_route(
    title: str, rules: str, hosts: str = "", *, kind: str = "v1/HTTPRoute", parent: str = "", metadata: str = ""
) -> str:
    """A route at the Gateway `edge/public`; the metadata is the inside of a flow map."""
    named = f"hostnames: [{hosts}], " if hosts else ""
    at = f"parentRefs: [{{name: public, namespace: edge{', ' + parent if parent else ''}}}]"
    return manifest(f"gateway.networking.k8s.io/{kind}", title, f"{at}, {named}rules: [{rules}]", metadata)


def istio_gateway(servers: str, title: str = "edge/public", metadata: str = "") -> str:
    """A Gateway of Istio for pods with `app: ingress`."""
    inside = f"selector: {{app: ingress}}, servers: [{servers}]"
    return manifest("networking.istio.io/v1/Gateway", title, inside, metadata)


def virtual_service(title: str, hosts: str, rules: str, *, more: str = "", metadata: str = "") -> str:
    """A VirtualService bound to the Gateway `edge/public`."""
    inside = f"hosts: [{hosts}], gateways: [edge/public], {rules}{', ' + more if more else ''}"
    return manifest("networking.istio.io/v1/VirtualService", title, inside, metadata)
