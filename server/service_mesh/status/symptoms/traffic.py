"""Looks into the routes and traffic policies for a workload: faults on purpose, times that run out, limits."""

from collections.abc import Iterator

from service_mesh.mesh.destination_rules import rules_about
from service_mesh.model.hosts import service_host
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.kubectl import get_yaml
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.status.symptoms.case import Case, Clue
from service_mesh.status.symptoms.scope import routes_to

__all__ = ["aborts", "delays", "limits", "timeouts"]

_ALL = 100
_LINKERD_TIMEOUTS = ("timeout.linkerd.io/request", "timeout.linkerd.io/response", "timeout.linkerd.io/idle")
_LIMITS = ("connectionPool", "outlierDetection")


def aborts(case: Case) -> Iterator[Clue]:
    """Speak of faults of a VirtualService that answer with the status that was seen.

    (https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection-Abort)
    """
    for route, entry in _entries(case):
        abort, status = entry.get("fault.abort"), entry.get("fault.abort.httpStatus")
        if abort is None or status is None or str(status.value) != case.symptom or not _share(abort):
            continue
        text = f"VirtualService '{route.namespace}/{route.name}' answers {_of(abort)} with {case.symptom} on purpose"
        yield Clue(text, status, get_yaml(route), proves=_hits_all(entry, abort))


def delays(case: Case) -> Iterator[Clue]:
    """Speak of faults of a VirtualService that make requests wait."""
    for route, entry in _entries(case):
        delay = entry.get("fault.delay")
        if delay is None or not _share(delay):
            continue
        time = delay.get("fixedDelay") or delay.get("exponentialDelay")
        by = f" by {time.text}" if time is not None and time.text else ""
        text = f"VirtualService '{route.namespace}/{route.name}' delays {_of(delay)}{by} on purpose"
        yield Clue(text, time or delay, get_yaml(route), proves=_hits_all(entry, delay))


def timeouts(case: Case) -> Iterator[Clue]:
    """Hint at what gives requests up after a time: whether that time is too short only its owner knows."""
    for route in _routes(case):
        places = ("spec.http[].timeout", "spec.rules[].timeouts.request", "spec.rules[].timeouts.backendRequest")
        nodes = [node for place in places for node in route.each(place)]
        yield from (Clue(f"gives up after {node.text}", node, is_hint=True) for node in (*nodes, *_annotated(route)))
    for service in case.services:
        yield from (Clue(f"gives up after {node.text}", node, is_hint=True) for node in _annotated(service))


def limits(case: Case) -> Iterator[Clue]:
    """Hint at DestinationRules that limit connections, or take endpoints out that fail."""
    for service in case.services:
        host = service_host(service.name, service.namespace)
        for rule in rules_about(case.view, host, case.cluster):
            for place in ("spec.trafficPolicy", "spec.subsets[].trafficPolicy"):
                for node in rule.each(place):
                    found = next(filter(None, (node.get(limit) for limit in _LIMITS)), None)
                    if found is not None:
                        yield Clue("limits connections or ejects endpoints", found, is_hint=True)


def _routes(case: Case) -> tuple[Resource, ...]:
    return tuple({one.key: one for service in case.services for one in routes_to(case.view, service)}.values())


def _entries(case: Case) -> Iterator[tuple[Resource, Node]]:
    for route in _routes(case):
        if route.kind == VIRTUAL_SERVICE:
            yield from ((route, entry) for entry in route.each("spec.http[]"))


def _annotated(resource: Resource) -> Iterator[Node]:
    annotations = resource.get("metadata.annotations")
    if annotations is not None:
        yield from (node for name in _LINKERD_TIMEOUTS if (node := annotations.key(name)) is not None)


def _share(kind: Node) -> int | float:
    """Percentage of the requests that a fault hits; all of them where none is written, as IS189 reads it."""
    value = kind.get("percentage.value") or kind.get("percent")
    if value is None:
        return 0 if kind.get("percentage") is not None else _ALL
    return _ALL if value.number is None else value.number


def _of(kind: Node) -> str:
    share = _share(kind)
    return "requests" if share == _ALL else f"{share:g} % of requests"


def _hits_all(entry: Node, kind: Node) -> bool:
    return _share(kind) == _ALL and not any(True for _ in entry.each("match[]"))
