"""First step of a Canary goes beyond its greatest weight.

## Why it matters
Flagger adds `stepWeight` before it compares with `maxWeight`: a step that is greater sends the whole step to the canary
at once, more than was meant as the most, and promotes it after a single analysis. Beside `stepWeights` neither field
`maxWeight` is looked at: the last weight is the greatest.

## Wrong
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service: {port: 80}
  analysis:
    interval: 1m
    threshold: 5
    maxWeight: 20
    stepWeight: 50
    metrics:
    - {name: request-success-rate, thresholdRange: {min: 99}, interval: 1m}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
```

## Right
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service: {port: 80}
  analysis:
    interval: 1m
    threshold: 5
    maxWeight: 50
    stepWeight: 10
    metrics:
    - {name: request-success-rate, thresholdRange: {min: 99}, interval: 1m}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
```

## When it stays quiet
`iterations` is set; the step is as great as the maximum, which is one step on purpose.

## Fix safety
Removing `maxWeight` beside `stepWeights` is safe: nothing reads it. For a step that is too great none is offered.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import SCHEDULER, analysis
from service_mesh.rules.delivery._fields import filled, present, whole
from service_mesh.rules.rule import rule


@rule(
    "DL112",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(CANARY,),
    needs=("maxWeight",),
    sources=(SCHEDULER, "https://docs.flagger.app/usage/deployment-strategies#canary-release"),
)
def step_weight_above_max(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report a step above the maximum, and a maximum that nothing reads."""
    found = analysis(resource)
    if found is None or present(found, "iterations") is not None:
        return
    node, most, listed = found.get("stepWeight"), present(found, "maxWeight"), filled(found, "stepWeights")
    step, greatest = whole(node), whole(most)
    if most is not None and listed is not None and node is None:
        message = "'maxWeight' is not read beside 'stepWeights', whose last weight is the greatest"
        yield most.finding(message, fix=Fix.remove(most, safe=True), related=(listed.note("the weights"),))
    elif node is not None and most is not None and step is not None and greatest is not None and 0 < greatest < step:
        message = f"the first step sends {step} percent to the canary, above 'maxWeight' {greatest}"
        yield node.finding(message, related=(most.note("the greatest weight"),))
