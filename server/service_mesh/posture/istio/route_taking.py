"""Which match takes a request, of those that a proxy tries in order, and what becomes of it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.posture.gateway_rules import Dialect, rule_outcome
from service_mesh.posture.istio.gamma import path_of
from service_mesh.posture.istio.route_matching import Seen, is_met
from service_mesh.posture.istio.route_sets import Candidate
from service_mesh.posture.istio.rule_actions import outcomes_of
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.routing import Addressed, Outcome, Routing, merged_routing

__all__ = ["Tie", "first_taking", "taken_by"]

_OLDEST = "which of the routes is the oldest"


class Tie(NamedTuple):
    """Matches that come at one place of the order.

    Attributes:
        rows: Rows of which it is not known which comes first, each in its own order; mostly there is one.
        missing: What would tell which comes first.
    """

    rows: tuple[tuple[Candidate, ...], ...]
    missing: str = _OLDEST


def first_taking(ties: Iterable[Tie], seen: Seen, taken: Callable[[Candidate], Routing], unmatched: Outcome) -> Routing:
    """Tell what becomes of a request: the first match that is met takes it, and those that may be are told too.

    Args:
        ties: The matches, in their order.
        seen: The request.
        taken: What becomes of a request that a match takes.
        unmatched: What becomes of it where none does.
    """
    found: list[Routing] = []
    missing: dict[str, None] = {}
    for tie in ties:
        met = 0
        for row in tie.rows:
            for candidate in row:
                separated = candidate.rule.resource.kind != VIRTUAL_SERVICE
                answer = is_met(candidate.match, seen, separated=separated)
                if answer.value is False:
                    continue
                missing.update(dict.fromkeys(answer.missing))
                found.append(taken(candidate))
                if answer.value:
                    met += 1
                    break
        if met > 1:
            missing[tie.missing] = None
        if met:
            return merged_routing(found, *missing)
    return merged_routing((*found, Routing((unmatched,))), *missing)


def taken_by(mesh: MeshView, candidate: Candidate, addressed: Addressed, seen: Seen, dialect: Dialect) -> Routing:
    """Tell what becomes of a request that a match takes: of a VirtualService, or of a route of the Gateway API.

    Args:
        mesh: The objects.
        candidate: The match with its rule.
        addressed: What is called, with the request as it came.
        seen: The request as matches see it.
        dialect: What the implementation makes of rules of the Gateway API.
    """
    request = _forwarded(addressed.request, seen)
    if candidate.rule.resource.kind == VIRTUAL_SERVICE:
        return outcomes_of(candidate, request)
    path = path_of(candidate.match)
    told = replace(addressed, request=request)
    return Routing((rule_outcome(mesh, candidate.rule, path, told, dialect, candidate.node),))


def _forwarded(request: HttpRequest, seen: Seen) -> HttpRequest:
    """A request with its path as the proxy sends it on."""
    if request.path is None or not isinstance(seen.path, str):
        return request
    query = request.path.partition("#")[0].partition("?")
    return replace(request, path=f"{seen.path}{query[1]}{query[2]}")
