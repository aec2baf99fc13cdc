"""Metric of a Canary is neither built in nor defined.

## Why it matters
Flagger has two metrics of its own, `request-success-rate` and `request-duration`; every other one needs a `templateRef`
or a `query`. A name that is neither is passed over: the release is promoted as if nobody had asked for the metric.

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
    - name: request-success-rates
      thresholdRange: {min: 99}
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
The metric has a `templateRef` or a `query`.

## Fix safety
Offered when the name is near one of the two; unsafe, because from then on the metric decides.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import canary_metrics
from service_mesh.rules.delivery._fields import present, text
from service_mesh.rules.rule import rule

_BUILT_IN = ("request-success-rate", "request-duration")


@rule(
    "DL116",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CANARY,),
    needs=("metrics",),
    sources=("fluxcd/flagger: pkg/controller/scheduler_metrics.go", "https://docs.flagger.app/usage/metrics"),
)
def canary_metric_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each metric that nothing is measured for."""
    for metric in canary_metrics(resource):
        name = metric.get("name")
        if name is None or not name.text or name.text in _BUILT_IN:
            continue
        if present(metric, "templateRef") is None and not text(metric, "query"):
            near = nearest(name.text, _BUILT_IN)
            fix = Fix.replace(name, near, title=f"rename to '{near}'") if near else None
            message = f"metric '{name.text}' is neither built in nor has a template, so that nothing is measured"
            yield name.finding(message, fix=fix)
