"""circuit-breaker for Istio: outlier detection and connection pools of a DestinationRule.

(https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection)
"""

from collections.abc import Iterator
from typing import Any

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.traffic.circuit_breaker.parameters import (
    UNPROVED,
    CircuitBreaker,
    Limits,
)
from service_mesh.generate.plan import Gap, Plan
from service_mesh.generate.routing.callers import callers_of, calls_as_before
from service_mesh.generate.routing.traffic_policy import policy_questions, policy_steps, policy_verified
from service_mesh.generate.site import Site

__all__ = ["istio"]

_CLUSTER = "topology.istio.io/cluster"
_NO_FAILOVER = Gap(
    "other clusters that take over in ambient mode: a waypoint sees them as gateways of their networks, not as pods",
    "leave `own_cluster_first` away; sidecars, or a gateway between clusters that checks each of them",
)
_ALL = 100
_HALF = 50


def istio(asked: CircuitBreaker, site: Site) -> Plan:
    """Read by the sidecars of callers, or by the waypoint of the Service.

    Raises:
        InexpressibleError: The release has no waypoints of Services, or a waypoint does not do a part.
    """
    if asked.own_cluster_first and site.dialect is Dialect.ISTIO_AMBIENT:
        raise InexpressibleError(_NO_FAILOVER)
    policy = _policy(asked)
    return Plan(
        steps=policy_steps(site, asked.service, policy, f"Pods of {asked.service.name} that fail are left out a while"),
        questions=(*policy_questions(site, asked.service, policy), *calls_as_before(asked.service)),
        cast=callers_of(asked.service),
        prerequisites=tuple(_prerequisites(asked)),
        verify=tuple(policy_verified(site, asked.service)),
        notes=tuple(_notes(asked, site)),
    )


def _policy(asked: CircuitBreaker) -> dict[str, Any]:
    found: dict[str, Any] = {"connectionPool": _pool(asked.limits)} if asked.limits is not None else {}
    if asked.own_cluster_first:
        own_first = {"enabled": True, "failoverPriority": [_CLUSTER], "distribute": None}
        found["loadBalancer"] = {"localityLbSetting": own_first}
    return {**found, "outlierDetection": _detection(asked)}


def _pool(limits: Limits) -> dict[str, Any]:
    """`http2MaxRequests` is the limit of requests for HTTP/1.1 too, and `http1MaxPendingRequests` that for HTTP/2."""
    http = {
        "http1MaxPendingRequests": limits.pending,
        "http2MaxRequests": limits.requests,
        "maxRetries": limits.retries,
    }
    said = {name: value for name, value in http.items() if value is not None}
    found: dict[str, Any] = {}
    if limits.connections is not None:
        found["tcp"] = {"maxConnections": limits.connections}
    return {**found, "http": said} if said else found


def _detection(asked: CircuitBreaker) -> dict[str, Any]:
    """With `consecutive5xxErrors: 0`, which would count at five otherwise, gateway errors count alone."""
    counted: dict[str, Any] = {"consecutive5xxErrors": asked.failures}
    if asked.only_gateway_errors:
        counted = {"consecutive5xxErrors": 0, "consecutiveGatewayErrors": asked.failures}
    most = asked.most_ejected or (_ALL if asked.own_cluster_first else _HALF)
    return {
        **counted,
        "interval": asked.interval or "10s",
        "baseEjectionTime": asked.ejection,
        "maxEjectionPercent": most,
    }


def _prerequisites(asked: CircuitBreaker) -> Iterator[str]:
    yield "the port speaks HTTP by its name or appProtocol: of other protocols, only failed connections count"
    if asked.own_cluster_first:
        own = asked.service
        yield (
            "the clusters are one mesh, each reads the other by a remote secret (istioctl remote-clusters), and Service"
            f" {own.text} is in each of them"
        )
        yield "every cluster gets the file: its own istiod tells its proxies"


def _notes(asked: CircuitBreaker, site: Site) -> Iterator[str]:
    yield UNPROVED
    if site.dialect is Dialect.ISTIO_AMBIENT:
        yield (
            "the waypoint counts for all callers together, each of its pods for itself; calls that do not pass it"
            " keep to nothing of this, such as those from outside the mesh"
        )
    else:
        yield (
            "the sidecar of each caller counts for itself: what fails for one is left out for that one; callers without"
            " a sidecar keep to nothing of this"
        )
    yield "a pod is left out longer each time; readiness probes, which are for everybody, are needed all the same"
    if asked.limits is not None:
        yield "what is over a limit is answered with 503 by the proxy, which Envoy's access log marks with UO"
    if asked.own_cluster_first:
        yield (
            "other clusters take over only when pods fail: one that is slow stays in use; capacity for the requests of"
            " both has to be there"
        )
        yield (
            "across networks another cluster is known by the address of its east-west gateway: it is left out, and"
            " comes back, as one"
        )
