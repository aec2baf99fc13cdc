"""The answers to a call to a host: one for everything that routes may make of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from service_mesh.mesh.view import MeshView
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.engine import Answer, answer, halted
from service_mesh.posture.access.routes import Routed, routing_of
from service_mesh.posture.access.targets import Target, targets_of
from service_mesh.posture.decisions import Decision, Verdict
from service_mesh.posture.kubernetes.ends import End, outside
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.routing import Addressed, Backend, Fate, Outcome

__all__ = ["Answers", "Asked", "answers"]

_NO_WORKLOADS = "the workloads behind the host that is addressed"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one client.

    Attributes:
        client: Who calls.
        targets: Whom the call may reach where no route takes part.
        protocol: TCP, UDP or SCTP.
        request: The request, as far as it is told.
        is_tls: Whether the client speaks TLS of its own; None where that is not told.
        addressed: The host that is addressed; None for a pod or an address, for which there are no routes.
        authorizers: As for `Call`.
    """

    client: End
    targets: tuple[Target, ...]
    protocol: str
    request: HttpRequest
    is_tls: bool | None = None
    addressed: Addressed | None = None
    authorizers: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that may become of a call.

    Attributes:
        calls: Each call that it may come to, with its answer; none where there is nobody to reach.
        missing: What would tell which of several outcomes of routes it is.
    """

    calls: tuple[tuple[Call, Answer], ...]
    missing: tuple[str, ...] = ()


def answers(mesh: MeshView, asked: Asked) -> Answers:
    """Tell what may become of a call to a host, at everybody whom routes may send it to.

    Args:
        mesh: The objects.
        asked: The question.
    """
    if asked.addressed is None or asked.protocol != "TCP":
        return Answers(tuple(_plain(mesh, asked)))
    addressed = replace(asked.addressed, request=asked.request, is_tls=asked.is_tls)
    routed = routing_of(mesh, asked.client, addressed)
    if routed.routing.is_silent:
        return Answers(tuple(_plain(mesh, asked)))
    case = _Case(mesh, asked, addressed, routed)
    calls = tuple(one for outcome in routed.routing.outcomes for one in case.of(outcome))
    several = (_several(outcome) for outcome in routed.routing.outcomes if len(outcome.backends) > 1)
    return Answers(calls, routed.routing.missing or tuple(several))


def _several(outcome: Outcome) -> str:
    total = sum(one.weight for one in outcome.backends)
    shares = ", ".join(f"{_named(one)} {100 * one.weight / total:.3g} %" for one in outcome.backends[:4])
    title = outcome.chain[0].node.resource.title if outcome.chain else "the route"
    return f"which destination of '{title}' gets the request: {shares}"


def _named(backend: Backend) -> str:
    return f"'{backend.host}'" + (f" subset '{backend.subset}'" if backend.subset else "")


def _plain(mesh: MeshView, asked: Asked) -> Iterator[tuple[Call, Answer]]:
    for one in _others(asked.client, asked.targets):
        call = _call(asked, one)
        yield call, answer(mesh, call)


def _others(client: End, targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """The targets but the client itself, unless there is nobody else."""
    others = tuple(one for one in targets if client.workload is None or client != one.end)
    return others or targets


def _call(asked: Asked, target: Target) -> Call:
    called = Call(asked.client, target.end, target.port, asked.protocol, target.service, asked.request)
    return replace(called, is_tls=asked.is_tls, authorizers=asked.authorizers)


@dataclass(frozen=True, slots=True)
class _Case:
    """A question with what routes make of it."""

    mesh: MeshView
    asked: Asked
    addressed: Addressed
    routed: Routed

    def of(self, outcome: Outcome) -> Iterator[tuple[Call, Answer]]:
        """The calls that one outcome comes to."""
        if outcome.fate is Fate.UNROUTED and self.asked.targets:
            yield from _plain(self.mesh, self.asked)
        elif outcome.fate is Fate.UNROUTED:
            yield self._halted(Decision(Verdict.UNKNOWN, "no route may take it", (), (_NO_WORKLOADS,)))
        elif outcome.fate is Fate.REFUSED:
            yield self._halted(Decision(Verdict.DENIED, outcome.reason, outcome.chain))
        elif outcome.fate is Fate.OPEN:
            yield self._halted(Decision(Verdict.UNKNOWN, outcome.reason, outcome.chain, outcome.missing))
        else:
            for backend in outcome.backends:
                yield from self._to(outcome, backend)

    def _to(self, outcome: Outcome, backend: Backend) -> Iterator[tuple[Call, Answer]]:
        found = targets_of(self.mesh, self.routed.sender, backend, self.addressed)
        chain = (*outcome.chain, backend.node.note("is where it is sent"))
        if found.missing:
            yield self._halted(Decision(Verdict.UNKNOWN, outcome.reason, chain, (found.missing,)))
        elif found.fault:
            reason = f"{outcome.reason}, and {found.fault}"
            yield self._halted(Decision(Verdict.DENIED, reason, (chain[-1], *chain[:-1])))
        else:
            route = Decision(Verdict.ALLOWED, outcome.reason, chain)
            for target in _others(self.asked.client, found.targets):
                call = self._forwarded(target, backend)
                yield call, answer(self.mesh, call, route, self._addressed())

    def _forwarded(self, target: Target, backend: Backend) -> Call:
        called = replace(_call(self.asked, target), request=backend.request)
        if self.routed.waypoint is not None:
            return replace(called, via=self.addressed)
        return replace(called, subset=backend.subset)

    def _addressed(self) -> Call | None:
        """The call without routes; None where nobody is known behind what is addressed."""
        found = _others(self.asked.client, self.asked.targets)
        return _call(self.asked, found[0]) if found else None

    def _halted(self, route: Decision) -> tuple[Call, Answer]:
        """A call that gets no further than the proxy whose routes are asked."""
        call = self._addressed()
        if call is None:
            nobody = Target(outside(host=self.addressed.host), self.addressed.number, self.addressed.service)
            return _call(self.asked, nobody), halted(self.mesh, _call(self.asked, nobody), route, at_waypoint=False)
        return call, halted(self.mesh, call, route, at_waypoint=self.routed.waypoint is not None)
