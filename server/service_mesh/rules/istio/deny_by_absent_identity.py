"""DENY of everybody outside some namespaces refuses the gateway too.

## Why it matters
Requests from outside arrive with the identity of the gateway, in the gateway's namespace. A DENY with `notNamespaces`
that does not name it closes the way from outside, and since a DENY comes first, no ALLOW opens it again.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: own-namespace, namespace: shop}
spec:
  action: DENY
  rules:
  - from:
    - source: {notNamespaces: [shop]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  hosts: [cart.example.com]
  gateways: [ingress/public]
  http:
  - route:
    - destination: {host: cart}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  selector: {istio: gateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: [cart.example.com]
---
apiVersion: v1
kind: Pod
metadata:
  name: gateway
  namespace: ingress
  labels: {istio: gateway}
spec:
  containers:
  - {name: istio-proxy, image: auto}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: own-namespace, namespace: shop}
spec:
  action: DENY
  rules:
  - from:
    - source: {notNamespaces: [shop, ingress]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  hosts: [cart.example.com]
  gateways: [ingress/public]
  http:
  - route:
    - destination: {host: cart}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  selector: {istio: gateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: [cart.example.com]
---
apiVersion: v1
kind: Pod
metadata:
  name: gateway
  namespace: ingress
  labels: {istio: gateway}
spec:
  containers:
  - {name: istio-proxy, image: auto}
```

## When it stays quiet
The routes of gateways of other namespaces lead elsewhere, the namespace of the gateway is named, or the rule is limited
to operations or conditions. Where the input has no route that names a gateway at all, it is info that others are denied
than those of the namespaces that are not named. A policy with a selector is not reported: which workloads of the
namespace a route leads to is not looked at.

## Fix safety
Adding the gateway's namespace is offered; unsafe, because the refusal may be meant.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.gateways import gateway_name, gateway_workloads
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.selection import policy_selector
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Append, Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import resolve_host, service_name
from service_mesh.model.kinds import AUTHORIZATION_POLICY, GATEWAY, VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import targets
from service_mesh.rules.istio._authorization import action, conditions, matches_anywhere, rules
from service_mesh.rules.rule import rule

Reached = Mapping[tuple[str, str], Mapping[str, Node]]
"""Cluster and namespace that routes lead into -> namespaces of the gateways, each with such a route."""


@rule(
    "IS221",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(AUTHORIZATION_POLICY,),
    reads=tuple(dict.fromkeys((VIRTUAL_SERVICE, GATEWAY, *WORKLOAD_KINDS, *INSTALLATION_KINDS))),
    sources=(
        "istio/istio: pilot/pkg/security/authz/model/generator.go",
        "https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source",
    ),
)
def deny_by_absent_identity(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each exception of a DENY that leaves out a gateway whose routes lead here."""
    if action(resource) != "DENY" or targets(resource) or not policy_selector(resource).is_empty:
        return
    reached = mesh.index(_reached)
    gateways = reached.get((resource.cluster, resource.namespace), {})
    if not reached and not mesh.is_complete(resource.namespace, resource.cluster):
        yield from map(_of_unknown_gateways, _exceptions(resource))
    for listed in _exceptions(resource) if gateways else ():
        excepted = [node.text for node in listed.items]
        for namespace, route in gateways.items():
            if namespace != resource.namespace and not any(matches_anywhere(text, namespace) for text in excepted):
                yield _draft(listed, namespace, route)


def _exceptions(policy: Resource) -> Iterator[Node]:
    """The lists of namespaces that alone keep a rule from matching everybody."""
    for rule_node in rules(policy):
        clauses = [name for name in ("from", "to", "when") if rule_node.get(name) is not None]
        if clauses == ["from"]:
            holders, field, filled = rule_node.each("from[].source"), "notNamespaces", {"notNamespaces"}
        elif clauses == ["when"] and [key for key, _ in conditions(rule_node)] == ["source.namespace"]:
            holders, field, filled = rule_node.each("when[]"), "notValues", {"key", "notValues"}
        else:
            continue
        for holder in holders:
            listed = holder.get(field)
            if listed is not None and listed.items and _filled(holder) == filled:
                yield listed


def _filled(holder: Node) -> set[str]:
    return {str(name) for name, value in holder.value.items() if value} if isinstance(holder.value, dict) else set()


def _draft(node: Node, namespace: str, route: Node) -> Draft:
    message = f"a gateway in namespace '{namespace}' routes to this namespace, and what comes from it is denied too"
    fix = Fix(f"add '{namespace}'", False, (Append(node.resource, node.path, namespace),))
    return node.finding(message, fix=fix, related=(route.note("routes from the gateway"),))


def _of_unknown_gateways(listed: Node) -> Draft:
    message = "clients in plaintext are in no namespace and are denied too, and so are gateways in any other one"
    return listed.finding(message, severity=Severity.INFO)


def _reached(mesh: MeshView) -> Reached:
    found: dict[tuple[str, str], dict[str, Node]] = {}
    for route in mesh.of_kind(VIRTUAL_SERVICE):
        places = set(_gateway_namespaces(mesh, route))
        if not places:
            continue
        for host in route.each("spec.http[].route[].destination.host"):
            named = service_name(resolve_host(host.text, route.namespace))
            if named is not None:
                held = found.setdefault((route.cluster, named.namespace), {})
                for place in places:
                    held.setdefault(place, host)
    return found


def _gateway_namespaces(mesh: MeshView, route: Resource) -> Iterator[str]:
    """Namespaces that the pods of a route's gateways run in."""
    for node in route.each("spec.gateways[]"):
        name = gateway_name(node.text, route.namespace)
        gateway = mesh.find(GATEWAY, name.namespace, name.name, route.cluster) if name is not None else None
        if gateway is not None:
            yield from (workload.namespace for workload in gateway_workloads(mesh, gateway))
