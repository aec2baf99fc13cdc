"""What queries ask the metrics of meshes for, as tables."""

import pytest

from service_mesh.mesh.metrics import (
    application_metric,
    clients_counted,
    labels_absent,
    mesh_label,
    old_duration_metric,
    seconds_for_milliseconds,
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('istio_requests_total{connection_security_policy!="mutual_tls"}', True),
        ('istio_requests_total{connection_security_policy="none"}', True),
        ('istio_requests_total{connection_security_policy="mutual_tls"} / istio_requests_total', True),
        ('istio_requests_total{connection_security_policy="mutual_tls"}', False),
        ('istio_requests_total{reporter="destination", connection_security_policy="none"}', False),
        ('sum by (reporter) (istio_requests_total{connection_security_policy="none"})', False),
        ("sum by (connection_security_policy) (istio_requests_total)", False),
        ('istio_tcp_connections_opened_total{connection_security_policy="none"}', False),
        ("istio_requests_total", False),
    ],
)
def test_clients_are_counted_where_no_side_is_chosen(query: str, expected: bool) -> None:
    assert clients_counted(query) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('request_total{classification="success"}', "classification"),
        ('request_total{classification=~"s.*"}', "classification"),
        ('response_total{direction="inbound", dst_service="a"}', "dst_service"),
        ('response_latency_ms_bucket{direction="inbound", dst_pod=~"a.+"}', "dst_pod"),
        ('response_total{classification="success"}', ""),
        ('response_total{direction="outbound", dst_service="a"}', ""),
        ('response_total{dst_service="a"}', ""),
        ('request_total{classification!="success"}', ""),
        ('request_total{classification=~".*"}', ""),
    ],
)
def test_labels_that_linkerd_does_not_set_are_told(query: str, expected: str) -> None:
    found = labels_absent(query)
    assert (found[1] if found else "") == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('http_requests_total{destination_version="v2"}', "destination_version"),
        ('http_request_duration_seconds_bucket{reporter="source"}', "reporter"),
        ('http_requests_total{version="v2", source="a"}', ""),
    ],
)
def test_labels_of_the_mesh_are_told_from_those_of_applications(query: str, expected: str) -> None:
    asked = application_metric(query)
    assert asked is not None
    assert mesh_label(asked) == expected


def test_metrics_of_meshes_are_none_of_applications() -> None:
    assert application_metric('istio_requests_total{destination_version="v2"}') is None


def test_durations_are_held_against_their_unit() -> None:
    quantile = "histogram_quantile(0.9, {}_bucket) > {}"
    name = "istio_request_duration_milliseconds"
    assert seconds_for_milliseconds(quantile.format(name, "0.5")) == (f"{name}_bucket", "0.5")
    assert seconds_for_milliseconds(quantile.format("response_latency_ms", "1")) == ("response_latency_ms_bucket", "1")
    assert seconds_for_milliseconds(quantile.format(name, "250")) is None
    assert seconds_for_milliseconds(quantile.format("http_request_duration_seconds", "0.5")) is None
    assert old_duration_metric("rate(istio_request_duration_seconds_sum[5m])") == "istio_request_duration_seconds_sum"
    assert old_duration_metric("rate(istio_request_duration_milliseconds_sum[5m])") == ""
