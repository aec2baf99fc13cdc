"""Query asks a metric of the proxies for a label that it does not have.

## Why it matters
Requests are counted when they begin, so `request_total` does not say how they ended; `classification` stands at
`response_total`. What the inbound side of a proxy reports has no `dst_` labels, since the destination is the pod
itself. Such a query finds nothing: a share of successes computed from it is empty, and no alert on it fires.

## Wrong
```yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: success, namespace: monitoring}
spec:
  groups:
  - name: success
    rules:
    - alert: Failures
      expr: sum(rate(request_total{classification="failure"}[1m])) > 1
```

## Right
```yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: success, namespace: monitoring}
spec:
  groups:
  - name: success
    rules:
    - alert: Failures
      expr: sum(rate(response_total{classification="failure", direction="inbound"}[1m])) > 1
```

## When it stays quiet
Labels are only grouped by and not asked for; the direction is not given or not a fixed text.

## Fix safety
There is no fix: the other metric counts something else, and dashboards may go by the first.
"""

from collections.abc import Iterator

from service_mesh.mesh.metrics import LINKERD_METRICS, QUERIED, QUERY_FIELDS, labels_absent, queries
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "LD192",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=QUERIED,
    needs=QUERY_FIELDS,
    sources=(LINKERD_METRICS,),
)
def metric_label_absent(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report queries of Linkerd's metrics with labels that these do not have."""
    for query in queries(resource):
        absent = labels_absent(query.text)
        if absent is not None:
            yield query.finding(f"'{absent[0].metric}' has no label '{absent[1]}' here, so that nothing is found")
