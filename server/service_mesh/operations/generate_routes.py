"""Questions about where requests go, put to the simulation."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from service_mesh.errors import UsageError
from service_mesh.generate.questions import RouteQuestion
from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import service_name
from service_mesh.model.kinds import GATEWAY, GATEWAY_API_GATEWAY
from service_mesh.model.node import Node
from service_mesh.operations.generate_result import Simulated
from service_mesh.operations.parties import destination_of, source_of
from service_mesh.operations.scene import Scene
from service_mesh.posture.access.routes import addressed_at, routing_of
from service_mesh.posture.gateways.routes import gateway_routing
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.routing import Addressed, Backend, Fate, Outcome, Routing

__all__ = ["as_today", "routed"]

_GATEWAY, _HOST = "gateway:", "host:"
_RULES = (("spec", "http"), ("spec", "rules"))
_SERVERS = (("spec", "servers"),)
_STEPS = 3
_REFUSED = "answered by the proxy itself"


def routed(scene: Scene, asked: RouteQuestion) -> Simulated:
    """Ask where one request goes."""
    expected = _told(asked.expected or {}, {**asked.says, **asked.annotated, **_arriving(asked.arrives)})
    try:
        found = _answer(scene.view, asked)
    except UsageError as error:
        return Simulated(_text(asked), expected, "unknown", error.message)
    answer = "unknown" if found.missing else _told(found.shares, found.says)
    return Simulated(_text(asked), expected, answer, "" if answer == expected else found.missing or found.reason)


def as_today(scene: Scene, asked: RouteQuestion) -> RouteQuestion:
    """A question with the answer of today, as far as that is the right one; where that is not known, no answer is.

    Args:
        scene: The mesh before anything is applied.
        asked: The question.
    """
    if asked.expected is not None and not asked.stays:
        return asked
    told = [name for name in asked.stays if "/" in name]
    rest = [name for name in asked.stays if "/" not in name]
    plain = replace(asked, says=dict.fromkeys(rest), annotated=dict.fromkeys(told), arrives={})
    try:
        found = _answer(scene.view, plain)
    except UsageError:
        return asked
    if found.missing:
        return replace(asked, expected={f"unknown today: {found.missing}": 100})
    return replace(
        asked,
        expected=found.shares if asked.expected is None else asked.expected,
        says={**asked.says, **{name: found.says[name] for name in rest}},
        annotated={**asked.annotated, **{name: found.says[name] for name in told}},
    )


class _Answer(NamedTuple):
    """Where a request goes.

    Attributes:
        shares: Destination -> percent.
        says: What is asked of the rule -> what it says.
        reason: Why it goes there.
        missing: Why that is not known; empty where it is.
    """

    shares: Mapping[str, float]
    says: Mapping[str, object]
    reason: str
    missing: str = ""


def _answer(mesh: MeshView, asked: RouteQuestion) -> _Answer:
    host, routing = _at_gateway(mesh, asked) if asked.source.startswith(_GATEWAY) else _at_proxy(mesh, asked)
    request = _request(asked, host)
    outcome = _outcome(routing)
    if outcome is None or outcome.fate is Fate.OPEN:
        missing = (*routing.missing, *(text for one in routing.outcomes for text in one.missing))
        return _Answer({}, {}, "", "; ".join(missing) or "several outcomes are possible")
    rule = _rule(outcome)
    said = {path: rule.value_at(path) if rule is not None else None for path in asked.says}
    said |= {name: rule.resource.annotations.get(name) if rule is not None else None for name in asked.annotated}
    said |= _arriving({name: _sent(outcome.backends, name, request) for name in asked.arrives})
    shares = {host: 100.0} if outcome.fate is Fate.UNROUTED else dict(_percents(outcome.backends))
    named = {_named(host): share for host, share in shares.items()}
    return _Answer(named, said, outcome.reason or "no route takes part")


def _arriving(found: Mapping[str, str | None]) -> dict[str, object]:
    return {f"arrives with {name}": value for name, value in found.items()}


def _sent(backends: tuple[Backend, ...], name: str, request: HttpRequest) -> str | None:
    """What the destinations see of a request, or why that is not known."""
    if missing := next((one.missing for one in backends if one.missing), ""):
        return f"unknown: {missing}"
    seen = {_seen(one.request, name) for one in backends} or {_seen(request, name)}
    return seen.pop() if len(seen) == 1 else "not the same everywhere"


def _seen(request: HttpRequest, name: str) -> str | None:
    if name == "path":
        return request.path
    if name == "host":
        return request.host
    header = name.removeprefix("header ").lower()
    return next((value for held, value in request.headers.items() if held.lower() == header), None)


def _at_proxy(mesh: MeshView, asked: RouteQuestion) -> tuple[str, Routing]:
    """What the proxies between workloads make of a request, and the host that it is for."""
    client = source_of(mesh, asked.source).ends[0]
    addressed = destination_of(mesh, asked.destination, client.namespace).addressed
    if addressed is None or addressed.service is None:
        raise UsageError(f"{asked.destination} names no Service", "name it like svc:shop/cart:80")
    called = addressed_at(addressed.service, addressed.number, _request(asked, addressed.host), addressed.host)
    return addressed.host, routing_of(mesh, client, called).routing


def _at_gateway(mesh: MeshView, asked: RouteQuestion) -> tuple[str, Routing]:
    """What a gateway makes of a request from outside: a Gateway of the Gateway API, or else Istio's of that name."""
    namespace, _, name = asked.source.removeprefix(_GATEWAY).partition("/")
    host, _, number = asked.destination.removeprefix(_HOST).rpartition(":")
    found = mesh.find(GATEWAY_API_GATEWAY, namespace, name) or mesh.find(GATEWAY, namespace, name)
    if found is None:
        raise UsageError(f"there is no Gateway {namespace}/{name}", "name one that is there")
    return host, gateway_routing(mesh, found, Addressed(host, int(number), request=_request(asked, host)))


def _request(asked: RouteQuestion, host: str) -> HttpRequest:
    return HttpRequest(asked.method, asked.path, asked.host or host, asked.headers)


def _outcome(routing: Routing) -> Outcome | None:
    """What becomes of the request; a fault that hits a part of them is told by what the rule says of it."""
    found = routing.outcomes
    if len(found) == 1:
        return found[0]
    sent = [one for one in found if one.fate is Fate.FORWARDED]
    is_one_rule = len({rule.path for rule in map(_rule, found) if rule is not None}) == 1
    return sent[0] if len(sent) == 1 and is_one_rule else None


def _rule(outcome: Outcome) -> Node | None:
    """The rule that takes the request: `spec.http[0]` of a VirtualService, `spec.rules[0]` of other routes.

    Where none does it is the server of Istio's Gateway that answers itself: `spec.servers[0]`.
    """
    for lists in (_RULES, _SERVERS):
        for note in outcome.chain:
            steps = note.node.path
            if len(steps) >= _STEPS and steps[:2] in lists:
                listed = note.node.resource.each(f"spec.{steps[1]}[]")
                return next((one for one in listed if one.path == steps[:_STEPS]), None)
    return None


def _percents(backends: tuple[Backend, ...]) -> Iterator[tuple[str, float]]:
    whole = sum(one.weight for one in backends)
    for one in backends:
        yield f"{one.host}/{one.subset}" if one.subset else one.host, 100 * one.weight / whole


def _named(host: str) -> str:
    """`shop/cart` for a Service of the cluster, with its subset behind."""
    name, _, subset = host.partition("/")
    found = service_name(name)
    plain = f"{found.namespace}/{found.name}" if found is not None else name
    return f"{plain}/{subset}" if subset else plain


def _told(shares: Mapping[str, float], says: Mapping[str, object]) -> str:
    sent = ", ".join(f"{share:g} % {name}" for name, share in sorted(shares.items()) if share)
    return f"{sent or _REFUSED}{''.join(f'; {path} {value}' for path, value in says.items())}"


def _text(asked: RouteQuestion) -> str:
    headers = "".join(f", {name}: {value}" for name, value in asked.headers.items())
    stage = f"after {asked.stage}: " if asked.stage else ""
    host = f" at {asked.host}" if asked.host else ""
    request = f"{asked.method} {asked.path}{host}{headers}"
    return f"{stage}{asked.why}: {asked.source} -> {asked.destination} {request}"
