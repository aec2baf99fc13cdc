"""How a version fares, in the words of Prometheus: the share of requests that fail, and how long they take.

(https://istio.io/latest/docs/reference/config/metrics/, https://linkerd.io/2-edge/reference/proxy-metrics/,
https://docs.cilium.io/en/stable/observability/metrics/#hubble-exported-metrics)
"""

from dataclasses import dataclass

from service_mesh.generate.dialects import Dialect

__all__ = ["Fares", "fares"]


@dataclass(frozen=True, slots=True)
class Fares:
    """Queries about one workload as a server.

    Attributes:
        failing: The share of its requests that fail, from 0 to 1; no value where it gets none.
        slow: How long 99 % of its requests take at most, in milliseconds.
        needs: What has to be there for them.
    """

    failing: str
    slow: str
    needs: str


def fares(dialect: Dialect, namespace: str, workload: str) -> Fares:
    """The queries of a dialect.

    Args:
        dialect: The dialect; the plain Gateway API has no metrics of its own.
        namespace: Namespace of the workload.
        workload: Its name.
    """
    match dialect:
        case Dialect.ISTIO_SIDECAR:
            return _istio("destination", namespace, workload)
        case Dialect.ISTIO_AMBIENT:
            return _istio("waypoint", namespace, workload)
        case Dialect.LINKERD:
            return _linkerd(namespace, workload)
    return _cilium(namespace, workload)


def _istio(reporter: str, namespace: str, workload: str) -> Fares:
    about = f'reporter="{reporter}",destination_workload_namespace="{namespace}",destination_workload="{workload}"'
    return Fares(
        _share("istio_requests_total", about, 'response_code=~"5.."'),
        _slow("istio_request_duration_milliseconds_bucket", about),
        "Prometheus that scrapes the proxies of Istio",
    )


def _linkerd(namespace: str, workload: str) -> Fares:
    about = f'namespace="{namespace}",deployment="{workload}",direction="inbound"'
    return Fares(
        _share("response_total", about, 'classification="failure"'),
        _slow("response_latency_ms_bucket", about),
        "Prometheus that scrapes the proxies of Linkerd, such as that of linkerd viz",
    )


def _cilium(namespace: str, workload: str) -> Fares:
    about = f'reporter="server",destination_namespace="{namespace}",destination_workload="{workload}"'
    return Fares(
        _share("hubble_http_requests_total", about, 'status=~"5.."'),
        f"1000 * {_slow('hubble_http_request_duration_seconds_bucket', about)}",
        "Hubble's metric httpV2 with labelsContext=destination_namespace,destination_workload",
    )


def _share(metric: str, about: str, failing: str) -> str:
    """Without a failing request there is no such series, which is not the same as no requests at all."""
    return f"(sum(rate({metric}{{{about},{failing}}}[5m])) or vector(0)) / sum(rate({metric}{{{about}}}[5m]))"


def _slow(metric: str, about: str) -> str:
    return f"histogram_quantile(0.99, sum(rate({metric}{{{about}}}[5m])) by (le))"
