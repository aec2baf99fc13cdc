"""Services of a Rollout are the same one, or one is not named.

## Why it matters
The controller points one Service at the old pods and one at the new ones. Where both are the same, or the router needs
two and one is not named, it refuses the whole Rollout ('InvalidSpec').

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
    blueGreen:
      activeService: shop
      previewService: shop
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80}
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
    blueGreen:
      activeService: shop
      previewService: shop-preview
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80}
---
apiVersion: v1
kind: Service
metadata: {name: shop-preview, namespace: web}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80}
```

## When it stays quiet
No router, which needs none; Istio by subsets (`destinationRule`); a router with ping-pong Services.

## Fix safety
None is offered: the second Service has to be made.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ROLLOUT
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._fields import present, text
from service_mesh.rules.delivery._rollouts import VALIDATION, canary_strategy, gateway_plugin, routing
from service_mesh.rules.rule import rule

_NEEDING = ("istio", "smi", "apisix", "ambassador", "nginx", "appMesh", "traefik", "alb")
_PAIRS = (
    ("spec.strategy.canary", "stableService", "canaryService"),
    ("spec.strategy.blueGreen", "activeService", "previewService"),
    ("spec.strategy.canary.pingPong", "pingService", "pongService"),
)


@rule(
    "DL131",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(ROLLOUT,),
    needs=("trafficRouting", "canaryService", "previewService", "pongService"),
    sources=(VALIDATION,),
)
def rollout_services_unusable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report two names that are one, and a name that is needed."""
    for place, first, second in _PAIRS:
        one, other = present(resource, f"{place}.{first}"), present(resource, f"{place}.{second}")
        if one is not None and other is not None and other.text and one.text == other.text:
            message = f"'{other.text}' is the Service of both versions, which the controller refuses"
            yield other.finding(message, related=(one.note("the other one"),))
    router = routing(resource)
    used = _router(resource, router) if router is not None else None
    if used is not None:
        absent = [name for name in ("canaryService", "stableService") if not text(canary_strategy(resource), name)]
        if absent:
            named = " and ".join(f"'{name}'" for name in absent)
            yield used.finding(f"router '{used.path[-1]}' needs {named}", anchor=Anchor.KEY)


def _router(resource: Resource, router: Node) -> Node | None:
    """The router that needs both Services; the plugin for the Gateway API sets weights by their names."""
    if present(resource, "spec.strategy.canary.pingPong") is not None:
        return None
    for name in _NEEDING:
        node = present(router, name)
        if node is not None and not (name == "istio" and present(node, "destinationRule") is not None):
            return node
    return gateway_plugin(resource)
