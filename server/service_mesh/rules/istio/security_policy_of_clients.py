"""Alert on plaintext counts what clients report.

## Why it matters
Only the server's proxy knows how a connection was secured. The client's proxy reports the same request with
`connection_security_policy="unknown"`, so an expression over both reporters takes half of all requests for plaintext:
the alert is always on, and a share of encrypted requests is never above one half.

## Wrong
```yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: mesh, namespace: monitoring}
spec:
  groups:
  - name: mtls
    rules:
    - alert: Plaintext
      expr: sum(rate(istio_requests_total{connection_security_policy!="mutual_tls"}[5m])) > 0
```

## Right
```yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: mesh, namespace: monitoring}
spec:
  groups:
  - name: mtls
    rules:
    - alert: Plaintext
      expr: sum(rate(istio_requests_total{reporter="destination",connection_security_policy!="mutual_tls"}[5m])) > 0
```

## When it stays quiet
The expression names a reporter, or splits by it.

## Fix safety
There is no fix: an expression is not rewritten.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._expressions import PROMETHEUS_RULE, expressions
from service_mesh.rules.rule import rule

_LABEL = "connection_security_policy"


@rule(
    "IS284",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(PROMETHEUS_RULE,),
    sources=("https://istio.io/latest/docs/reference/config/metrics/#labels",),
)
def security_policy_of_clients(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report an expression over both reporters that asks how connections are secured."""
    for expression in expressions(resource):
        if _LABEL in expression.text and "reporter" not in expression.text:
            yield expression.finding(f"'{_LABEL}' is 'unknown' in what clients report, and they are counted here too")
