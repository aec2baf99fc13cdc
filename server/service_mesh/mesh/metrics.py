"""What queries of Prometheus ask the metrics of meshes for and what these do not have."""

import re
from collections.abc import Iterator

from service_mesh.model.kinds import (
    ANALYSIS_TEMPLATE,
    CLUSTER_ANALYSIS_TEMPLATE,
    CONFIG_MAP,
    METRIC_TEMPLATE,
    PROMETHEUS_RULE,
)
from service_mesh.model.node import Node
from service_mesh.model.promql import Matcher, Series, quantiles_compared, series
from service_mesh.model.resource import Resource

__all__ = [
    "LINKERD_METRICS",
    "QUERIED",
    "QUERY_FIELDS",
    "application_metric",
    "clients_counted",
    "labels_absent",
    "mesh_label",
    "old_duration_metric",
    "queries",
    "seconds_for_milliseconds",
]

QUERIED = (PROMETHEUS_RULE, METRIC_TEMPLATE, ANALYSIS_TEMPLATE, CLUSTER_ANALYSIS_TEMPLATE, CONFIG_MAP)
"""Kinds of objects that hold queries: alerts, metrics that a release is judged by, and files of alerts."""

QUERY_FIELDS = ("expr", "query", "data")
"""Fields that an object with queries has at least one of."""

LINKERD_METRICS = "https://linkerd.io/2/reference/proxy-metrics/"
_LIMIT = 65_536
_PATHS = {
    PROMETHEUS_RULE: "spec.groups[].rules[].expr",
    METRIC_TEMPLATE: "spec.query",
    ANALYSIS_TEMPLATE: "spec.metrics[].provider.prometheus.query",
    CLUSTER_ANALYSIS_TEMPLATE: "spec.metrics[].provider.prometheus.query",
    CONFIG_MAP: "data.{}",
}
_RULE_FILE = re.compile(r"^[ \t]*(?:- +)?expr:", re.MULTILINE)
_POLICY = "connection_security_policy"
_HTTP = re.compile(r"istio_(?:requests_total|(?:request_duration_milliseconds|(?:request|response)_bytes)(?:_\w+)?)")
_OLD = re.compile(r"istio_request_duration_seconds(?:_(?:bucket|sum|count))?")
_NEW = "istio_request_duration_milliseconds"
_MILLISECONDS = re.compile(r"(?:istio_request_duration_milliseconds|(?:route_)?response_latency_ms)_bucket")
_APPLICATION = re.compile(r"http_requests_total|http_request_duration_seconds(?:_(?:bucket|sum|count))?")
_OF_MESHES = re.compile(
    r"(?:source|destination)_(?:workload|service|version|app|canonical|principal|cluster)\w*"
    rf"|reporter|{_POLICY}|response_flags|dst_\w+|rt_route"
)
_PROXY = re.compile(r"(?:request_total|response_total|response_latency_ms_(?:bucket|sum|count))")
_BOTTOM = 1.0


def queries(resource: Resource) -> Iterator[Node]:
    """Each query of an object of the kinds `QUERIED`, bounded in length; of a ConfigMap, each file of alerts."""
    yield from resource.once(_queries)


def _queries(resource: Resource) -> tuple[Node, ...]:
    bounded = (node for node in resource.each(_PATHS[resource.kind]) if node.text and len(node.text) <= _LIMIT)
    return tuple(node for node in bounded if resource.kind != CONFIG_MAP or _holds_rules(node.text))


def _holds_rules(text: str) -> bool:
    return "expr:" in text and _RULE_FILE.search(text) is not None


def clients_counted(query: str) -> bool:
    """Whether a query asks how requests were secured and counts what clients report, who never know it.

    Asked for `mutual_tls` alone the clients do not count, unless all requests are set against it.

    Source: istio/proxy: source/extensions/filters/http/istio_stats/istio_stats.cc
    """
    if "reporter" in query:
        return False
    asked = [one for one in series(query) if _HTTP.fullmatch(one.metric)]
    about = [one for one in asked if _POLICY in one.labels]
    return any(not one.asks(_POLICY, "mutual_tls") for one in about) or bool(about and len(about) < len(asked))


def old_duration_metric(query: str) -> str:
    """The first metric of durations that went away with Mixer; empty where there is none.

    Queries that fall back on it, and ask for the one in milliseconds as well, fit old and new releases.

    Source: https://istio.io/latest/docs/reference/config/metrics/
    """
    if _NEW in query:
        return ""
    return next((one.metric for one in series(query) if _OLD.fullmatch(one.metric)), "")


def seconds_for_milliseconds(query: str) -> tuple[str, str] | None:
    """A quantile of milliseconds that is compared with at most one: the metric and the number.

    Source: https://istio.io/latest/docs/reference/config/metrics/
    """
    for text, bound in quantiles_compared(query):
        metrics = [one.metric for one in series(text) if _MILLISECONDS.fullmatch(one.metric)]
        if metrics and 0 < bound <= _BOTTOM:
            return metrics[0], f"{bound:g}"
    return None


def labels_absent(query: str) -> tuple[Series, str] | None:
    """A metric of Linkerd's proxies that is asked for a label it does not have, and the label.

    `classification` says how a response ended and is not there when a request begins; what the inbound side reports
    has nothing about the destination.

    Source: https://linkerd.io/2/reference/proxy-metrics/
    """
    for one in series(query):
        asked = sorted(matcher.label for matcher in one.matchers if _is_wanted(matcher))
        if one.metric == "request_total" and "classification" in asked:
            return one, "classification"
        of_destination = [label for label in asked if label.startswith("dst_")]
        if of_destination and _PROXY.fullmatch(one.metric) and one.asks("direction", "inbound"):
            return one, of_destination[0]
    return None


def application_metric(query: str) -> Series | None:
    """The first selector of a metric that applications have and meshes do not."""
    return next((one for one in series(query) if _APPLICATION.fullmatch(one.metric)), None)


def mesh_label(asked: Series) -> str:
    """The first label of a selector that only meshes set; empty where there is none."""
    return next((name for name in sorted(asked.labels) if _OF_MESHES.fullmatch(name)), "")


def _is_wanted(matcher: Matcher) -> bool:
    """Whether series without the label do not fit."""
    return matcher.operator in {"=", "=~"} and matcher.value not in {"", ".*"}
