"""Rollout starts an analysis that its template does not allow.

## Why it matters
A template may leave arguments to who uses it; one that gets no value makes the controller refuse the Rollout
('InvalidSpec'). So does a metric with an interval and no count in a step or before a promotion: it would be measured
for ever, and only the analysis in the background may go on until the release ends.

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
      analysis:
        templates:
        - templateName: success-rate
      steps:
      - setWeight: 25
      - pause: {}
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: success-rate, namespace: web}
spec:
  args:
  - name: service
  metrics:
  - name: success-rate
    successCondition: result[0] >= 0.99
    provider:
      prometheus: {address: "http://prometheus.monitoring:9090", query: "sum(rate(x[1m]))"}
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
    canary:
      analysis:
        templates:
        - templateName: success-rate
        args:
        - {name: service, value: shop}
      steps:
      - setWeight: 25
      - pause: {}
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: success-rate, namespace: web}
spec:
  args:
  - name: service
  metrics:
  - name: success-rate
    successCondition: result[0] >= 0.99
    provider:
      prometheus: {address: "http://prometheus.monitoring:9090", query: "sum(rate(x[1m]))"}
```

## When it stays quiet
The template is not here; the argument has a value in the template, in the Rollout, or in another template of the same
analysis.

## Fix safety
None is offered: the value only the author knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ROLLOUT
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._analyses import TEMPLATES, TemplateName, analyses, template_of
from service_mesh.rules.delivery._fields import present, text
from service_mesh.rules.delivery._rollouts import REFERENCES
from service_mesh.rules.rule import rule


@rule(
    "DL137",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(ROLLOUT,),
    needs=("templateName",),
    reads=TEMPLATES,
    sources=(REFERENCES, "argoproj/argo-rollouts: utils/analysis/helpers.go"),
)
def analysis_unusable_here(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report arguments without a value, and metrics without an end where one is needed."""
    for found in analyses(resource):
        known = [(named, template_of(mesh, named)) for named in found.templates]
        templates = [template for _, template in known if template is not None]
        given = {text(node, "name") for node in found.node.each("args[]")}
        given |= {text(node, "name") for t in templates for node in t.each("spec.args[]") if _has_value(node)}
        for named, template in known:
            if template is not None:
                yield from _arguments(named, template, given)
                if found.ends:
                    yield from _endless(named, template)


def _arguments(named: TemplateName, template: Resource, given: set[str]) -> Iterator[Draft]:
    for node in template.each("spec.args[]"):
        name = text(node, "name")
        if name and name not in given:
            message = f"argument '{name}' of {template.kind.name} '{template.name}' has no value"
            yield named.node.finding(message, related=(node.note("asks for it"),))


def _endless(named: TemplateName, template: Resource) -> Iterator[Draft]:
    for metric in template.each("spec.metrics[]"):
        count = present(metric, "count")
        if text(metric, "interval") and (count is None or count.value in (0, "0", "")):
            message = f"metric '{text(metric, 'name')}' of {template.kind.name} '{template.name}' is measured for ever"
            yield named.node.finding(message, related=(metric.note("has an interval and no count"),))


def _has_value(node: Node) -> bool:
    return present(node, "value") is not None or present(node, "valueFrom") is not None
