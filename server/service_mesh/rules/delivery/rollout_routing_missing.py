"""Rollout asks for what its traffic routing cannot do.

## Why it matters
Some fields and steps need a router that can do them, and routes that are set need a name in `managedRoutes`. The
controller refuses the whole Rollout ('InvalidSpec') otherwise.

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
      steps:
      - setCanaryScale:
          replicas: 1
      - pause: {}
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
          virtualService: {name: shop, routes: [primary]}
      steps:
      - setCanaryScale:
          replicas: 1
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
A plugin is set up, which may do anything.

## Fix safety
None is offered: either the router or the step has to be another one.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ROLLOUT
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._fields import filled, is_true, present, text
from service_mesh.rules.delivery._rollouts import VALIDATION, canary_strategy, routing, steps
from service_mesh.rules.rule import rule

_SETS = ("setHeaderRoute", "setMirrorRoute")
_ROUTERS = {"setHeaderRoute": ("istio", "alb", "apisix"), "setMirrorRoute": ("istio",)}


@rule(
    "DL130",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(ROLLOUT,),
    needs=("steps", "dynamicStableScale", "scaleDownDelaySeconds", "maxTrafficWeight"),
    sources=(VALIDATION,),
)
def rollout_routing_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each field and step that the routing does not carry."""
    strategy, router = canary_strategy(resource), routing(resource)
    if strategy is not None:
        yield from _fields(strategy, router)
    for step in steps(resource):
        if router is None:
            yield from _unrouted(step)
        else:
            yield from _routed(step, router)


def _fields(strategy: Node, router: Node | None) -> Iterator[Draft]:
    delay = present(strategy, "scaleDownDelaySeconds")
    scale = present(strategy, "dynamicStableScale") if is_true(strategy, "dynamicStableScale") else None
    if router is None:
        for node in filter(None, (delay, scale)):
            yield _needs(node, "'trafficRouting'")
        return
    if delay is not None and scale is not None:
        message = "'dynamicStableScale' stands beside 'scaleDownDelaySeconds', which the controller refuses"
        yield scale.finding(message, related=(delay.note("the other one"),), anchor=Anchor.KEY)
    most = present(router, "maxTrafficWeight")
    if most is not None and present(router, "nginx") is None and filled(router, "plugins") is None:
        yield _needs(most, "'nginx' or a plugin")


def _unrouted(step: Node) -> Iterator[Draft]:
    weights = (present(node, "weight") for node in step.each("experiment.templates[]"))
    for node in (*(present(step, name) for name in ("setCanaryScale", *_SETS)), *weights):
        if node is not None:
            yield _needs(node, "'trafficRouting'")


def _routed(step: Node, router: Node) -> Iterator[Draft]:
    for name, able in _ROUTERS.items():
        node = present(step, name)
        if node is None:
            continue
        if filled(router, "plugins") is None and all(present(router, one) is None for one in able):
            yield _needs(node, f"one of {', '.join(map(repr, able))}" if len(able) > 1 else f"'{able[0]}'")
            continue
        known = {text(route, "name") for route in router.each("managedRoutes[]")}
        if text(node, "name") not in known:
            at = node.get("name") or node
            yield at.finding(f"route '{text(node, 'name')}' is not in 'managedRoutes', which the controller refuses")


def _needs(node: Node, what: str) -> Draft:
    return node.finding(f"'{node.path[-1]}' needs {what}, and the controller refuses it without", anchor=Anchor.KEY)
