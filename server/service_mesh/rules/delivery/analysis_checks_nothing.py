"""Analysis of a Canary checks nothing.

## Why it matters
Without metrics and without a webhook that can hold or fail a release, time alone promotes the canary: as long as its
pods are ready, every version goes live. With `skipAnalysis` it goes live at once.

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
There is a metric, or a webhook of another type than `event`, `post-rollout` and `rollback`. `skipAnalysis` is only
mentioned.

## Fix safety
None is offered: what tells a good version from a bad one only the author knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import API, SCHEDULER, analysis, canary_metrics, canary_webhooks
from service_mesh.rules.delivery._fields import text
from service_mesh.rules.rule import rule

_AFTERWARDS = ("event", "post-rollout", "rollback")


@rule(
    "DL121",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CANARY,),
    needs=("analysis", "canaryAnalysis"),
    sources=(SCHEDULER, API),
)
def analysis_checks_nothing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report an analysis without anything that could fail."""
    found, skipped = analysis(resource), resource.get("spec.skipAnalysis")
    if skipped is not None and skipped.value is True:
        yield skipped.finding("every version goes live without analysis", severity=Severity.INFO)
    elif found is not None and isinstance(found.value, dict) and not _has_checks(resource):
        message = "no metric and no webhook can stop a release, so that every version is promoted"
        yield found.finding(message, anchor=Anchor.KEY)


def _has_checks(canary: Resource) -> bool:
    gates = (text(webhook, "type") not in _AFTERWARDS for webhook in canary_webhooks(canary))
    return bool(canary_metrics(canary)) or any(gates)
