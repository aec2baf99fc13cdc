"""Questions that several rules on Linkerd's policies share: who enforces a Server, and which authorization is wider."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from service_mesh.mesh.namespaces import namespace_names
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of
from service_mesh.model.kinds import LINKERD_LINK, LINKERD_SERVER, WORKLOADS, Kind
from service_mesh.model.networks import contains
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authorizations import Granted, route_authorizations, server_authorizations
from service_mesh.posture.linkerd.clients import Authorization, Demand
from service_mesh.posture.linkerd.enrolment import enrolment
from service_mesh.posture.linkerd.networks import EVERYWHERE, NetworkMatch
from service_mesh.posture.linkerd.server_routes import taking_over
from service_mesh.posture.linkerd.servers import named_ports, server_port, workloads_of_server

__all__ = [
    "ADMIN_NAME",
    "ADMIN_PORT",
    "MADE_OF_PODS",
    "PROXY_PORTS",
    "covers",
    "covers_identity",
    "declared_ports",
    "granted_in_all",
    "is_absent",
    "is_equally_wide",
    "is_linked",
    "is_served",
    "meshed_workload",
    "meshed_workloads",
    "ports_of",
    "server_names",
]

ADMIN_PORT = 4191
"""The proxy's port for metrics and its own probes. (`linkerd/linkerd2: charts/linkerd-control-plane/values.yaml`)"""

ADMIN_NAME = "linkerd-admin"
"""Name of that port, which pods have as soon as they are injected. (`linkerd/linkerd2: charts/partials`)"""

PROXY_PORTS = frozenset({4143, 4190, ADMIN_PORT})
"""The ports of the proxy itself: for other proxies, for tap, and for metrics."""

MADE_OF_PODS = tuple(sorted(WORKLOADS))
"""The kinds that make pods."""

_MULTICLUSTER = "linkerd-multicluster"


def is_absent(mesh: MeshView, kind: Kind, namespace: str, cluster: str) -> bool:
    """Tell whether an object of a kind that is not here does not exist in a namespace."""
    return mesh.is_complete(namespace, cluster) or mesh.is_listed(kind, cluster)


def is_linked(mesh: MeshView, cluster: str) -> bool:
    """Tell whether clients of other clusters may come in: a Link is loaded, or something of the extension's."""
    return bool(mesh.of_kind(LINKERD_LINK)) or _MULTICLUSTER in namespace_names(mesh, cluster)


def meshed_workload(mesh: MeshView, resource: Resource) -> Workload | None:
    """The workload that an object stands for, if it is the outermost of its objects and meshed for certain."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource or not enrolment(mesh, workload).is_meshed:
        return None
    return workload


def meshed_workloads(mesh: MeshView, server: Resource) -> Iterator[Workload]:
    """The workloads that a Server selects and that are meshed for certain."""
    return (one for one in workloads_of_server(mesh, server) if enrolment(mesh, one).is_meshed)


def server_names(mesh: MeshView) -> Mapping[tuple[str, str], list[str]]:
    """The names of Servers by namespace and cluster."""
    found: dict[tuple[str, str], list[str]] = {}
    for server in mesh.of_kind(LINKERD_SERVER):
        found.setdefault((server.namespace, server.cluster), []).append(server.name)
    return found


def declared_ports(workload: Workload) -> frozenset[int]:
    """The numbers of the ports that a workload's containers declare, init containers included."""
    template = workload.template
    paths = ("spec.containers[].ports[].containerPort", "spec.initContainers[].ports[].containerPort")
    return frozenset(node.value for path in paths for node in template.each(path) if type(node.value) is int)


def is_served(workload: Workload, port: int) -> bool:
    """Whether something may listen on a port: it is declared, it is the proxy's, or nothing is declared at all."""
    declared = declared_ports(workload)
    return port in PROXY_PORTS or not declared or port in declared


def ports_of(server: Resource, workload: Workload) -> frozenset[int]:
    """The ports of a workload that a Server is for, the proxy's own port known by its name too."""
    found = server_port(server, named_ports(workload))
    port = server.get("spec.port")
    return frozenset((ADMIN_PORT,)) if not found and port is not None and port.text == ADMIN_NAME else found


def granted_in_all(mesh: MeshView, server: Resource) -> tuple[Granted, ...]:
    """What is authorized on a Server, and then on each route that takes it over."""
    routes = taking_over(mesh, server)
    return server_authorizations(mesh, server), *(route_authorizations(mesh, route) for route in routes)


def covers(wider: Authorization, narrower: Authorization, *, anywhere: bool = False) -> bool:
    """Tell whether everybody whom one authorization lets in is let in by another one, for certain.

    Args:
        wider: The authorization that may let in all of them.
        narrower: The other one.
        anywhere: Leave out of account where clients are.
    """
    if wider.missing or not _demands_less(wider, narrower):
        return False
    return anywhere or _is_around(wider.networks, narrower.networks)


def is_equally_wide(one: Authorization, other: Authorization) -> bool:
    """Whether two authorizations let in the same clients."""
    return covers(one, other) and covers(other, one)


def covers_identity(pattern: str, identity: str) -> bool:
    """Whether a pattern matches all that another pattern, or an identity, matches."""
    if pattern in ("*", identity):
        return True
    return pattern.startswith("*.") and identity.removeprefix("*").endswith(pattern[1:])


def _demands_less(wider: Authorization, narrower: Authorization) -> bool:
    if wider.demand is Demand.NOTHING:
        return True
    if wider.demand is Demand.TLS:
        return narrower.demand is not Demand.NOTHING
    if narrower.demand is not Demand.IDENTITY or (narrower.missing and "*" not in wider.identities):
        return False
    return all(any(covers_identity(held, asked) for held in wider.identities) for asked in narrower.identities)


def _is_around(outer: tuple[NetworkMatch, ...] | None, inner: tuple[NetworkMatch, ...] | None) -> bool:
    if outer is not None and set(EVERYWHERE) <= set(outer):
        return True
    if outer is None or inner is None:
        return False
    return all(any(_holds(one, other) for one in outer) for other in inner)


def _holds(outer: NetworkMatch, inner: NetworkMatch) -> bool:
    if outer == inner or outer == replace(inner, exceptions=()):
        return True
    return not outer.exceptions and contains(outer.network, inner.network)
