"""Analysis is made of a template that does not exist.

## Why it matters
The controller refuses a Rollout ('InvalidSpec') whose analysis names a template that is not there, and an Experiment
fails. `clusterScope: true` makes the difference between an AnalysisTemplate of the namespace and a
ClusterAnalysisTemplate.

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
        - templateName: success-rates
      steps:
      - setWeight: 25
      - pause: {}
---
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
      steps:
      - setWeight: 25
      - pause: {}
---
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
The template is there. Where the namespace, or for a ClusterAnalysisTemplate the cluster, was not loaded as a whole, the
finding is reported as not checked.

## Fix safety
Offered when exactly one template of the kind and namespace has a near name; unsafe, because the intent is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ANALYSIS_TEMPLATE, EXPERIMENT, ROLLOUT
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._absent import missing
from service_mesh.rules.delivery._analyses import TEMPLATES, template_names, template_of
from service_mesh.rules.delivery._rollouts import REFERENCES
from service_mesh.rules.rule import rule


@rule(
    "DL135",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(ROLLOUT, EXPERIMENT, *TEMPLATES),
    needs=("templateName",),
    sources=("argoproj/argo-rollouts: rollout/controller.go", REFERENCES),
)
def analysis_template_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each name of a template that is not there."""
    for named in template_names(resource):
        if template_of(mesh, named) is None:
            is_local = named.kind == ANALYSIS_TEMPLATE
            where = f"in namespace '{resource.namespace}'" if is_local else "in the cluster"
            message = f"{named.kind.name} '{named.node.text}' does not exist {where}"
            yield missing(named.node, named.kind, resource.namespace, mesh, message)
