"""Which Secrets the listeners of gateways serve, for which hosts: Istio's Gateways and those of the Gateway API."""

from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.mesh.gateways import gateway_workloads
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.listeners import WITH_LISTENERS
from service_mesh.mesh.route_references import reference
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.hosts import split_scope
from service_mesh.model.kinds import GATEWAY, SECRET
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["GATEWAY_CERTIFICATE_KINDS", "ServedSecret", "served_secrets"]

GATEWAY_CERTIFICATE_KINDS = tuple(
    dict.fromkeys((GATEWAY, *WITH_LISTENERS, SECRET, *WORKLOAD_KINDS, *INSTALLATION_KINDS))
)
"""The kinds that are read here."""

_WITH_CLIENTS = frozenset({"MUTUAL", "OPTIONAL_MUTUAL"})
_MODES = frozenset({"SIMPLE", *_WITH_CLIENTS})
_CA_SUFFIX = "-cacert"
_SCHEME = "kubernetes://"


@dataclass(frozen=True, slots=True, eq=False)
class ServedSecret:
    """A Secret that a listener takes its certificate, or the CA of its clients, from.

    Attributes:
        reference: Where it is named.
        secret: The Secret; None where it is not loaded.
        hosts: The hosts of the listener, as nodes; without a namespace before them.
        mesh: Whose gateway it is: `istio`, `cilium`, or empty for others.
        is_for_clients: Whether it holds the CA that clients are checked against.
    """

    reference: Node
    secret: Resource | None
    hosts: tuple[tuple[str, Node], ...]
    mesh: str
    is_for_clients: bool = False


def served_secrets(mesh: MeshView) -> tuple[ServedSecret, ...]:
    """Every Secret that a listener names, once for each listener."""
    mesh.mark_read(*GATEWAY_CERTIFICATE_KINDS)
    return mesh.index(_served)


def _served(mesh: MeshView) -> tuple[ServedSecret, ...]:
    found = [one for gateway in mesh.of_kind(GATEWAY) for one in _of_istio(mesh, gateway)]
    for kind in WITH_LISTENERS:
        found += [one for gateway in mesh.of_kind(kind) for one in _of_gateway_api(mesh, gateway)]
    return tuple(found)


def _of_istio(mesh: MeshView, gateway: Resource) -> Iterator[ServedSecret]:
    """A bare name means the namespace of the gateway's pods.

    (`istio/istio: pilot/pkg/model/credentials/resource.go`, ParseResourceName; `pilot/pkg/xds/sds.go`)
    """
    for server in gateway.each("spec.servers[]"):
        mode = server.get("tls.mode")
        if mode is None or mode.text.upper() not in _MODES:
            continue
        hosts = tuple((_host(node), node) for node in server.each("hosts[]") if node.text)
        for name in (*server.each("tls.credentialName"), *server.each("tls.credentialNames[]")):
            for secret in _named(mesh, gateway, name):
                yield ServedSecret(name, secret, hosts, "istio")
                if mode.text.upper() in _WITH_CLIENTS:
                    other = mesh.find(SECRET, secret.namespace, f"{secret.name}{_CA_SUFFIX}", gateway.cluster)
                    yield ServedSecret(name, other or secret, (), "istio", is_for_clients=True)


def _host(node: Node) -> str:
    return split_scope(node.text, "")[1]


def _named(mesh: MeshView, gateway: Resource, name: Node) -> Iterator[Resource]:
    place, slash, bare = name.text.removeprefix(_SCHEME).rpartition("/")
    if not bare or "://" in name.text.removeprefix(_SCHEME):
        return
    places = [place] if slash else sorted({pod.namespace for pod in gateway_workloads(mesh, gateway)})
    for namespace in places:
        secret = mesh.find(SECRET, namespace, bare, gateway.cluster)
        if secret is not None:
            yield secret


def _of_gateway_api(mesh: MeshView, gateway: Resource) -> Iterator[ServedSecret]:
    owner = _owner(gateway)
    for listener in gateway.each("spec.listeners[]"):
        mode, host = listener.get("tls.mode"), listener.get("hostname")
        if mode is not None and mode.text == "Passthrough":
            continue
        hosts = ((host.text, host),) if host is not None and host.text else ()
        for node in listener.each("tls.certificateRefs[]"):
            named = reference(node, SECRET.group, SECRET.name)
            if named.kind == SECRET and named.name:
                secret = mesh.find(SECRET, named.namespace, named.name, gateway.cluster)
                yield ServedSecret(node, secret, hosts, owner)


def _owner(gateway: Resource) -> str:
    """The mesh of a gateway's class, by the names that the projects give their classes."""
    name = gateway.get("spec.gatewayClassName")
    text = name.text if name is not None else ""
    return "istio" if text == "istio" or text.startswith("istio-") else "cilium" if text == "cilium" else ""
