"""Query about the mesh asks for a metric that applications make.

## Why it matters
`http_requests_total` is a name that libraries in applications use. The proxies report `istio_requests_total`, with the
version in `destination_version`, the code in `response_code` and durations in milliseconds. Where the application has
no such metric, the query finds nothing, and what waits for its alert is never held back.

## Wrong
```yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: canary, namespace: monitoring}
spec:
  groups:
  - name: canary
    rules:
    - alert: CanaryErrors
      expr: sum(rate(http_requests_total{code=~"5..", destination_version="v2"}[5m])) > 1
```

## Right
```yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: canary, namespace: monitoring}
spec:
  groups:
  - name: canary
    rules:
    - alert: CanaryErrors
      expr: sum(rate(istio_requests_total{reporter="source", response_code=~"5..", destination_version="v2"}[5m])) > 1
```

## When it stays quiet
The query asks for no label of a mesh and for no version that a subset of a DestinationRule selects: applications do
have metrics of these names. For the same reason it is only mentioned.

## Fix safety
There is no fix: which metric is meant, only the author knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.metrics import QUERIED, QUERY_FIELDS, application_metric, mesh_label, queries
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "IS286",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=QUERIED,
    reads=(DESTINATION_RULE,),
    needs=QUERY_FIELDS,
    sources=("https://istio.io/latest/docs/reference/config/metrics/",),
)
def application_metric_for_mesh(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report queries of an application's metric with labels or versions that the mesh knows."""
    for query in queries(resource):
        asked = application_metric(query.text)
        if asked is None:
            continue
        label = mesh_label(asked)
        if not label and any(asked.asks("version", version) for version in mesh.index(_versions)):
            label = "version"
        if label:
            yield query.finding(
                f"'{asked.metric}' is made by applications and asked for '{label}' here; "
                "proxies report 'istio_requests_total'"
            )


def _versions(mesh: MeshView) -> frozenset[str]:
    """Versions that subsets select."""
    rules = mesh.of_kind(DESTINATION_RULE)
    found = (label.text for rule in rules for label in rule.each("spec.subsets[].labels.version"))
    return frozenset(filter(None, found))
