"""Faults as a rule of a VirtualService, for requests with a header unless everybody is meant."""

from collections.abc import Iterator

from service_mesh.generate.intents.traffic.fault_injection.parameters import FaultInjection
from service_mesh.generate.plan import Plan
from service_mesh.generate.questions import Question
from service_mesh.generate.routing.acting import Acting
from service_mesh.generate.routing.rules import RouteRule
from service_mesh.generate.site import Site

__all__ = ["fault_injection"]

_ALL = 100


def fault_injection(asked: FaultInjection, site: Site) -> Plan:
    """The rule; requests that it does not hit stay as they are."""
    acting = Acting(asked, site)
    rule = RouteRule((), asked.matches, actions=asked.actions)
    why = f"{asked.about[:1].upper()}{asked.about[1:]}{_with(asked)} {' and '.join(_does(asked))}, for a test"
    return acting.plan((rule,), why, _questions(asked, acting), tuple(_notes(asked)))


def _with(asked: FaultInjection) -> str:
    return "" if asked.everybody else f" with {asked.header.name}: {asked.header.value}"


def _does(asked: FaultInjection) -> Iterator[str]:
    if asked.delay is not None:
        yield f"are held back for {asked.delay.time}{_share(asked.delay.percent)}"
    if asked.abort is not None:
        yield f"fail with {asked.abort.status}{_share(asked.abort.percent)}"


def _share(percent: float) -> str:
    return "" if percent == _ALL else f" ({percent:g} %)"


def _questions(asked: FaultInjection, acting: Acting) -> Iterator[Question]:
    headers = dict(asked.match.headers)
    says = dict(_says(asked))
    is_answered = asked.abort is not None and asked.abort.percent == _ALL
    yield acting.asks("a request that is hit", says, headers=headers, is_answered=is_answered)
    if asked.match.prefix:
        below = f"{asked.sample}/below"
        yield acting.asks("below a prefix", says, path=below, headers=headers, is_answered=is_answered)
    if headers:
        yield acting.stays("a request without the header", says)
        other = dict.fromkeys(headers, "another-value")
        yield acting.stays("a request with another value of the header", says, headers=other)
    yield from acting.beside(says, headers=headers, is_answered=is_answered)


def _says(asked: FaultInjection) -> Iterator[tuple[str, object]]:
    fault = asked.actions.fault
    assert fault is not None
    if asked.delay is not None:
        yield "fault.delay.fixedDelay", fault.delay
        yield "fault.delay.percentage.value", fault.delayed
    if asked.abort is not None:
        yield "fault.abort.httpStatus", fault.status
        yield "fault.abort.percentage.value", fault.aborted


def _notes(asked: FaultInjection) -> Iterator[str]:
    yield "a rule with a fault has no timeout and no retries, whatever it says of them: what callers do is seen bare"
    yield "the fault is made by the caller's proxy: the destination sees no failed request, and a held one later"
    if asked.everybody:
        yield "every caller is hit: take it back when the test is over"
    else:
        yield "callers have to pass the header on: a service in between that does not is not hit"
    if any(one is not None and one.percent < _ALL for one in (asked.delay, asked.abort)):
        yield "the proxy rolls dice for each request: shares are right over many"
