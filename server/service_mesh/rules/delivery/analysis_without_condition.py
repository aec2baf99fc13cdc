"""Metric of an analysis is compared with nothing.

## Why it matters
With neither `successCondition` nor `failureCondition` Argo Rollouts takes every measurement as a success, whatever its
value: the analysis passes as long as the query can be run.

## Wrong
```yaml
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: success-rate, namespace: web}
spec:
  metrics:
  - name: success-rate
    provider:
      prometheus: {address: "http://prometheus.monitoring:9090", query: "sum(rate(x[1m]))"}
```

## Right
```yaml
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: success-rate, namespace: web}
spec:
  metrics:
  - name: success-rate
    successCondition: result[0] >= 0.99
    provider:
      prometheus: {address: "http://prometheus.monitoring:9090", query: "sum(rate(x[1m]))"}
```

## When it stays quiet
Metrics of a Job, of Kayenta or of a plugin, which decide for themselves.

## Fix safety
None is offered: the bound only the author knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._analyses import TEMPLATES
from service_mesh.rules.delivery._fields import present, text
from service_mesh.rules.rule import rule

_COMPARED = (
    "prometheus",
    "web",
    "datadog",
    "newRelic",
    "wavefront",
    "cloudWatch",
    "graphite",
    "influxdb",
    "skywalking",
)


@rule(
    "DL114",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=TEMPLATES,
    needs=("metrics",),
    sources=(
        "argoproj/argo-rollouts: utils/evaluate/evaluate.go",
        "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    ),
)
def analysis_without_condition(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each metric that any value passes."""
    for metric in resource.each("spec.metrics[]"):
        given = present(metric, "provider")
        is_compared = given is not None and any(present(given, name) is not None for name in _COMPARED)
        if is_compared and not text(metric, "successCondition") and not text(metric, "failureCondition"):
            at = metric.get("name") or metric
            yield at.finding(f"metric '{at.text}' has no condition, so that every value is a success")
