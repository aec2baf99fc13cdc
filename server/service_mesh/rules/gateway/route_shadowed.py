"""Rule of a route matches what a rule of another route matches too, and only one of them gets the requests.

## Why it matters
Routes at one listener are merged. Among rules that match equally well the route that was made first wins, then the one
first by namespace and name. The other rule is accepted, shown as attached, and never gets a request. Often it is the
redirect to HTTPS that names its listener, beside the application's route that names none and so is attached to both.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: public}]
  hostnames: [shop.example.com]
  rules: [{backendRefs: [{name: web, port: 80}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: to-https}
spec:
  parentRefs: [{name: public, sectionName: http}]
  hostnames: [shop.example.com]
  rules: [{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
  - {name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: shop}]}}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: public, sectionName: https}]
  hostnames: [shop.example.com]
  rules: [{backendRefs: [{name: web, port: 80}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: to-https}
spec:
  parentRefs: [{name: public, sectionName: http}]
  hostnames: [shop.example.com]
  rules: [{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
  - {name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: shop}]}}
```

## When it stays quiet
The rules do the same with a request; the hosts that the routes serve at the listener differ, be it that one is a
wildcard over the other; the matches differ in anything. Routes of one Service are compared where they are of one
namespace and name the same port, or none. Where the objects do not tell their age, the rule of the route that comes
later by namespace and name is pointed at.

## Fix safety
No fix is offered: which route is meant to answer is not known.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.attachments import ATTACHMENT_KINDS, attachments, older_first
from service_mesh.mesh.route_references import parents
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, SERVICE, Kind
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._matches import Conditions, Match, matches_of, same_action
from service_mesh.rules.rule import rule


class _Spot(NamedTuple):
    """Where requests are matched: at a listener or a Service, for a host, by routes of a kind."""

    place: object
    host: str
    kind: Kind
    title: str


class _Claim(NamedTuple):
    """What a rule claims at a spot."""

    spot: _Spot
    conditions: Conditions


@rule(
    "GW111",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(GRPC_ROUTE, HTTP_ROUTE),
    reads=(GRPC_ROUTE, HTTP_ROUTE, *ATTACHMENT_KINDS),
    needs=("rules",),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/route_collections.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule",
        "https://gateway-api.sigs.k8s.io/reference/spec/#grpcrouterule",
    ),
)
def route_shadowed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each rule of which a match belongs to another route, once per rule."""
    seen: set[object] = set()
    claims = mesh.index(_claims)
    spots = [spot for spot in mesh.once(_spots, resource) if spot in mesh.index(_crowded)]
    for match in matches_of(resource) if spots else ():
        if match.rule.path in seen:
            continue
        for spot in spots:
            winner, first = claims[_Claim(spot, match.conditions)]
            if winner is not resource and not same_action(match.rule, first.rule):
                seen.add(match.rule.path)
                yield _draft(match, spot, first, is_dated=bool(winner.created_at and resource.created_at))
                break


def _claims(mesh: MeshView) -> Mapping[_Claim, tuple[Resource, Match]]:
    """Whose each claim is where several routes are: the first rule of the oldest route."""
    crowded = mesh.index(_crowded)
    held: dict[_Claim, tuple[Resource, Match]] = {}
    for route in sorted((*mesh.of_kind(GRPC_ROUTE), *mesh.of_kind(HTTP_ROUTE)), key=older_first) if crowded else ():
        for spot in mesh.once(_spots, route):
            for match in matches_of(route) if spot in crowded else ():
                held.setdefault(_Claim(spot, match.conditions), (route, match))
    return held


def _crowded(mesh: MeshView) -> frozenset[_Spot]:
    """Where more than one route is."""
    routes = (*mesh.of_kind(GRPC_ROUTE), *mesh.of_kind(HTTP_ROUTE))
    found = Counter(spot for route in routes for spot in set(mesh.once(_spots, route)))
    return frozenset(spot for spot, count in found.items() if count > 1)


def _spots(mesh: MeshView, route: Resource) -> tuple[_Spot, ...]:
    at_listeners = [
        _Spot(found.place, host, route.kind, f"listener '{found.listener_name}' of '{found.listener.resource.title}'")
        for found in attachments(mesh, route)
        if found.is_certain
        for host in found.hosts
    ]
    return (*at_listeners, *_services(route))


def _services(route: Resource) -> Iterator[_Spot]:
    for parent in parents(route):
        if parent.kind == SERVICE and parent.name:
            port = parent.node.get("port")
            number = port.number if port is not None else None
            place = route.cluster, parent.namespace, parent.name, number, route.namespace
            yield _Spot(place, "", route.kind, f"Service '{parent.namespace}/{parent.name}'")


def _draft(match: Match, spot: _Spot, first: Match, *, is_dated: bool) -> Draft:
    other = first.node.resource
    host = f" for host '{spot.host}'" if spot.host else ""
    if is_dated:
        what = f"'{other.title}' is older and matches the same requests at {spot.title}{host}, so it gets them"
    else:
        what = (
            f"'{other.title}' matches the same requests at {spot.title}{host}, and only the older of the two routes"
            " gets them"
        )
    return match.node.finding(what, related=(first.node.note("matches the same"),))
