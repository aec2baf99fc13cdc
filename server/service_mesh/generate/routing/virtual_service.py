"""Rules as the VirtualService of a host: the one that is there, or a new one.

Two VirtualServices for one host of the mesh do not add up, so that rules go into the one that is there.
(`istio/istio: pilot/pkg/model/push_context.go`, https://istio.io/latest/docs/ops/best-practices/traffic-management/)
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from service_mesh.generate.held import joined, metadata_of, spec_of
from service_mesh.generate.routing.rules import Match, RouteRule, Split
from service_mesh.generate.routing.subject import RoutedService
from service_mesh.generate.site import Site
from service_mesh.mesh.virtual_services import claims_on
from service_mesh.model.resource import Resource

__all__ = ["TEMPLATE", "held_route", "virtual_service"]

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
    written = [_rule(one, subject, subsets) for one in rules]
    held = held_route(site, subject)
    if held is None:
        own = {"name": subject.service.name, "namespace": subject.service.namespace}
        return {"metadata": own, "spec": {"hosts": [subject.service.host], "http": written}}
    spec = spec_of(held)
    spec["http"] = joined(written, spec.get("http"), "match")
    return {"metadata": metadata_of(held), "spec": spec}


def _rule(rule: RouteRule, subject: RoutedService, subsets: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if rule.matches:
        found["match"] = [text for one in rule.matches for text in _matches(one)]
    found["route"] = [_destination(one, subject, subsets, alone=len(rule.splits) == 1) for one in rule.splits]
    return found


def _destination(split: Split, subject: RoutedService, subsets: Mapping[str, str], *, alone: bool) -> dict[str, Any]:
    destination: dict[str, Any] = {"host": subject.service.host, "port": {"number": subject.service.port}}
    if split.version:
        destination["subset"] = subsets[split.version]
    return {"destination": destination} if alone else {"destination": destination, "weight": split.weight}


def _matches(match: Match) -> Iterator[dict[str, Any]]:
    """A prefix takes the path itself and what is below it; `prefix: /x` alone would take `/xyz` too."""
    common: dict[str, Any] = {}
    if match.method:
        common["method"] = {"exact": match.method}
    headers: dict[str, Any] = {name.lower(): {"exact": value} for name, value in match.headers.items()}
    headers |= {name.lower(): {"regex": value} for name, value in match.patterns.items()}
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
