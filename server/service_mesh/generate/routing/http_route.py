"""Rules as an HTTPRoute on a Service: the one that is there, or a new one.

(https://gateway-api.sigs.k8s.io/mesh/)
"""

from collections.abc import Iterable, Mapping
from typing import Any

from service_mesh.generate.held import free_name, metadata_of, spec_of
from service_mesh.generate.parameters.gateways import RouteGateway, slug_of
from service_mesh.generate.plan import Sheet
from service_mesh.generate.routing.http_route_actions import action_fields
from service_mesh.generate.routing.overlay import GATEWAY_API, laid_over
from service_mesh.generate.routing.rules import Match, RouteRule, Split
from service_mesh.generate.routing.subject import RoutedService
from service_mesh.generate.site import Site
from service_mesh.mesh.ports import port_number
from service_mesh.mesh.service_routes import routes_on
from service_mesh.model.kinds import SERVICE, Kind
from service_mesh.model.resource import Resource

__all__ = [
    "TEMPLATE",
    "held_route",
    "http_route",
    "match_of",
    "parent_of",
    "route_name",
    "rule_of",
    "version_services",
]

TEMPLATE = "gateway-api/http-route.yaml.j2"
_ALL = 100


def held_route(site: Site, subject: RoutedService, kind: Kind) -> Resource | None:
    """The route on the Service that is there; None where there is none."""
    if subject.gateway is not None:
        return _held_at(site, subject, subject.gateway, kind)
    service = site.view.find(SERVICE, subject.service.namespace, subject.service.name)
    attached = routes_on(site.view, service, (kind,)) if service is not None else ()
    own = (one.route for one in attached if one.port in (None, subject.service.port))
    return next((one for one in own if one.namespace == subject.service.namespace), None)


def _held_at(site: Site, subject: RoutedService, gateway: RouteGateway, kind: Kind) -> Resource | None:
    """The route of the namespace for the host at a Gateway."""
    for route in site.view.of_kind(kind):
        names = {node.text for node in route.each("spec.hostnames[]")}
        if route.namespace == subject.service.namespace and names == {gateway.host}:
            for parent in route.each("spec.parentRefs[]"):
                home = parent.text_at("namespace") or route.namespace
                if f"{home}/{parent.text_at('name')}" == gateway.text:
                    return route
    return None


def http_route(site: Site, subject: RoutedService, rules: Iterable[RouteRule], kind: Kind) -> Mapping[str, Any]:
    """What the template writes: `metadata` and `spec`.

    Args:
        site: Where it is written for.
        subject: The Service.
        rules: The rules, in their order.
        kind: The kind of the route: the Gateway API's, or Linkerd's own.
    """
    written, plain = [rule_of(one, subject) for one in rules], rule_of(RouteRule((Split(),)), subject)
    held = held_route(site, subject, kind)
    if held is None:
        own = {"name": route_name(site, subject, kind), "namespace": subject.service.namespace}
        spec = {**_attached(subject), "rules": laid_over(written, (), plain, GATEWAY_API)}
        return {"metadata": own, "spec": spec, "kind": kind}
    spec = spec_of(held)
    spec["rules"] = laid_over(written, spec.get("rules"), plain, GATEWAY_API)
    return {"metadata": metadata_of(held), "spec": spec, "kind": kind}


def parent_of(subject: RoutedService) -> dict[str, Any]:
    """The Service as the parent of a route."""
    return {"group": "", "kind": "Service", "name": subject.service.name, "port": subject.service.port}


def route_name(site: Site, subject: RoutedService, kind: Kind) -> str:
    """The name of a new route: that of the Service, or one that no route of the Service or another gateway has."""
    service, gateway = subject.service, subject.gateway
    if gateway is None:
        return service.name
    return free_name(site.view, kind, service.namespace, f"{service.name}-{slug_of(gateway.host)}")


def _attached(subject: RoutedService) -> dict[str, Any]:
    """What a new route is for: the Service, or a host at a Gateway."""
    service, gateway = subject.service, subject.gateway
    if gateway is None:
        return {"parentRefs": [parent_of(subject)]}
    place = {"namespace": gateway.namespace} if gateway.namespace != service.namespace else {}
    section = {"sectionName": gateway.listener} if gateway.listener is not None else {}
    return {"parentRefs": [{"name": gateway.name, **place, **section}], "hostnames": [gateway.host]}


def version_services(site: Site, subject: RoutedService) -> tuple[Sheet, ...]:
    """The Services of the versions that are not there yet: a route knows Services, and no labels of pods."""
    missing = [
        {"name": subject.service_of(one.name), "selector": dict(subject.labels_of(one))}
        for one in subject.versions
        if site.view.find(SERVICE, subject.service.namespace, subject.service_of(one.name)) is None
    ]
    if not missing:
        return ()
    values = {"services": missing, "namespace": subject.service.namespace, "port": _port(site, subject)}
    return (Sheet("versions.yaml", "gateway-api/versions.yaml.j2", values),)


def _port(site: Site, subject: RoutedService) -> dict[str, Any]:
    """The port of the Service as it is written there: its name and `appProtocol` say what is spoken."""
    service = site.view.find(SERVICE, subject.service.namespace, subject.service.name)
    entries = service.each("spec.ports[]") if service is not None else ()
    held = next((one for one in entries if port_number(one) == subject.service.port), None)
    if held is None or not isinstance(held.value, dict):
        return {"name": "http", "port": subject.service.port, "targetPort": subject.target_port}
    return {name: value for name, value in held.value.items() if name != "nodePort"}


def rule_of(rule: RouteRule, subject: RoutedService, *, is_annotated: bool = False) -> dict[str, Any]:
    """One rule.

    Args:
        rule: The rule.
        subject: The Service.
        is_annotated: Whether timeouts are annotations of the route, and no field of the rule.
    """
    found: dict[str, Any] = {}
    if rule.matches:
        found["matches"] = [match_of(one) for one in rule.matches]
    if rule.mirror is not None:
        found["filters"] = [{"type": "RequestMirror", "requestMirror": _mirror(rule.mirror, subject)}]
    fields = action_fields(rule.actions, is_annotated=is_annotated)
    if filters := [*found.pop("filters", ()), *fields.pop("filters", ())]:
        found["filters"] = filters
    if rule.splits:
        found["backendRefs"] = [_backend(one, subject, alone=len(rule.splits) == 1) for one in rule.splits]
    return {**found, **fields}


def _mirror(split: Split, subject: RoutedService) -> dict[str, Any]:
    """A share of copies is a field of its own, which is left out where everything is copied: it came later."""
    found: dict[str, Any] = {"backendRef": _backend(split, subject, alone=True)}
    return found if split.weight == _ALL else {**found, "percent": split.weight}


def _backend(split: Split, subject: RoutedService, *, alone: bool) -> dict[str, Any]:
    service = split.service or subject.service
    name = subject.service_of(split.version) if split.version else service.name
    found = {"name": name, "port": service.port}
    return found if alone else {**found, "weight": split.weight}


def match_of(match: Match) -> dict[str, Any]:
    """A match as a route of the Gateway API has it; empty for every request."""
    found: dict[str, Any] = {}
    if match.exact:
        found["path"] = {"type": "Exact", "value": match.exact}
    elif match.prefix:
        found["path"] = {"type": "PathPrefix", "value": match.prefix}
    if match.method:
        found["method"] = match.method
    headers = [{"name": name, "value": value} for name, value in match.headers.items()]
    headers += [
        {"name": name, "type": "RegularExpression", "value": value} for name, value in match.expressions.items()
    ]
    if headers:
        found["headers"] = headers
    return found
