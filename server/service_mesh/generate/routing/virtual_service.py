"""Rules as the VirtualService of a host: the one that is there, or a new one.

Two VirtualServices for one host of the mesh do not add up, so that rules go into the one that is there.
(`istio/istio: pilot/pkg/model/push_context.go`, https://istio.io/latest/docs/ops/best-practices/traffic-management/)
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from service_mesh.generate.held import metadata_of, spec_of
from service_mesh.generate.routing.overlay import ISTIO, laid_over
from service_mesh.generate.routing.rules import Match, RouteRule, Split
from service_mesh.generate.routing.subject import RoutedService
from service_mesh.generate.routing.virtual_service_actions import action_rules
from service_mesh.generate.site import Site
from service_mesh.mesh.virtual_services import claims_on
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource

__all__ = ["TEMPLATE", "held_route", "matches_of", "virtual_service"]

TEMPLATE = "istio/virtual-service.yaml.j2"


def held_route(site: Site, subject: RoutedService) -> Resource | None:
    """The VirtualService of the host that is there; None where there is none."""
    claims = claims_on(site.view, subject.service.host, "")
    return next((one.route for one in claims if "*" not in one.pattern), None)


def virtual_service(
    site: Site, subject: RoutedService, rules: Iterable[RouteRule], subsets: Mapping[str, str]
) -> Mapping[str, Any]:
    """What the template writes: `metadata` and `spec`.

    Args:
        site: Where it is written for.
        subject: The Service.
        rules: The rules, in their order.
        subsets: Version -> its subset.
    """
    port = _only_port(site, subject)
    written = [part for one in rules for part in action_rules(_rule(one, subject, subsets, port), one.actions)]
    plain = _rule(RouteRule((Split(),)), subject, subsets, port)
    held = held_route(site, subject)
    if held is None:
        own = {"name": subject.service.name, "namespace": subject.service.namespace}
        return {
            "metadata": own,
            "spec": {"hosts": [subject.service.host], "http": laid_over(written, (), plain, ISTIO)},
        }
    spec = spec_of(held)
    spec["http"] = laid_over(written, spec.get("http"), plain, ISTIO)
    return {"metadata": metadata_of(held), "spec": spec}


def _only_port(site: Site, subject: RoutedService) -> Mapping[str, Any]:
    """What keeps rules to their port, where the Service has others: a VirtualService is for all ports of its hosts."""
    held = site.view.find(SERVICE, subject.service.namespace, subject.service.name)
    has_others = held is not None and len(tuple(held.each("spec.ports[]"))) > 1
    return {"port": subject.service.port} if has_others else {}


def _rule(
    rule: RouteRule, subject: RoutedService, subsets: Mapping[str, str], port: Mapping[str, Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if rule.matches:
        found["match"] = [{**port, **text} for one in rule.matches for text in matches_of(one)]
    elif port:
        found["match"] = [dict(port)]
    if rule.splits:
        found["route"] = [_share(one, subject, subsets, alone=len(rule.splits) == 1) for one in rule.splits]
    if rule.mirror is not None:
        found["mirror"] = _destination(rule.mirror, subject, subsets)
        found["mirrorPercentage"] = {"value": rule.mirror.weight}
    return found


def _share(split: Split, subject: RoutedService, subsets: Mapping[str, str], *, alone: bool) -> dict[str, Any]:
    destination = _destination(split, subject, subsets)
    return {"destination": destination} if alone else {"destination": destination, "weight": split.weight}


def _destination(split: Split, subject: RoutedService, subsets: Mapping[str, str]) -> dict[str, Any]:
    service = split.service or subject.service
    found: dict[str, Any] = {"host": service.host, "port": {"number": service.port}}
    return {**found, "subset": subsets[split.version]} if split.version else found


def matches_of(match: Match) -> Iterator[dict[str, Any]]:
    """A match as a VirtualService has it.

    A prefix takes the path itself and what is below it; `prefix: /x` alone would take `/xyz` too.
    """
    common: dict[str, Any] = {}
    if match.method:
        common["method"] = {"exact": match.method}
    headers: dict[str, Any] = {name.lower(): {"exact": value} for name, value in match.headers.items()}
    headers |= {name.lower(): {"regex": value} for name, value in match.expressions.items()}
    if headers:
        common["headers"] = headers
    if match.exact:
        yield {"uri": {"exact": match.exact}, **common}
    elif match.prefix:
        below = match.prefix.rstrip("/")
        if below:
            yield {"uri": {"exact": below}, **common}
        yield {"uri": {"prefix": f"{below}/"}, **common}
    else:
        yield common
