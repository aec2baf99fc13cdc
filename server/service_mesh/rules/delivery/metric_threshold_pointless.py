"""Bounds of a metric do not say what they look like.

## Why it matters
The success rate is a percentage and its lower bound counts; the duration is in whole milliseconds and its upper bound
counts. A fraction such as 0.99 lets nearly everything pass, a success rate with an upper bound alone rolls back what is
healthy, half a millisecond counts as none, and `threshold` is not read beside `thresholdRange`.

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
      thresholdRange:
        min: 0.99
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
      thresholdRange:
        min: 99
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
Bounds of metrics with a template or a query, whose unit only their author knows, unless the lower one is above the
upper one.

## Fix safety
Removing a `threshold` beside `thresholdRange` is safe, for nothing reads it. For the others none is offered.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import canary_metrics
from service_mesh.rules.delivery._fields import present, text
from service_mesh.rules.rule import rule

_RATE, _DURATION = "request-success-rate", "request-duration"


@rule(
    "DL120",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CANARY,),
    needs=("threshold", "thresholdRange"),
    sources=("fluxcd/flagger: pkg/controller/scheduler_metrics.go", "https://docs.flagger.app/usage/metrics"),
)
def metric_threshold_pointless(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report the first thing wrong with the bounds of each metric."""
    for metric in canary_metrics(resource):
        name, bounds, old = text(metric, "name"), present(metric, "thresholdRange"), present(metric, "threshold")
        if bounds is not None and old is not None:
            message = "'threshold' is not read beside 'thresholdRange'"
            yield old.finding(message, fix=Fix.remove(old, safe=True), related=(bounds.note("what is read"),))
        low = present(bounds, "min") if bounds is not None else old if name == _RATE else None
        high = present(bounds, "max") if bounds is not None else old if name == _DURATION else None
        yield from _judged(name, low, high)


def _judged(name: str, low: Node | None, high: Node | None) -> Iterator[Draft]:
    least, most = low.number if low is not None else None, high.number if high is not None else None
    if low is not None and least is not None and most is not None and least > most:
        yield low.finding(f"no value is at least {least} and at most {most}, so that the metric always fails")
    elif name == _RATE:
        yield from _rate(low, least, high, most)
    elif name == _DURATION:
        yield from _duration(low, least, high, most)


def _rate(low: Node | None, least: float | None, high: Node | None, most: float | None) -> Iterator[Draft]:
    if low is not None and least is not None and 0 < least <= 1:
        yield low.finding(f"{least} counts as {least} percent, so that nearly every success rate passes")
    elif low is not None and least is not None and least > 100:  # per cent
        yield low.finding(f"no success rate is at least {least} percent, so that the metric always fails")
    elif low is None and high is not None and most is not None and most < 100:  # per cent
        yield high.finding(f"a success rate above {most} percent fails, and one below passes")


def _duration(low: Node | None, least: float | None, high: Node | None, most: float | None) -> Iterator[Draft]:
    if high is not None and most is not None and 0 < most < 1:
        yield high.finding(f"{most} milliseconds count as none, so that the metric always fails")
    elif high is None and low is not None and least is not None and least > 0:
        yield low.finding(f"a duration below {least} milliseconds fails, and one above passes")
