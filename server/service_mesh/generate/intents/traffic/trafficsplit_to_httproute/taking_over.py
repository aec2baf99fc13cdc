"""The route first, then the TrafficSplit goes, since it counts as long as it is there.

(https://linkerd.io/2/tasks/linkerd-smi/, `linkerd/linkerd-smi: adaptor/controller.go`)
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from service_mesh.errors import UsageError
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intents.traffic.trafficsplit_to_httproute.parameters import TrafficSplit
from service_mesh.generate.parameters.parties import Service
from service_mesh.generate.plan import Command, Form, Patch, Plan, Sheet, Step
from service_mesh.generate.questions import Question, RouteQuestion
from service_mesh.generate.routing.asking import Asking
from service_mesh.generate.routing.files import RouteSheet
from service_mesh.generate.routing.plans import routes_plan
from service_mesh.generate.routing.rules import RouteRule, Split
from service_mesh.generate.routing.subject import RoutedService, fitted
from service_mesh.generate.site import Site
from service_mesh.model.kinds import SERVICE_PROFILE, TRAFFIC_SPLIT
from service_mesh.model.resource import Resource

__all__ = ["take_over"]

_SPLIT = "trafficsplits.split.smi-spec.io"
_BEFORE = "traffic-split.yaml"
_NEWEST = "split.smi-spec.io/v1alpha2"
_WHOLE = 100


def take_over(asked: TrafficSplit, site: Site) -> Plan:
    """The same in every dialect; what the route is written as differs.

    Raises:
        UsageError: The TrafficSplit is not told, and not in the surroundings; or it cannot be read.
        InexpressibleError: The dialect has no routes between workloads, or not in this release.
    """
    held = site.view.find(TRAFFIC_SPLIT, asked.namespace, asked.name)
    found = _completed(asked, held)
    service = Service(namespace=found.namespace, name=found.service or "", port=found.port)
    asking = Asking.about(site, fitted(RoutedService(service, {"app": service.name}), site))
    shares = tuple(_share(service, one.service, one.weight) for one in found.backends)
    why = f"Requests to {service.name} are divided as TrafficSplit {found.name} did"
    plan = routes_plan(
        asking,
        (RouteSheet("route.yaml", why, (RouteRule(shares),)),),
        _questions(asking, shares),
        notes=(
            f"a TrafficSplit is for every port of {service.name}, and the route for port {service.port}: before the"
            " split goes, give other ports that are called a route as well",
            *_notes(site),
        ),
    )
    return replace(
        plan,
        steps=(*plan.steps, *_farewell(found, held, service, site)),
        verify=(*plan.verify, *_verified(service, site)),
    )


def _completed(asked: TrafficSplit, held: Resource | None) -> TrafficSplit:
    """The TrafficSplit as it is told, else as it is there."""
    if asked.service is not None:
        return asked
    title = f"{asked.namespace}/{asked.name}"
    if held is None:
        raise UsageError(f"TrafficSplit {title} is not in the surroundings", "give its service and backends")
    if held.get("spec.matches") is not None:
        raise UsageError(f"TrafficSplit {title} has matches", "use route-by-path or route-by-header for those requests")
    service = held.root.value_at("spec.service")
    listed = [(one.value_at("service"), one.value_at("weight")) for one in held.each("spec.backends[]")]
    backends = [{"service": name, "weight": weight} for name, weight in listed]
    try:
        return TrafficSplit.model_validate({**asked.model_dump(), "service": service, "backends": backends})
    except ValueError as error:
        raise UsageError(f"TrafficSplit {title} cannot be read", "give its service and backends") from error


def _share(called: Service, name: str, weight: int) -> Split:
    other = Service(namespace=called.namespace, name=name, port=called.port)
    return Split(weight=weight) if other == called else Split(weight=weight, service=other)


def _farewell(found: TrafficSplit, held: Resource | None, service: Service, site: Site) -> Iterator[Step]:
    """What takes the split away, and the file that brings it back."""
    backends = [{"service": one.service, "weight": one.weight} for one in found.backends]
    api = held.root.value_at("apiVersion") if held is not None else _NEWEST
    values = {"api": api, "split": found, "backends": backends}
    yield Sheet(_BEFORE, "linkerd/traffic-split.yaml.j2", values, form=Form.OTHER)
    yield Command(f"kubectl delete {_SPLIT} {found.name} -n {found.namespace}", undo=f"kubectl apply -f {_BEFORE}")
    profile = site.view.find(SERVICE_PROFILE, service.namespace, service.host)
    if site.dialect is Dialect.LINKERD and profile is not None and profile.get("spec.dstOverrides") is not None:
        taken: Mapping[str, Any] = {"spec": {"dstOverrides": None}}
        yield Patch(SERVICE_PROFILE, service.namespace, service.host, taken)


def _verified(service: Service, site: Site) -> Iterator[str]:
    """What shows that nothing of the split is left: it prints nothing."""
    if site.dialect is Dialect.LINKERD:
        profile = f"serviceprofiles.linkerd.io {service.host} -n {service.namespace}"
        yield f"kubectl get {profile} --ignore-not-found -o jsonpath='{{.spec.dstOverrides}}'"


def _notes(site: Site) -> Iterator[str]:
    yield f"{_BEFORE} is the way back, and is not applied"
    if site.dialect is Dialect.LINKERD:
        yield (
            "the extension linkerd-smi turned the split into dstOverrides of a ServiceProfile, which counts before"
            " routes: the route takes over when these are gone, at once, with the same shares"
        )
        yield "when no TrafficSplit is left, the extension goes: linkerd smi uninstall | kubectl delete -f -"
    else:
        yield f"nothing in {site.dialect.in_words} reads a TrafficSplit: the route divides as soon as it is there"


def _questions(asking: Asking, shares: tuple[Split, ...]) -> Iterator[Question]:
    yield _in_percent(asking.asks("a request", shares))
    yield _in_percent(asking.asks("another method and path", shares, method="POST", path="/below"))
    for one in asking.beside(shares):
        yield _in_percent(one)


def _in_percent(question: Question) -> Question:
    """Weights of a split add up to anything."""
    if not isinstance(question, RouteQuestion) or question.expected is None:
        return question
    whole = sum(question.expected.values())
    return replace(question, expected={place: _WHOLE * weight / whole for place, weight in question.expected.items()})
