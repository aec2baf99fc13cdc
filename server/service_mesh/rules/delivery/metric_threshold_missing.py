"""Metric of a Canary has no bounds.

## Why it matters
Without `thresholdRange` the old field `threshold` counts, which is 0 where it is absent. A success rate is never below
0, so that the metric always passes; a duration or a metric of one's own is above 0 as soon as there is anything, so
that it always fails and every release is rolled back.

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
    maxWeight: 50
    stepWeight: 10
    metrics:
    - name: request-success-rate
      interval: 1m
    - name: request-duration
      interval: 1m
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
    - name: request-success-rate
      thresholdRange: {min: 99}
      interval: 1m
    - name: request-duration
      thresholdRange: {max: 500}
      interval: 1m
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
`threshold` is written, 0 included; metrics that nothing is measured for, which are reported for their own sake.

## Fix safety
None is offered: the bounds only the author knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import canary_metrics
from service_mesh.rules.delivery._fields import present, text
from service_mesh.rules.rule import rule


@rule(
    "DL119",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CANARY,),
    needs=("metrics",),
    sources=("fluxcd/flagger: pkg/controller/scheduler_metrics.go", "https://docs.flagger.app/usage/metrics"),
)
def metric_threshold_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each metric that is measured and compared with nothing, or with 0."""
    for metric in canary_metrics(resource):
        name = metric.get("name")
        if name is None or not _is_measured(metric, name.text):
            continue
        bounds = present(metric, "thresholdRange")
        if bounds is not None and isinstance(bounds.value, dict):
            if present(bounds, "min") is None and present(bounds, "max") is None:
                yield name.finding(f"metric '{name.text}' has an empty range and always passes")
        elif bounds is None and metric.get("threshold") is None:
            always = "always passes" if name.text == "request-success-rate" else "fails on any value above 0"
            yield name.finding(f"metric '{name.text}' has no bounds and {always}")


def _is_measured(metric: Node, name: str) -> bool:
    if name in ("request-success-rate", "request-duration"):
        return True
    return present(metric, "templateRef") is not None or bool(text(metric, "query"))
