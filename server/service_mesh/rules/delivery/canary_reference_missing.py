"""Canary refers to a template, an alert provider or an autoscaler that does not exist.

## Why it matters
Without its template a metric counts as a failed check, so that every release is rolled back; without its provider an
alert reaches nobody; without its autoscaler Flagger cannot make that of the primary and the Canary stays in
'Initializing'.

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
    - name: errors
      templateRef:
        name: error-rates
      thresholdRange: {max: 1}
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
---
apiVersion: flagger.app/v1beta1
kind: MetricTemplate
metadata: {name: error-rate, namespace: web}
spec:
  provider: {type: prometheus, address: "http://prometheus.monitoring:9090"}
  query: sum(rate(errors[{{ interval }}]))
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
    - name: errors
      templateRef:
        name: error-rate
      thresholdRange: {max: 1}
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
---
apiVersion: flagger.app/v1beta1
kind: MetricTemplate
metadata: {name: error-rate, namespace: web}
spec:
  provider: {type: prometheus, address: "http://prometheus.monitoring:9090"}
  query: sum(rate(errors[{{ interval }}]))
```

## When it stays quiet
The object is there. Where its namespace was not loaded as a whole, the finding is reported as not checked. An
autoscaler of KEDA (`ScaledObject`) is not looked for.

## Fix safety
Offered when exactly one object of the kind and namespace has a near name; unsafe, because the intent is guessed.
"""

from collections.abc import Iterator
from dataclasses import replace

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ALERT_PROVIDER, CANARY, HORIZONTAL_POD_AUTOSCALER, METRIC_TEMPLATE, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._absent import missing
from service_mesh.rules.delivery._canaries import analysis, canary_metrics
from service_mesh.rules.delivery._fields import text
from service_mesh.rules.rule import rule


@rule(
    "DL117",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(CANARY,),
    needs=("templateRef", "providerRef", "autoscalerRef"),
    reads=(ALERT_PROVIDER, HORIZONTAL_POD_AUTOSCALER, METRIC_TEMPLATE),
    sources=(
        "fluxcd/flagger: pkg/controller/scheduler_metrics.go",
        "fluxcd/flagger: pkg/canary/hpa_reconciler.go",
        "https://docs.flagger.app/usage/alerting",
    ),
)
def canary_reference_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each reference to nothing; for an alert as a warning, since the release goes on."""
    for metric in canary_metrics(resource):
        yield from _absent(metric.get("templateRef"), METRIC_TEMPLATE, Severity.ERROR, mesh)
    found = analysis(resource)
    for alert in found.each("alerts[]") if found is not None else ():
        yield from _absent(alert.get("providerRef"), ALERT_PROVIDER, Severity.WARNING, mesh)
    scaler = resource.get("spec.autoscalerRef")
    if text(scaler, "kind") == HORIZONTAL_POD_AUTOSCALER.name:
        yield from _absent(scaler, HORIZONTAL_POD_AUTOSCALER, Severity.ERROR, mesh)


def _absent(reference: Node | None, kind: Kind, severity: Severity, mesh: MeshView) -> Iterator[Draft]:
    name = reference.get("name") if reference is not None else None
    if reference is None or name is None or not name.text:
        return
    resource = name.resource
    home = (text(reference, "namespace") if kind != HORIZONTAL_POD_AUTOSCALER else "") or resource.namespace
    if mesh.find(kind, home, name.text, resource.cluster) is None:
        message = f"{kind.name} '{name.text}' does not exist in namespace '{home}'"
        draft = missing(name, kind, home, mesh, message)
        yield replace(draft, severity=severity)
