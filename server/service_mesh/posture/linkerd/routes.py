"""What the proxy of a meshed client makes of calls to a Service: its ServiceProfile, or the routes attached to it."""

from service_mesh.mesh.ports import is_headless
from service_mesh.mesh.service_routes import routes_on
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.age import oldest_first
from service_mesh.model.hosts import ServiceName
from service_mesh.model.kinds import (
    GRPC_ROUTE,
    HTTP_ROUTE,
    LINKERD_HTTP_ROUTE,
    SERVICE,
    SERVICE_PROFILE,
    TCP_ROUTE,
    TLS_ROUTE,
    Kind,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.gateway_rules import Dialect, PathMatch, backend_outcome, rule_outcome
from service_mesh.posture.linkerd.enrolment import Enrolled, enrolment
from service_mesh.posture.linkerd.ports import opaque_of_service, skipped_outbound
from service_mesh.posture.linkerd.profiles import is_idle, profiles_of, takes_over
from service_mesh.posture.linkerd.route_matching import rules_taking
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.routing import UNROUTED, Addressed, Backend, Fate, Outcome, Routing, merged_routing

__all__ = ["ROUTE_KINDS", "linkerd_routing"]

ROUTE_KINDS = (GRPC_ROUTE, HTTP_ROUTE, LINKERD_HTTP_ROUTE, SERVICE_PROFILE, TCP_ROUTE, TLS_ROUTE)
"""The kinds that are read here."""

_SILENT = Routing((UNROUTED,))
_CONTROLLER = "linkerd.io/policy-controller"
_FILTERS = frozenset({"RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect"})
_LINKERD = Dialect(keeps_addressed=True, refuses_weightless=False)
_IS_HTTP = "whether the call is HTTP, which a method or a path tells"
_TLS = "what the proxy makes of the TLSRoutes on the port"


def linkerd_routing(mesh: MeshView, client: Workload, addressed: Addressed) -> Routing:
    """Tell what the proxy of a client makes of a call to a Service.

    A ServiceProfile with routes or `dstOverrides` takes the place of routes, and refuses nothing. Routes in the
    Service's namespace are for all clients, those of other namespaces for the clients there, and both count together;
    GRPCRoutes hide HTTPRoutes. A request that no rule takes is answered with 404.
    (`linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index.rs`, apply_http_route;
    `policy-controller/grpc/src/outbound.rs`, to_proto)

    Args:
        mesh: The objects.
        client: Who calls.
        addressed: What it calls.
    """
    mesh.mark_read(*ROUTE_KINDS)
    service, sender = addressed.service, enrolment(mesh, client)
    if service is None or service.kind != SERVICE or is_headless(service) or sender.mode is Enrolled.NONE:
        return _SILENT
    skipped, opaque = skipped_outbound(mesh, client), opaque_of_service(mesh, service)
    if addressed.number in skipped.ports:
        return _SILENT
    routing = _routed(mesh, client, service, addressed, is_opaque=addressed.number in opaque.ports)
    for missing in (sender.missing, skipped.missing, opaque.missing):
        routing = routing if routing.is_silent else routing.unless(missing)
    return routing.as_far(_not_loaded(mesh, client, service))


def _routed(mesh: MeshView, client: Workload, service: Resource, addressed: Addressed, *, is_opaque: bool) -> Routing:
    profile = _profile(mesh, client, service)
    if profile is not None and (part := takes_over(profile)) is not None:
        overrides = profile.get("spec.dstOverrides")
        return _overridden(overrides, addressed) if overrides is not None and overrides.items else _kept(part)
    if is_opaque:
        return _SILENT
    listed = [one for one in routes_on(mesh, service, ROUTE_KINDS) if one.port in (None, addressed.number)]
    homes = service.namespace, client.namespace
    routes = dict.fromkeys(one.route for one in listed if one.route.namespace in homes and not _is_dropped(one.route))
    for kinds in ((GRPC_ROUTE,), (HTTP_ROUTE, LINKERD_HTTP_ROUTE), (TLS_ROUTE,), (TCP_ROUTE,)):
        found = [route for route in routes if route.kind in kinds]
        if found:
            return _by_kind(mesh, kinds[0], found, addressed)
    return _SILENT


def _by_kind(mesh: MeshView, kind: Kind, routes: list[Resource], addressed: Addressed) -> Routing:
    if kind == TCP_ROUTE:
        return _by_connections(mesh, routes)
    if kind == TLS_ROUTE:
        chain = (routes[0].root.note("is for the port"),)
        return Routing((Outcome(Fate.OPEN, f"'{routes[0].title}' is for the port", chain, (), (_TLS,)),))
    request = addressed.request
    if addressed.is_tls:
        return _SILENT
    found = _by_requests(mesh, routes, addressed)
    is_told = request.method is not None or request.path is not None or addressed.is_tls is False
    return found if is_told else found.unless(_IS_HTTP)


def _by_requests(mesh: MeshView, routes: list[Resource], addressed: Addressed) -> Routing:
    routed = rules_taking(mesh, routes, addressed.request)
    outcomes = []
    for winner in routed.winners:
        rule, path = _rule_of(winner.node), _path_of(winner.node)
        outcomes.append(rule_outcome(mesh, rule, path, addressed, _LINKERD, winner.node))
    if routed.may_miss:
        titles = " and ".join(f"'{route.title}'" for route in routes[:3])
        chain = tuple((one.get("spec.rules") or one.root).note("has no rule that takes it") for one in routes[:3])
        outcomes.append(
            Outcome(Fate.REFUSED, f"no rule of {titles} takes it, so that the proxy answers with 404", chain)
        )
    return merged_routing((Routing((one,)) for one in outcomes), *routed.missing)


def _by_connections(mesh: MeshView, routes: list[Resource]) -> Routing:
    ordered = oldest_first(routes)
    found = []
    for route in routes if ordered is None else ordered[:1]:
        rule = next(iter(route.each("spec.rules[]")), None)
        taken = rule is not None and any(rule.each("backendRefs[]"))
        outcome = backend_outcome(mesh, rule, rule, _LINKERD, HttpRequest()) if rule is not None and taken else UNROUTED
        found.append(Routing((outcome,)))
    titles = ", ".join(f"'{route.title}'" for route in routes[:3])
    return merged_routing(found, f"which of {titles} is the oldest")


def _rule_of(node: Node) -> Node:
    """The rule that a match is of; the node itself for a rule, and for a route without rules."""
    return node.parent().parent() if len(node.path) > 2 and node.path[-2] == "matches" else node


def _path_of(node: Node) -> PathMatch:
    form = {"Exact": "exact", "RegularExpression": "regex"}.get(node.text_at("path.type"), "prefix")
    return PathMatch(form, node.text_at("path.value") or "/")


def _profile(mesh: MeshView, client: Workload, service: Resource) -> Resource | None:
    """The profile in the client's namespace, else the one in the Service's."""
    found = profiles_of(mesh, ServiceName(service.namespace, service.name), service.cluster)
    homes = client.namespace, service.namespace
    return next((one for home in homes for one in found if one.namespace == home), None)


def _kept(part: Node) -> Routing:
    """What a profile with routes alone does: requests go to what is addressed."""
    chain = (part.note("takes the place of routes"),)
    return Routing((Outcome(Fate.UNROUTED, f"'{part.resource.title}' takes the place of routes", chain),))


def _overridden(overrides: Node, addressed: Addressed) -> Routing:
    backends = tuple(_override(one, addressed) for one in overrides.items if not is_idle(one))
    title = f"'{overrides.resource.title}'"
    if not backends:
        chain = (overrides.note("takes the call"),)
        missing = "what the proxy does with a profile whose destinations all have weight 0"
        return Routing((Outcome(Fate.OPEN, f"{title} sends it to nothing", chain, (), (missing,)),))
    names = " and ".join(dict.fromkeys(f"'{one.host}'" for one in backends[:3]))
    chain = (overrides.note("takes the call"),)
    return Routing((Outcome(Fate.FORWARDED, f"{title} sends it to {names}", chain, backends),))


def _override(entry: Node, addressed: Addressed) -> Backend:
    host, _, port = entry.text_at("authority").partition(":")
    number = int(port) if port.isdecimal() and len(port) < 6 else None
    return Backend(entry, host.rstrip("."), number, "", addressed.request, _quantity(entry.value_at("weight")))


def _quantity(value: object) -> float:
    text = str(value)
    try:
        return float(text.removesuffix("m")) / (1000 if text.endswith("m") else 1)
    except ValueError:
        return 1


def _is_dropped(route: Resource) -> bool:
    return route.once(_dropped)


def _dropped(route: Resource) -> bool:
    """Whether the controller drops a whole route: for a filter that it does not take, or by what its status says.

    (`linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index/http.rs`)
    """
    kinds = (*route.each("spec.rules[].filters[].type"), *route.each("spec.rules[].backendRefs[].filters[].type"))
    if any(node.text not in _FILTERS for node in kinds):
        return True
    for status in route.each("status.parents[]"):
        said = ((one.text_at("type"), one.text_at("status")) for one in status.each("conditions[]"))
        if status.text_at("controllerName") == _CONTROLLER and ("Accepted", "False") in said:
            return True
    return False


def _not_loaded(mesh: MeshView, client: Workload, service: Resource) -> str:
    """The objects that may exist beside the loaded ones; empty for none."""
    if all(mesh.is_listed(kind, client.cluster) for kind in (HTTP_ROUTE, LINKERD_HTTP_ROUTE, SERVICE_PROFILE)):
        return ""
    homes = dict.fromkeys((service.namespace, client.namespace))
    absent = [f"'{home}'" for home in homes if not mesh.is_complete(home, client.cluster)]
    return f"every route and ServiceProfile of namespace {' and '.join(absent)}" if absent else ""
