"""Rollout steers a route that is not there, or that lacks what it should steer.

## Why it matters
The controller looks for the VirtualService, for the routes that are named, and in each of them for the Services or
subsets of both versions; the plugin for the Gateway API does so with the HTTPRoute. Where one is missing the weights
are not written: the Rollout is refused ('InvalidSpec') or stays at its step.

## Wrong
```yaml
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
  strategy:
    canary:
      canaryService: shop-canary
      stableService: shop-stable
      trafficRouting:
        istio:
          virtualService:
            name: shop
            routes:
            - primry
      steps:
      - setWeight: 25
      - pause: {}
---
apiVersion: v1
kind: Service
metadata: {name: shop-canary, namespace: web}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80}
---
apiVersion: v1
kind: Service
metadata: {name: shop-stable, namespace: web}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop.example.com]
  http:
  - name: primary
    route:
    - destination: {host: shop-stable}
      weight: 100
    - destination: {host: shop-canary}
      weight: 0
```

## Right
```yaml
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
  strategy:
    canary:
      canaryService: shop-canary
      stableService: shop-stable
      trafficRouting:
        istio:
          virtualService:
            name: shop
            routes:
            - primary
      steps:
      - setWeight: 25
      - pause: {}
---
apiVersion: v1
kind: Service
metadata: {name: shop-canary, namespace: web}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80}
---
apiVersion: v1
kind: Service
metadata: {name: shop-stable, namespace: web}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop.example.com]
  http:
  - name: primary
    route:
    - destination: {host: shop-stable}
      weight: 100
    - destination: {host: shop-canary}
      weight: 0
```

## When it stays quiet
The object and its parts are there. TLS and TCP routes are not looked into. Where the namespace was not loaded as a
whole, the finding about an object that is missing is reported as not checked.

## Fix safety
Offered where exactly one name is near; unsafe, because the intent is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE, HTTP_ROUTE, ROLLOUT, VIRTUAL_SERVICE
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._absent import is_known, missing
from service_mesh.rules.delivery._fields import filled, present, short_name, text
from service_mesh.rules.delivery._rollouts import (
    REFERENCES,
    canary_strategy,
    gateway_plugin,
    routing,
    subsets,
    virtual_services,
)
from service_mesh.rules.rule import rule


@rule(
    "DL134",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(ROLLOUT,),
    needs=("istio", "plugins"),
    reads=(DESTINATION_RULE, HTTP_ROUTE, VIRTUAL_SERVICE),
    sources=(
        REFERENCES,
        "argoproj/argo-rollouts: rollout/trafficrouting/istio/istio.go",
        "argoproj-labs/rollouts-plugin-trafficrouter-gatewayapi: pkg/plugin/httproute.go",
    ),
)
def rollout_route_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report what the router would look for and not find."""
    istio = present(routing(resource), "istio")
    if istio is not None:
        yield from _count(istio)
        for entry in virtual_services(resource):
            yield from _virtual_service(entry, mesh)
        yield from _destination_rule(istio, mesh)
    plugin = gateway_plugin(resource)
    if plugin is not None:
        yield from _http_routes(plugin, mesh)


def _count(istio: Node) -> Iterator[Draft]:
    one, several = present(istio, "virtualService"), filled(istio, "virtualServices")
    if one is None and several is None:
        yield istio.finding("neither 'virtualService' nor 'virtualServices' is there", anchor=Anchor.KEY)
    elif one is not None and several is not None:
        yield several.finding("'virtualServices' stands beside 'virtualService'", anchor=Anchor.KEY)


def _virtual_service(entry: Node, mesh: MeshView) -> Iterator[Draft]:
    name, rollout = entry.get("name"), entry.resource
    if name is None or not name.text:
        return
    short, namespace = (*name.text.split("."), "")[:2]
    home = namespace or rollout.namespace
    found = mesh.find(VIRTUAL_SERVICE, home, short, rollout.cluster)
    if found is None:
        message = f"VirtualService '{short}' does not exist in namespace '{home}'"
        if namespace:
            yield name.finding(message, partial=not is_known(name, VIRTUAL_SERVICE, home, mesh))
        else:
            yield missing(name, VIRTUAL_SERVICE, home, mesh, message)
    elif filled(entry, "tlsRoutes") is None and filled(entry, "tcpRoutes") is None:
        yield from _routes(entry, name, found)


def _routes(entry: Node, name: Node, found: Resource) -> Iterator[Draft]:
    managed = {text(node, "name") for node in entry.resource.each(f"{_ROUTING}.managedRoutes[]")}
    routes = [(named, route) for named, route in found.once(_named) if not managed or named not in managed]
    wanted = [node for node in entry.each("routes[]") if node.text]
    if not wanted and len(routes) > 1:
        message = f"VirtualService '{found.name}' has {len(routes)} HTTP routes, and none of them is named in 'routes'"
        yield name.finding(message)
    by_name = dict(routes)
    for node in wanted:
        if node.text not in by_name:
            near = nearest(node.text, filter(None, by_name), unique=True)
            fix = Fix.replace(node, near, title=f"rename to '{near}'") if near else None
            yield node.finding(f"VirtualService '{found.name}' has no HTTP route '{node.text}'", fix=fix)
    chosen = (
        [by_name[node.text] for node in wanted if node.text in by_name]
        if wanted
        else [route for _, route in routes[:1]]
    )
    for route in chosen:
        yield from _destinations(route, name)


def _named(found: Resource) -> tuple[tuple[str, Node], ...]:
    """The HTTP routes of a VirtualService, each with its name."""
    return tuple((text(route, "name"), route) for route in found.each("spec.http[]"))


def _destinations(route: Node, name: Node) -> Iterator[Draft]:
    rollout = name.resource
    hosts = {short_name(text(node, "destination.host")) for node in route.each("route[]")}
    parts = {text(node, "destination.subset") for node in route.each("route[]")}
    is_by_subset = present(routing(rollout), "istio.destinationRule") is not None
    roles = ("canaryService", "stableService")
    kind = "subset" if is_by_subset else "Service"
    wanted = subsets(rollout) if is_by_subset else [text(canary_strategy(rollout), role) for role in roles]
    absent = [one for one in wanted if one and one not in (parts if is_by_subset else hosts)]
    if absent:
        message = f"the route that is steered has no destination for {kind} '{absent[0]}'"
        yield name.finding(message, related=(route.note("the route"),))


def _destination_rule(istio: Node, mesh: MeshView) -> Iterator[Draft]:
    entry = present(istio, "destinationRule")
    name = entry.get("name") if entry is not None else None
    if entry is None or name is None or not name.text:
        return
    resource = name.resource
    found = mesh.find(DESTINATION_RULE, resource.namespace, name.text, resource.cluster)
    if found is None:
        message = f"DestinationRule '{name.text}' does not exist in namespace '{resource.namespace}'"
        yield missing(name, DESTINATION_RULE, resource.namespace, mesh, message)
        return
    known = {text(node, "name") for node in found.each("spec.subsets[]")}
    for node in filter(None, (entry.get("canarySubsetName"), entry.get("stableSubsetName"))):
        if node.text and node.text not in known:
            near = nearest(node.text, filter(None, known), unique=True)
            fix = Fix.replace(node, near, title=f"rename to '{near}'") if near else None
            yield node.finding(f"DestinationRule '{found.name}' has no subset '{node.text}'", fix=fix)


def _http_routes(plugin: Node, mesh: MeshView) -> Iterator[Draft]:
    rollout = plugin.resource
    home = text(plugin, "namespace") or rollout.namespace
    strategy = canary_strategy(rollout)
    services = [name for name in (text(strategy, "canaryService"), text(strategy, "stableService")) if name]
    for name in filter(None, (plugin.get("httpRoute"), *plugin.each("httpRoutes[].name"))):
        found = mesh.find(HTTP_ROUTE, home, name.text, rollout.cluster) if name.text else None
        if found is None and name.text:
            message = f"HTTPRoute '{name.text}' does not exist in namespace '{home}'"
            yield missing(name, HTTP_ROUTE, home, mesh, message)
        elif found is not None:
            known = {text(node, "name") for node in found.each("spec.rules[].backendRefs[]")}
            for service in [one for one in services if one not in known][:1]:
                yield name.finding(f"HTTPRoute '{name.text}' has no backend for Service '{service}'")


_ROUTING = "spec.strategy.canary.trafficRouting"
