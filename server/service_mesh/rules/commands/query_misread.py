"""A query of metrics does not find what the text says.

## Why it matters
Prometheus answers every query, also one that no series fits or that counts too much. The clients of a request report
`unknown` where only the server knows whether it was secured; Linkerd counts how responses ended and not how requests
began; Istio's durations are milliseconds. An alert made of such a query is always on or never.

## Wrong
```promql
sum(rate(istio_requests_total{connection_security_policy!="mutual_tls"}[5m])) > 0

sum(rate(request_total{classification="success"}[1m])) by (dst_service)

rate(envoy_cluster_upstream_rq_pending_overflow[1m])

histogram_quantile(0.95, sum(rate(istio_request_duration_milliseconds_bucket[5m])) by (le)) > 0.5
```

## Right
```promql
sum(rate(istio_requests_total{reporter="destination", connection_security_policy!="mutual_tls"}[5m])) > 0

sum(rate(response_total{classification="success", direction="outbound"}[1m])) by (dst_service)

histogram_quantile(0.95, sum(rate(istio_request_duration_milliseconds_bucket[5m])) by (le)) > 500
```

## When it stays quiet
For metrics of applications, as long as no label of a mesh is asked for, and for queries that say which side reports.
That proxies export no metric of a cluster is only mentioned: `proxyStatsMatcher` may include it. Queries are looked
for in blocks of `promql`, in files of alerts, and in calls of `promtool query` and `curl`.

## Fix safety
No fix is offered: text is not edited.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.metrics import (
    LINKERD_METRICS,
    application_metric,
    clients_counted,
    labels_absent,
    mesh_label,
    old_duration_metric,
    seconds_for_milliseconds,
)
from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.promql import series
from service_mesh.rules.commands._queries import queries
from service_mesh.rules.rule import command_rule

_SOURCES = (
    "istio/proxy: source/extensions/filters/http/istio_stats/istio_stats.cc",
    "istio/istio: pkg/bootstrap/config.go",
    "https://istio.io/latest/docs/reference/config/metrics/",
    LINKERD_METRICS,
)
_OF_CLUSTER = re.compile(r"envoy_cluster_(?!manager_)\w+")
_ALWAYS = "xds-grpc"


@command_rule("CM120", category=Category.OPERATIONS, severity=Severity.WARNING, sources=_SOURCES)
def query_misread(command: Command) -> Iterator[Draft]:
    """Report queries that no series fits or that count what they should not."""
    for query, word in queries(command):
        yield from (Draft(message, location=word.location) for message in _faults(query))
        yield from (Draft(message, location=word.location, severity=Severity.INFO) for message in _doubts(query))


def _faults(query: str) -> Iterator[str]:
    if clients_counted(query):
        yield "'connection_security_policy' is 'unknown' in what clients report, and they are counted here too"
    if old := old_duration_metric(query):
        yield f"'{old}' is not reported; durations are in 'istio_request_duration_milliseconds'"
    if compared := seconds_for_milliseconds(query):
        yield f"'{compared[0]}' is in milliseconds and compared with {compared[1]}"
    if absent := labels_absent(query):
        yield f"'{absent[0].metric}' has no label '{absent[1]}' here, so that nothing is found"


def _doubts(query: str) -> Iterator[str]:
    found = (one.metric for one in series(query) if _OF_CLUSTER.fullmatch(one.metric))
    metric = next(found, "") if _ALWAYS not in query else ""
    if metric:
        yield f"proxies of Istio export '{metric[:120]}' only if 'proxyStatsMatcher' includes it"
    foreign = application_metric(query)
    if foreign and mesh_label(foreign):
        yield f"'{foreign.metric}' is a metric of applications, and '{mesh_label(foreign)}' a label of the mesh's own"
