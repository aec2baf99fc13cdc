"""Alert uses a metric of Envoy that the proxies do not export.

## Why it matters
To keep metrics few, Istio's proxies export only some of Envoy's own: those of the server, of its managers and of the
connection to istiod. A metric of a cluster, such as the overflow of a circuit breaker, is not there until
`proxyStatsMatcher` includes it, and an alert on an absent metric never fires.

## Wrong
```yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: mesh, namespace: monitoring}
spec:
  groups:
  - name: breaker
    rules:
    - alert: Overflow
      expr: rate(envoy_cluster_upstream_rq_pending_overflow[5m]) > 0
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: "accessLogFile: /dev/stdout"
```

## Right
```yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: mesh, namespace: monitoring}
spec:
  groups:
  - name: breaker
    rules:
    - alert: Overflow
      expr: rate(envoy_cluster_upstream_rq_pending_overflow[5m]) > 0
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    defaultConfig:
      proxyStatsMatcher:
        inclusionRegexps: [".*upstream_rq_pending_overflow.*"]
```

## When it stays quiet
The mesh configuration includes further metrics, or an annotation of a workload does; the mesh configuration is not in
the input, since other meshes have Envoy too. Which of the metrics an inclusion takes is not looked into.

## Fix safety
There is no fix: how many metrics may be exported is for the operator of the mesh to say.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workloads
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._expressions import PROMETHEUS_RULE, expressions
from service_mesh.rules.rule import rule

_METRIC = re.compile(r"\benvoy_cluster_(?!manager_)\w+")
_ALWAYS = "xds-grpc"


@rule(
    "IS285",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(PROMETHEUS_RULE,),
    reads=tuple(dict.fromkeys((*INSTALLATION_KINDS, *WORKLOAD_KINDS))),
    sources=(
        "istio/istio: pkg/bootstrap/config.go",
        "https://istio.io/latest/docs/ops/configuration/telemetry/envoy-stats/",
    ),
)
def envoy_metric_not_exported(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each expression over a metric that no proxy exports by default."""
    config = mesh_config(mesh, resource.cluster)
    if not config.is_known or config.setting("defaultConfig.proxyStatsMatcher") or mesh.index(_is_included):
        return
    for expression in expressions(resource):
        metric = _METRIC.search(expression.text)
        if metric and _ALWAYS not in expression.text:
            yield expression.finding(
                f"proxies do not export '{metric[0][:120]}', as no 'proxyStatsMatcher' includes it"
            )


def _is_included(mesh: MeshView) -> bool:
    """Whether some workload includes metrics by an annotation."""
    return any(
        "sidecar.istio.io/statsInclusion" in str(name) or "proxyStatsMatcher" in str(value)
        for workload in workloads(mesh)
        for name, value in workload.annotations.items()
    )
