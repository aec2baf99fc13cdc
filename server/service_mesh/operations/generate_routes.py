"""Questions about where requests go, put to the simulation."""

from collections.abc import Iterator, Mapping

from service_mesh.errors import UsageError
from service_mesh.generate.questions import RouteQuestion
from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import service_name
from service_mesh.model.node import Node
from service_mesh.operations.generate_result import Simulated
from service_mesh.operations.parties import destination_of, source_of
from service_mesh.operations.scene import Scene
from service_mesh.posture.access.routes import addressed_at, routing_of
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.routing import Backend, Fate, Outcome, Routing

__all__ = ["routed"]

_RULES = (("spec", "http"), ("spec", "rules"))
_STEPS = 3
_REFUSED = "answered by the proxy itself"


def routed(scene: Scene, asked: RouteQuestion) -> Simulated:
    """Ask where one request goes."""
    expected = _told(asked.expected, asked.says)
    try:
        answer, because = _answer(scene.view, asked)
    except UsageError as error:
        answer, because = "unknown", error.message
    return Simulated(_text(asked), expected, answer, "" if answer == expected else because)


def _answer(mesh: MeshView, asked: RouteQuestion) -> tuple[str, str]:
    client = source_of(mesh, asked.source).ends[0]
    addressed = destination_of(mesh, asked.destination, client.namespace).addressed
    if addressed is None or addressed.service is None:
        return "unknown", f"{asked.destination} names no Service"
    request = HttpRequest(asked.method, asked.path, asked.host or addressed.host, asked.headers)
    routing = routing_of(
        mesh, client, addressed_at(addressed.service, addressed.number, request, addressed.host)
    ).routing
    outcome = _outcome(routing)
    if outcome is None or outcome.fate is Fate.OPEN:
        return "unknown", "; ".join((*routing.missing, *(text for one in routing.outcomes for text in one.missing)))
    rule = _rule(outcome)
    said = {path: rule.value_at(path) if rule is not None else None for path in asked.says}
    shares = {addressed.host: 100.0} if outcome.fate is Fate.UNROUTED else dict(_percents(outcome.backends))
    return _told({_named(host): share for host, share in shares.items()}, said), outcome.reason or "no route takes part"


def _outcome(routing: Routing) -> Outcome | None:
    """What becomes of the request; a fault that hits a part of them is told by what the rule says of it."""
    found = routing.outcomes
    if len(found) == 1:
        return found[0]
    sent = [one for one in found if one.fate is Fate.FORWARDED]
    is_one_rule = len({rule.path for rule in map(_rule, found) if rule is not None}) == 1
    return sent[0] if len(sent) == 1 and is_one_rule else None


def _rule(outcome: Outcome) -> Node | None:
    """The rule that takes the request: `spec.http[0]` of a VirtualService, `spec.rules[0]` of other routes."""
    for note in outcome.chain:
        steps = note.node.path
        if len(steps) >= _STEPS and steps[:2] in _RULES:
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
