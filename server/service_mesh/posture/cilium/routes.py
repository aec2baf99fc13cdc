"""What the proxies of Cilium make of calls to a Service with routes of the Gateway API attached to it."""

from service_mesh.mesh.cilium_config import CONFIG_KINDS, cilium_config
from service_mesh.mesh.service_routes import routes_on
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.gateway_rules import Dialect, rule_outcome
from service_mesh.posture.istio.gamma import GammaMatch, gamma_matches, path_of
from service_mesh.posture.istio.route_matching import is_met, seen_of
from service_mesh.posture.routing import UNROUTED, Addressed, Fate, Outcome, Routing, merged_routing

__all__ = ["ROUTE_KINDS", "cilium_routing"]

ROUTE_KINDS = (GRPC_ROUTE, HTTP_ROUTE, *CONFIG_KINDS)
"""The kinds that are read here."""

_SILENT = Routing((UNROUTED,))
_REGEX = 1
_FORMS = {"exact": 2, "regex": _REGEX, "prefix": 0}
_SWITCH = "enable-gateway-api"
_CILIUM = Dialect(checks_grants=True)
_IS_ON = "whether Cilium serves routes of Services (enable-gateway-api of ConfigMap 'cilium-config')"
_ORDER = "which of the rules that take the request Cilium's proxy tries first"
_IS_HTTP = "whether the call is HTTP, which a method or a path tells"


def cilium_routing(mesh: MeshView, addressed: Addressed) -> Routing:
    """Tell what Cilium makes of a call to a Service, for clients of any namespace.

    It takes routes of the Service's own namespace alone. A port with a route goes through the proxy of the node, which
    answers a request that no rule takes with 404. Of several rules that take a request the more specific comes first;
    where neither is, that is left open.
    (`cilium/cilium: operator/pkg/gateway-api/gamma_reconcile.go`, `routechecks/gamma.go`,
    `operator/pkg/model/translation/envoy_virtual_host.go`: SortableRoute)

    Args:
        mesh: The objects.
        addressed: What is called.
    """
    mesh.mark_read(*ROUTE_KINDS)
    service = addressed.service
    if service is None or service.kind != SERVICE:
        return _SILENT
    attached = routes_on(mesh, service, (GRPC_ROUTE, HTTP_ROUTE))
    on_port = (one.route for one in attached if one.port in (None, addressed.number))
    routes = tuple(dict.fromkeys(route for route in on_port if route.namespace == service.namespace))
    config = cilium_config(mesh, service.cluster)
    if not routes or (config is not None and not config.is_on(_SWITCH)):
        return _SILENT
    request = addressed.request
    found = _by_requests(mesh, routes, addressed)
    is_told = request.method is not None or request.path is not None
    found = found if is_told else found.unless(_IS_HTTP)
    return found.unless(_IS_ON if config is None else "").as_far(_not_loaded(mesh, service))


def _by_requests(mesh: MeshView, routes: tuple[Resource, ...], addressed: Addressed) -> Routing:
    seen = seen_of(addressed.request, "")
    answers = [(one, is_met(one.match, seen, separated=True)) for route in routes for one in gamma_matches(route)]
    taking = [one for one, answer in answers if answer.value]
    possible = [
        (one, answer)
        for one, answer in answers
        if answer.value is not False and not any(_precedes(other, one) for other in taking)
    ]
    missing = dict.fromkeys(text for _, answer in possible for text in answer.missing)
    if sum(answer.value is True for _, answer in possible) > 1:
        missing[_ORDER] = None
    found = [_taken(mesh, one, addressed) for one, _ in possible]
    if not any(answer.value for _, answer in possible):
        title = " and ".join(f"'{route.title}'" for route in routes[:3])
        chain = tuple((one.get("spec.rules") or one.root).note("has no rule that takes it") for one in routes[:3])
        reason = f"no rule of {title} takes it, so that the proxy answers with 404"
        found.append(Routing((Outcome(Fate.REFUSED, reason, chain),)))
    return merged_routing(found, *missing)


def _precedes(one: GammaMatch, other: GammaMatch) -> bool:
    """Whether the proxy surely tries a match before another one, in every release that has routes of Services."""
    first, second = _path_rank(one), _path_rank(other)
    if first != second:
        return first > second and _REGEX not in (first[0], second[0])
    if first[0] == _REGEX:
        return False
    pairs = tuple(zip(one.rank[2:], other.rank[2:], strict=True))
    return all(mine >= theirs for mine, theirs in pairs) and any(mine > theirs for mine, theirs in pairs)


def _path_rank(one: GammaMatch) -> tuple[int, int]:
    path = path_of(one.match)
    return _FORMS[path.form], len(path.text)


def _taken(mesh: MeshView, one: GammaMatch, addressed: Addressed) -> Routing:
    # Rules are told apart and not matches: two matches of one rule come to the same.
    return Routing((rule_outcome(mesh, one.rule, path_of(one.match), addressed, _CILIUM, one.rule),))


def _not_loaded(mesh: MeshView, service: Resource) -> str:
    if mesh.is_complete(service.namespace, service.cluster) or mesh.is_listed(HTTP_ROUTE, service.cluster):
        return ""
    return f"every HTTPRoute and GRPCRoute of namespace '{service.namespace}'"
