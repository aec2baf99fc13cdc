"""Weights of a Canary never reach the point of promotion.

## Why it matters
Flagger promotes once the canary's weight has reached the greatest one. A step of zero, weights that do not rise, or a
`maxWeight` above 100, which no weight can reach, keep the canary where it is: it serves its share for ever, and neither
is promoted nor rolled back.

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
    stepWeights:
    - 10
    - 20
    - 20
    - 40
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
    stepWeights:
    - 10
    - 20
    - 30
    - 40
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
`iterations` is set, which are counted instead of weights; the provider is `kubernetes`, which knows no weights. Weights
above 100 in `stepWeights`, which count as 100 and are promoted.

## Fix safety
None is offered: the right weights only the author knows.
"""

from collections.abc import Iterator
from itertools import pairwise

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import SCHEDULER, analysis
from service_mesh.rules.delivery._fields import present, text, whole
from service_mesh.rules.rule import rule


@rule(
    "DL111",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(CANARY,),
    needs=("stepWeight", "stepWeights"),
    sources=(SCHEDULER, "https://docs.flagger.app/usage/deployment-strategies#canary-release"),
)
def canary_never_promoted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report the first weight that the scheduler cannot get beyond."""
    found = analysis(resource)
    if found is None or present(found, "iterations") is not None or text(resource, "spec.provider") == "kubernetes":
        return
    step = whole(present(found, "stepWeight")) or 0
    listed = list(found.each("stepWeights[]"))
    if step > 0 or not listed:
        yield from _of_step(found, step)
        return
    first = whole(listed[0])
    if first is not None and first <= 0:
        yield listed[0].finding(f"a first weight of {first} never sends anything to the canary")
        return
    for before, node in pairwise(listed):
        earlier, later = whole(before), whole(node)
        if earlier is not None and later is not None and later <= earlier < 100:  # per cent
            message = f"weight {later} follows {earlier} in 'stepWeights', and the canary stays at {earlier} for ever"
            yield node.finding(message, related=(before.note("the weight before"),))
            return


def _of_step(found: Node, step: int) -> Iterator[Draft]:
    node, most = found.get("stepWeight"), present(found, "maxWeight")
    greatest = whole(most)
    if step <= 0 and node is not None and whole(node) is not None:
        yield node.finding(f"a step of {step} never raises the weight of the canary")
    elif step > 0 and most is not None and greatest is not None and greatest > 100:  # per cent
        yield most.finding(f"'maxWeight' {greatest} is never reached, so that the canary is never promoted")
