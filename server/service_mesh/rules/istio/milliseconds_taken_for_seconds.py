"""Query takes the milliseconds of the proxies for seconds.

## Why it matters
Istio reports durations in `istio_request_duration_milliseconds`, Linkerd in `response_latency_ms`. A quantile of
these that is compared with 0.5 is above it for every request, and an alert on it never stops. The metric in seconds
went away with Mixer, and an alert on it never starts.

## Wrong
```yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: latency, namespace: monitoring}
spec:
  groups:
  - name: latency
    rules:
    - alert: Slow
      expr: histogram_quantile(0.95, sum(rate(istio_request_duration_milliseconds_bucket[5m])) by (le)) > 0.5
```

## Right
```yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: latency, namespace: monitoring}
spec:
  groups:
  - name: latency
    rules:
    - alert: Slow
      expr: histogram_quantile(0.95, sum(rate(istio_request_duration_milliseconds_bucket[5m])) by (le)) > 500
```

## When it stays quiet
The quantile is divided before it is compared, or compared with more than one. Shares of requests, such as those below
a boundary, are numbers up to one by right. The metric in seconds may stand beside the one in milliseconds.

## Fix safety
There is no fix: whether the number or the unit is wrong, only the author knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.metrics import (
    LINKERD_METRICS,
    QUERIED,
    QUERY_FIELDS,
    old_duration_metric,
    queries,
    seconds_for_milliseconds,
)
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "IS287",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=QUERIED,
    needs=QUERY_FIELDS,
    sources=("https://istio.io/latest/docs/reference/config/metrics/", LINKERD_METRICS),
)
def milliseconds_taken_for_seconds(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report quantiles of milliseconds compared with at most one, and the metric in seconds that is no more."""
    for query in queries(resource):
        compared = seconds_for_milliseconds(query.text)
        if compared is not None:
            yield query.finding(f"'{compared[0]}' is in milliseconds and compared with {compared[1]}")
        elif old := old_duration_metric(query.text):
            yield query.finding(f"'{old}' is not reported; durations are in 'istio_request_duration_milliseconds'")
