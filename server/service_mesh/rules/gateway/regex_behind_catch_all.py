"""Path of a regular expression is never tried by Istio, because a rule for every path comes before it.

## Why it matters
The Gateway API leaves it open where regular expressions stand among the paths. Istio tries them after every prefix,
and ends the list of routes at a prefix of `/` without other conditions. A rule with a regular expression is then left
out of the proxy's configuration without a word: the route is shown as accepted, and its requests go to the rule for
everything else.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: public}]
  rules:
  - matches: [{path: {type: RegularExpression, value: "/user/[0-9]+"}}]
    backendRefs: [{name: users, port: 80}]
  - matches: [{path: {type: PathPrefix, value: /}}]
    backendRefs: [{name: web, port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: public}]
  rules:
  - matches: [{path: {type: PathPrefix, value: /user/}}]
    backendRefs: [{name: users, port: 80}]
  - matches: [{path: {type: PathPrefix, value: /}}]
    backendRefs: [{name: web, port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## When it stays quiet
Other implementations than Istio, of which several try regular expressions before prefixes; rules that do the same; a
rule for everything that has a method, a header or a query parameter besides.

## Fix safety
No fix is offered: a prefix, or a regular expression in place of the prefix, may match other requests.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.attachments import ATTACHMENT_KINDS, Attachment, Place, attachments, gateway_of
from service_mesh.mesh.gateway_classes import ISTIO, implementation
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_CLASS, HTTP_ROUTE
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._matches import Match, is_catch_all, matches_of, same_action
from service_mesh.rules.rule import rule

_ENOUGH = 2
"""Of two rules that differ in what they do, one differs from any third."""


class _Spot(NamedTuple):
    """Where requests are matched: at a listener, for a host."""

    place: Place
    host: str


@rule(
    "GW127",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(HTTP_ROUTE,),
    reads=(HTTP_ROUTE, GATEWAY_CLASS, *ATTACHMENT_KINDS),
    needs=("rules",),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "istio/istio: pilot/pkg/networking/core/route/route.go",
        "https://github.com/istio/istio/issues/60695",
    ),
)
def regex_behind_catch_all(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each regular expression at an Istio gateway that has a rule for every path at the same host."""
    expressions = [match for match in matches_of(resource) if match.manner_of_path == "RegularExpression"]
    if not expressions:
        return
    found = [one for spot in _spots(mesh, resource) for one in mesh.index(_catch_alls).get(spot, ())]
    for match in expressions:
        before = next((one for one in found if not same_action(one.rule, match.rule)), None)
        if before is not None:
            node = match.node.get("path.value") or match.node
            message = (
                f"'{before.node.resource.title}' has a rule for every path, before which Istio does not try regular"
                " expressions, so this rule never gets a request"
            )
            yield node.finding(message, related=(before.node.note("matches every path"),))


def _is_known(match: Match, found: list[Match]) -> bool:
    return any(same_action(one.rule, match.rule) for one in found)


def _catch_alls(mesh: MeshView) -> Mapping[_Spot, tuple[Match, ...]]:
    held: dict[_Spot, list[Match]] = {}
    for route in mesh.of_kind(HTTP_ROUTE):
        matches = [match for match in matches_of(route) if is_catch_all(match)]
        for spot in _spots(mesh, route) if matches else ():
            found = held.setdefault(spot, [])
            found += [one for one in matches if len(found) < _ENOUGH and not _is_known(one, found)]
    return {spot: tuple(matches) for spot, matches in held.items()}


def _spots(mesh: MeshView, route: Resource) -> Iterator[_Spot]:
    for found in attachments(mesh, route):
        if found.is_certain and _is_istio(mesh, found):
            for host in found.hosts:
                yield _Spot(found.place, host)


def _is_istio(mesh: MeshView, found: Attachment) -> bool:
    gateway = gateway_of(mesh, found.listener.resource)
    return gateway is not None and implementation(mesh, gateway) == ISTIO
