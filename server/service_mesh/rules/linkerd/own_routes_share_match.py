"""Route of Linkerd's own group matches what an older one for the same Service matches already.

## Why it matters
All HTTPRoutes of a Service are merged. Among equal matches the route that was made first wins, then the one first by
name: a second object beside the one that splits the traffic, to switch over or to roll back, changes nothing.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart-split, namespace: shop}
spec:
  parentRefs:
  - {group: core, kind: Service, name: cart, port: 80}
  rules:
  - backendRefs: [{name: cart-blue, port: 80}]
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart-switch, namespace: shop}
spec:
  parentRefs:
  - {group: core, kind: Service, name: cart, port: 80}
  rules:
  - backendRefs: [{name: cart-green, port: 80}]
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart-split, namespace: shop}
spec:
  parentRefs:
  - {group: core, kind: Service, name: cart, port: 80}
  rules:
  - backendRefs: [{name: cart-green, port: 80}]
```

## When it stays quiet
The rules do the same, the hosts differ, or the matches differ in anything. Two routes of different namespaces, of which
one is for the clients of its own namespace alone. Routes that are all of the Gateway API, which a rule of that family
compares. Where the objects do not tell their age, the one that comes later by name is pointed at, in a Markdown
document the one that stands below. Routes that are attached to nothing because their parents lack a group or a kind are
compared with each other alone, and are info.

## Fix safety
None is offered: which of the two is meant is not known.
"""

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.presence import holds
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import HTTP_ROUTE, LINKERD_HTTP_ROUTE, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._routes import HTTP_ROUTES, lost_parents, parents
from service_mesh.rules.rule import rule

_ANY = {"path": {"type": "PathPrefix", "value": "/"}}


class _Claim(NamedTuple):
    """A match at a Service, for a host, of routes of one namespace; lost where the Service is only meant."""

    cluster: str
    home: str
    namespace: str
    service: str
    port: object
    host: str
    match: str
    is_lost: bool


@rule(
    "LD179",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=HTTP_ROUTES,
    where=holds(LINKERD_HTTP_ROUTE),
    reads=HTTP_ROUTES,
    needs=("rules",),
    sources=(
        "linkerd/linkerd2: policy-controller/grpc/src/outbound.rs",
        "https://linkerd.io/2/reference/httproute/",
    ),
)
def own_routes_share_match(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each rule with a match that another route has first, once per rule."""
    held = mesh.index(_held)
    for rule_node in resource.each("spec.rules[]"):
        for claim in _claims(resource, rule_node):
            first = held.get(claim)
            if first is None or first.resource is resource or not _is_told(first, rule_node):
                continue
            yield _lost(rule_node, first) if claim.is_lost else _shared(rule_node, first)
            break


def _shared(rule_node: Node, first: Node) -> Draft:
    message = f"the matches of this rule belong to route '{first.resource.name}', so it gets no request"
    return rule_node.finding(message, related=(first.note("gets the requests"),))


def _lost(rule_node: Node, first: Node) -> Draft:
    message = f"route '{first.resource.name}' has these matches for the same parent: attached, this rule got no request"
    return rule_node.finding(message, severity=Severity.INFO, related=(first.note("would get the requests"),))


def _is_told(first: Node, rule_node: Node) -> bool:
    """Whether one of the two is of Linkerd's group, and they do not do the same."""
    is_own = LINKERD_HTTP_ROUTE in (first.resource.kind, rule_node.resource.kind)
    return is_own and _action(first) != _action(rule_node)


def _action(rule_node: Node) -> object:
    value = rule_node.value
    return {k: v for k, v in value.items() if k not in ("matches", "name")} if isinstance(value, dict) else value


def _held(mesh: MeshView) -> Mapping[_Claim, Node]:
    routes = (*mesh.of_kind(LINKERD_HTTP_ROUTE), *mesh.of_kind(HTTP_ROUTE))
    is_dated = all(route.created_at for route in routes)
    found: dict[_Claim, Node] = {}
    by_place = mesh.is_excerpt and not is_dated
    for route in sorted(routes, key=lambda one: _age(one, is_dated=is_dated, by_place=by_place)):
        for rule_node in route.each("spec.rules[]"):
            for claim in _claims(route, rule_node):
                found.setdefault(claim, rule_node)
    return found


def _age(route: Resource, *, is_dated: bool, by_place: bool) -> tuple[str, int, str, str]:
    """What the older of two routes is found by; the steps of a guide are taken from above."""
    origin = route.origin if by_place else None
    line = origin.source.line_offset + origin.line if origin is not None else 0
    return (route.created_at if is_dated else ""), line, route.namespace, route.name


def _claims(route: Resource, rule_node: Node) -> Iterator[_Claim]:
    hosts = [node.text for node in route.each("spec.hostnames[]")] or [""]
    matches = [_canonical(node.value) for node in rule_node.each("matches[]")] or [_canonical({})]
    whose = ((parents(route, SERVICE), False), (lost_parents(route), True))
    for parent, is_lost in ((one, lost) for found, lost in whose for one in found):
        port = parent.get("port")
        place, name = parent.text_at("namespace") or route.namespace, parent.text_at("name")
        number = port.number if port is not None else None
        for host in hosts:
            for match in matches:
                yield _Claim(route.cluster, route.namespace, place, name, number, host, match, is_lost)


def _canonical(match: object) -> str:
    """A match with what the CRD fills in, as one text."""
    fields = dict(match) if isinstance(match, dict) else {}
    path = fields.get("path")
    fields["path"] = {**_ANY["path"], **(path if isinstance(path, dict) else {})}
    for name in ("headers", "queryParams"):
        fields[name] = _conditions(fields.get(name))
    return json.dumps(fields, sort_keys=True, default=repr)


def _conditions(items: object) -> list[str]:
    listed = items if isinstance(items, list) else []
    filled = ({"type": "Exact", **item} if isinstance(item, dict) else item for item in listed)
    return sorted(json.dumps(item, sort_keys=True, default=repr) for item in filled)
