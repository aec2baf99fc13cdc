"""What routes make of connections: `tcp` and `tls` of VirtualServices, TCPRoutes and TLSRoutes."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import covers
from service_mesh.model.kinds import TCP_ROUTE, TLS_ROUTE
from service_mesh.model.node import Node
from service_mesh.posture.gateway_rules import Dialect, backend_outcome
from service_mesh.posture.istio.route_matching import Match, Proxy, is_for_proxy
from service_mesh.posture.istio.route_sets import RouteSet
from service_mesh.posture.istio.rule_actions import connection_outcome
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.routing import UNROUTED, Addressed, Fate, Outcome, Routing, merged_routing

__all__ = ["connection_routing"]

_SILENT = Routing((UNROUTED,))
_ISTIO = Dialect(takes_hostnames=True)
_NETWORKS = "whether the address of the client or of the server is one of those that the route names"
_UNNAMED = "what the proxy does with a server name that no route of the host names"


class _Rule(NamedTuple):
    """A match of a rule for connections: its node, its rule and what it asks for."""

    node: Node
    rule: Node
    match: Match


def connection_routing(
    mesh: MeshView, steps: Iterable[tuple[RouteSet, ...]], proxy: Proxy, addressed: Addressed, *, is_tls: bool
) -> Routing:
    """Tell where a connection goes: the first match takes it, whichever object it is of, and else it goes to the host.

    (`istio/istio: pilot/pkg/networking/core/tls.go`, buildSidecarOutboundTLSFilterChainOpts and
    buildSidecarOutboundTCPFilterChainOpts)

    Args:
        mesh: The objects.
        steps: What the proxy may use, in its order.
        proxy: The proxy.
        addressed: What is called.
        is_tls: Whether the client speaks TLS of its own.
    """
    found: list[Routing] = []
    for step in steps:
        answers = [_in(mesh, one, proxy, addressed, is_tls=is_tls) for one in step]
        taking = [one for one in answers if not one.is_silent]
        if not taking:
            continue
        titles = ", ".join(f"'{one.first.title}'" for one in step[:3])
        found = taking if len(taking) == len(answers) else [*taking, _SILENT]
        return merged_routing(found, f"which of {titles} is the oldest" if len(step) > 1 else _NETWORKS)
    return _SILENT


def _in(mesh: MeshView, one: RouteSet, proxy: Proxy, addressed: Addressed, *, is_tls: bool) -> Routing:
    is_open = False
    asked = addressed.request.host or addressed.host
    for rule in _rules(one, is_tls=is_tls):
        if not is_for_proxy(rule.match, proxy, addressed.number):
            continue
        if is_tls and not _is_named(rule.match, asked):
            is_open = True
            continue
        outcome = _taken(mesh, rule)
        if rule.match.get("destinationSubnets") or rule.match.get("sourceSubnet"):
            return merged_routing((Routing((outcome,)), _SILENT), _NETWORKS)
        return Routing((outcome,))
    if is_open:
        where = one.first.get("spec.tls") or one.first.root
        chain = (where.note("names other servers"),)
        return Routing((Outcome(Fate.OPEN, f"'{one.first.title}' is for other server names", chain, (), (_UNNAMED,)),))
    return _SILENT


def _rules(one: RouteSet, *, is_tls: bool) -> Iterator[_Rule]:
    """The matches of an object for one of both protocols, in its order."""
    port = {} if one.port is None else {"port": one.port}
    if one.is_gamma:
        if one.kind == (TLS_ROUTE if is_tls else TCP_ROUTE):
            names = {"sniHosts": [node.text for node in one.first.each("spec.hostnames[]")]} if is_tls else {}
            yield from (_Rule(rule, rule, {**names, **port}) for rule in one.first.each("spec.rules[]"))
        return
    for rule in one.first.each(f"spec.{'tls' if is_tls else 'tcp'}[]"):
        matches = [node for node in rule.each("match[]") if isinstance(node.value, dict)]
        if not matches:
            yield _Rule(rule, rule, {})
        yield from (_Rule(node, rule, node.value) for node in matches if isinstance(node.value, dict))


def _is_named(match: Match, host: str) -> bool:
    names = match.get("sniHosts")
    if not isinstance(names, list) or not names:
        return True
    return any(isinstance(name, str) and covers(name, host) for name in names)


def _taken(mesh: MeshView, rule: _Rule) -> Outcome:
    if rule.rule.resource.kind in (TCP_ROUTE, TLS_ROUTE):
        return backend_outcome(mesh, rule.rule, rule.node, _ISTIO, HttpRequest())
    return connection_outcome(rule.rule, rule.node)
