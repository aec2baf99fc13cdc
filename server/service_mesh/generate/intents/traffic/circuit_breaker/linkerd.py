"""circuit-breaker for Linkerd: failure accrual, by annotations of the Service.

(https://linkerd.io/2-edge/reference/circuit-breaking/)
"""

from collections.abc import Iterator

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.traffic.circuit_breaker.parameters import (
    UNPROVED,
    CircuitBreaker,
)
from service_mesh.generate.plan import Gap, Patch, Plan
from service_mesh.generate.routing.callers import callers_of, calls_as_before
from service_mesh.generate.site import Site
from service_mesh.model.durations import go_duration
from service_mesh.model.kinds import SERVICE

__all__ = ["linkerd"]

_BREAKER = "balancer.linkerd.io/failure-accrual"
_LONGEST = 60_000
"""The longest penalty where none is written, in milliseconds."""


def linkerd(asked: CircuitBreaker, site: Site) -> Plan:  # noqa: ARG001  # cells have one shape
    """Read by the proxies of callers."""
    gaps = tuple(_gaps(asked))
    if gaps:
        raise InexpressibleError(*gaps)
    own = asked.service
    shortest = (go_duration(asked.ejection) or 0) // 10**6
    annotations = {
        _BREAKER: "consecutive",
        f"{_BREAKER}-consecutive-max-failures": str(asked.failures),
        f"{_BREAKER}-consecutive-min-penalty": _written(shortest),
        f"{_BREAKER}-consecutive-max-penalty": _written(max(10 * shortest, _LONGEST)),
    }
    return Plan(
        steps=(Patch(SERVICE, own.namespace, own.name, {"metadata": {"annotations": annotations}}),),
        questions=tuple(calls_as_before(asked.service)),
        cast=callers_of(asked.service),
        prerequisites=(
            f"no ServiceProfile is for {own.host}: it takes the place of these annotations",
            "the port speaks HTTP: answers of other protocols are not read",
        ),
        verify=(
            f"kubectl get service {own.name} -n {own.namespace} -o yaml",
            f"linkerd diagnostics policy -n {own.namespace} svc/{own.name} {own.port}",
        ),
        notes=(
            UNPROVED,
            "the proxy of each caller counts for itself: what fails for one is left out for that one",
            "a pod that comes back gets one request first, and is left out longer where that fails, up to ten times",
            "with all pods left out, callers get 503 from their own proxy",
        ),
    )


def _written(milliseconds: int) -> str:
    """One number with one unit, which is all that is read."""
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"


def _gaps(asked: CircuitBreaker) -> Iterator[Gap]:
    if asked.limits is not None:
        yield Gap("limits for connections and requests", "leave `limits` away; rate-limit holds a workload to a rate")
    if asked.only_gateway_errors:
        yield Gap("502, 503 and 504 alone: every 5xx counts", "leave `only_gateway_errors` away")
    if asked.interval is not None:
        yield Gap("an interval: a pod comes back when its penalty is over", "leave `interval` away")
    if asked.most_ejected is not None:
        yield Gap("a share of pods that stays in use: all of them may be left out", "leave `most_ejected` away")
    if asked.own_cluster_first:
        yield Gap(
            "other clusters that take over for pods which fail",
            "a federated Service (label mirror.linkerd.io/federated=member), whose pods of all clusters are left out"
            " one by one, or the extension linkerd-failover",
        )
