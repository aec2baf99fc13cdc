"""What routes make of calls to a host, at the sidecar of a client or at a waypoint: which object counts, which rule."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.ports import port_number
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.hosts import is_wildcard, overlaps
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, SERVICE, VIRTUAL_SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.gateway_rules import Dialect
from service_mesh.posture.istio.connection_routes import connection_routing
from service_mesh.posture.istio.protocols import HTTP, PLAIN_TCP, protocol_of
from service_mesh.posture.istio.route_matching import Proxy, Seen, is_for_proxy, seen_of
from service_mesh.posture.istio.route_scopes import importing
from service_mesh.posture.istio.route_sets import (
    ROUTE_KINDS,
    Candidate,
    RouteSet,
    candidates,
    in_steps,
    rank_of,
    route_sets,
)
from service_mesh.posture.istio.route_taking import Tie, first_taking, taken_by
from service_mesh.posture.routing import UNROUTED, Addressed, Fate, Outcome, Routing, merged_routing

__all__ = ["ROUTE_KINDS", "sidecar_routing", "waypoint_routing"]

_SILENT = Routing((UNROUTED,))
_OF_REQUESTS = (GRPC_ROUTE, HTTP_ROUTE)
_PORT_OF_HOSTS = 80
"""The port at which sidecars make routes for hosts that no service declares."""

_ISTIO = Dialect(takes_hostnames=True)
_UNDECLARED = "whether routes count for a host that no service declares, as they may at port 80"
_OTHER_HOST = (
    "what becomes of a request that names another host than the one addressed, by which sidecars choose routes"
)
_IS_HTTP = "whether the call is HTTP, which a method or a path tells"
_IS_TLS = "whether the client speaks TLS of its own"


class _At(NamedTuple):
    """Where routes are asked for.

    Attributes:
        proxy: The proxy.
        addressed: What is called.
        steps: What it may use, in its order; in one step those of which it is not known which comes first.
        is_wide: Whether these are for wildcards at a sidecar, of which the first counts even without a route.
    """

    proxy: Proxy
    addressed: Addressed
    steps: tuple[tuple[RouteSet, ...], ...]
    is_wide: bool = False


def sidecar_routing(mesh: MeshView, client: Workload, addressed: Addressed) -> Routing:
    """Tell what the sidecar of a client makes of a call to a host that it knows.

    Objects for the host itself hide those for wildcards, even if they have no route for the proxy; among several the
    first that has one counts alone: private ones before exported and public ones, routes of the Gateway API in the
    client's namespace first, then the oldest. Of those for the longest wildcard the first counts, whatever it has.
    Without a route the call goes to the host.
    (`istio/istio: pilot/pkg/networking/core/httproute.go`, BuildSidecarOutboundVirtualHosts;
    `pilot/pkg/networking/core/route/route.go`; `pilot/pkg/model/virtualservice.go`, SelectVirtualServices)

    Args:
        mesh: The objects.
        client: Who calls.
        addressed: What it calls.
    """
    mesh.mark_read(*ROUTE_KINDS)
    found = route_sets(mesh, addressed.host, addressed.service, client.cluster)
    if not found:
        return _SILENT
    usable, missing = importing(mesh, client, found, addressed.number)
    homes = client.namespace, addressed.service.namespace if addressed.service is not None else ""
    usable = tuple(one for one in usable if not one.is_gamma or one.namespace in homes)
    seen = tuple(one for one in usable if rank_of(mesh, one, client.namespace) is not None)
    exact = tuple(one for one in seen if not is_wildcard(one.pattern))
    proxy = Proxy(client.namespace, client.cluster, client.labels)
    steps = tuple(in_steps(mesh, exact or _most_special(seen), client.namespace))
    at = _At(proxy, addressed, steps, is_wide=not exact)
    if not at.steps:
        return _SILENT
    routing = _routed(mesh, at)
    if _is_other_host(client, addressed) and not routing.is_silent:
        routing = _open(at, _OTHER_HOST)
    if not _is_declared(addressed):
        routing = _SILENT if addressed.number != _PORT_OF_HOSTS else _open(at, _UNDECLARED)
    return routing.unless(missing).as_far(_not_loaded(mesh, client.cluster, homes))


def waypoint_routing(mesh: MeshView, gateway: Resource, addressed: Addressed) -> Routing:
    """Tell what a waypoint makes of a call to a Service or ServiceEntry that uses it.

    It reads routes of its own namespace and of the service's alone, and takes the first with routes for requests,
    whether it is for the host or for a wildcard. Labels of clients never match there.
    (`istio/istio: pilot/pkg/networking/core/listener_waypoint.go`, getVirtualServiceForWaypoint, waypointInboundRoute)

    Args:
        mesh: The objects.
        gateway: The waypoint.
        addressed: What is called.
    """
    mesh.mark_read(*ROUTE_KINDS)
    homes = gateway.namespace, addressed.service.namespace if addressed.service is not None else ""
    found = route_sets(mesh, addressed.host, addressed.service, gateway.cluster)
    usable = (one for one in found if one.namespace in homes and overlaps(one.pattern, addressed.host))
    proxy = Proxy(gateway.namespace, gateway.cluster, {}, is_waypoint=True)
    at = _At(proxy, addressed, tuple(in_steps(mesh, usable, gateway.namespace)))
    if not at.steps:
        return _SILENT
    return _routed(mesh, at).as_far(_not_loaded(mesh, gateway.cluster, homes))


def _most_special(found: tuple[RouteSet, ...]) -> tuple[RouteSet, ...]:
    """Those for the longest wildcard, which come first."""
    return tuple(one for one in found if len(one.pattern) == len(found[0].pattern))


def _routed(mesh: MeshView, at: _At) -> Routing:
    """What becomes of a call, by the protocol that the port says or that the call has."""
    speaks, missing = _protocols(at.addressed)
    ways: dict[str, Callable[[], Routing]] = {
        "http": lambda: _by_requests(mesh, at),
        "tls": lambda: connection_routing(mesh, at.steps, at.proxy, at.addressed, is_tls=True),
        "tcp": lambda: connection_routing(mesh, at.steps, at.proxy, at.addressed, is_tls=False),
    }
    return merged_routing((ways[one]() for one in speaks), missing)


def _protocols(addressed: Addressed) -> tuple[tuple[str, ...], str]:
    """What the proxy may take a call for, and what would tell."""
    said = _said(addressed)
    if said in HTTP:
        return ("http",), ""
    if said in PLAIN_TCP:
        return ("tcp",), ""
    if said in ("https", "tls") or addressed.is_tls:
        return ("tls",), ""
    request = addressed.request
    if request.method is not None or request.path is not None:
        return ("http",), ""
    if addressed.is_tls is False:
        return ("http", "tcp"), _IS_HTTP
    return ("http", "tls", "tcp"), f"{_IS_HTTP}, or {_IS_TLS}"


def _said(addressed: Addressed) -> str:
    """The protocol that a port says; empty where the proxy has to find it out."""
    service = addressed.service
    if service is None:
        return "http" if addressed.number == _PORT_OF_HOSTS else ""
    entry = next((one for one in service.each("spec.ports[]") if port_number(one) == addressed.number), None)
    if entry is None:
        return ""
    return protocol_of(entry) if service.kind == SERVICE else entry.text_at("protocol").lower()


def _by_requests(mesh: MeshView, at: _At) -> Routing:
    """The first with routes for the proxy and the port counts alone.

    A waypoint takes the first that has routes for requests at all, and a sidecar the first of those for a wildcard:
    whatever that one has for the port.
    """
    written = mesh_config(mesh, at.proxy.cluster).setting("pathNormalization.normalization")
    seen = seen_of(at.addressed.request, written if isinstance(written, str) else "")
    for step in at.steps[:1] if at.is_wide else at.steps:
        of_requests = [one for one in step if _is_for_requests(one)]
        answers = [_by_set(mesh, one, at, seen) for one in of_requests]
        is_taken = at.proxy.is_waypoint or at.is_wide
        found = [one or _SILENT for one in answers] if is_taken else [one for one in answers if one]
        if found:
            titles = ", ".join(dict.fromkeys(f"'{one.first.title}'" for one in of_requests[:3]))
            return merged_routing(found, f"which of {titles} is the oldest, since that one counts alone")
    return _SILENT


def _is_for_requests(one: RouteSet) -> bool:
    return one.kind in _OF_REQUESTS if one.is_gamma else bool(one.first.get("spec.http"))


def _by_set(mesh: MeshView, one: RouteSet, at: _At, seen: Seen) -> Routing | None:
    """What becomes of a request among the routes of one object; None where it has none for the proxy and the port."""
    groups = [rows for rows in (_for_proxy(rows, at) for rows in candidates(mesh, one)) if rows]
    return _by_matches(mesh, one, groups, at, seen) if groups else None


def _for_proxy(rows: Iterable[tuple[Candidate, ...]], at: _At) -> list[list[Candidate]]:
    """The matches that count for the proxy and the port."""
    number = at.addressed.number
    found = ([one for one in row if is_for_proxy(one.match, at.proxy, number)] for row in rows)
    return [row for row in found if row]


def _by_matches(mesh: MeshView, one: RouteSet, groups: list[list[list[Candidate]]], at: _At, seen: Seen) -> Routing:
    ties = (Tie(tuple(map(tuple, rows))) for rows in groups)
    return first_taking(ties, seen, lambda found: taken_by(mesh, found, at.addressed, seen, _ISTIO), _unmatched(one))


def _unmatched(one: RouteSet) -> Outcome:
    title = " and ".join(f"'{route.title}'" for route in one.routes[:3])
    where = one.first.get("spec.http") if not one.is_gamma else one.first.get("spec.rules")
    chain = ((where or one.first.root).note("has no rule that takes the call"),)
    return Outcome(Fate.REFUSED, f"no rule of {title} takes it, so that the proxy answers with 404", chain)


def _open(at: _At, missing: str) -> Routing:
    first = at.steps[0][0].first
    chain = (first.root.note("is about the host"),)
    return Routing((Outcome(Fate.OPEN, f"'{first.title}' is about the host", chain, (), (missing,)),))


def _is_declared(addressed: Addressed) -> bool:
    """Whether something declares the host itself, and not a wildcard over it."""
    service = addressed.service
    if service is None:
        return False
    return service.kind == SERVICE or any(node.text == addressed.host for node in service.each("spec.hosts[]"))


def _is_other_host(client: Workload, addressed: Addressed) -> bool:
    """Whether the host that a request names is told and is no name of what is addressed."""
    named, service = addressed.request.host, addressed.service
    if named is None or service is None:
        return False
    host = named.lower().rstrip(".").partition(":")[0] if named.count(":") < 2 else named.lower()
    names = {addressed.host, *(node.text for node in service.each("spec.clusterIP"))}
    if service.kind == SERVICE:
        full = f"{service.name}.{service.namespace}"
        names |= {full, f"{full}.svc"} | ({service.name} if service.namespace == client.namespace else set())
    return host not in names


def _not_loaded(mesh: MeshView, cluster: str, homes: Iterable[str]) -> str:
    """The objects that may exist beside the loaded ones; empty for none."""
    if mesh.is_listed(VIRTUAL_SERVICE, cluster) and mesh.is_listed(HTTP_ROUTE, cluster):
        return ""
    absent = [f"'{home}'" for home in dict.fromkeys(homes) if home and not mesh.is_complete(home, cluster)]
    return f"every VirtualService and route of namespace {' and '.join(absent)}" if absent else ""
