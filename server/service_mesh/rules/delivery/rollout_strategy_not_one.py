"""Rollout has no strategy, or two.

## Why it matters
The controller takes exactly one of `canary` and `blueGreen`. With none or both it refuses the Rollout ('InvalidSpec'):
no pod is made and no change is rolled out.

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
      - setWeight: 25
      - pause: {}
    blueGreen:
      activeService: shop
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
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80}
```

## When it stays quiet
One of the two is set; `null` counts as absent, `{}` does not.

## Fix safety
None is offered: which strategy is meant only the author knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ROLLOUT
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._fields import present
from service_mesh.rules.delivery._rollouts import VALIDATION
from service_mesh.rules.rule import rule


@rule(
    "DL128",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(ROLLOUT,),
    sources=(VALIDATION,),
)
def rollout_strategy_not_one(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report a strategy with neither or both."""
    spec, strategy = present(resource, "spec"), present(resource, "spec.strategy")
    if spec is None or not isinstance(spec.value, dict):
        return
    canary, swap = present(strategy, "canary"), present(strategy, "blueGreen")
    if canary is None and swap is None:
        at = strategy or spec
        yield at.finding("neither 'canary' nor 'blueGreen' is there, which the controller refuses", anchor=Anchor.KEY)
    elif canary is not None and swap is not None:
        message = "'blueGreen' stands beside 'canary', and the controller refuses both"
        yield swap.finding(message, related=(canary.note("the other strategy"),), anchor=Anchor.KEY)
