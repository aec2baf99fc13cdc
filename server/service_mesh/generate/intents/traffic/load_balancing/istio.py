"""load-balancing for Istio: `loadBalancer` of a DestinationRule.

(https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings)
"""

from collections.abc import Iterator
from typing import Any

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.traffic.load_balancing.parameters import LoadBalancing, Sticky
from service_mesh.generate.plan import Gap, Plan, Sheet, Step
from service_mesh.generate.questions import Question
from service_mesh.generate.routing import http_route
from service_mesh.generate.routing.asking import Asking
from service_mesh.generate.routing.callers import callers_of, calls_as_before
from service_mesh.generate.routing.rules import RouteRule, Split
from service_mesh.generate.routing.subject import RoutedService, fitted
from service_mesh.generate.routing.traffic_policy import policy_questions, policy_steps, policy_verified
from service_mesh.generate.site import Site
from service_mesh.model.kinds import HTTP_ROUTE

__all__ = ["istio"]

_FAILURES = 5
_NO_ADDRESS = Gap(
    "sessions by address in ambient mode: which address a waypoint takes for that of the caller is not promised",
    "sticky by a header or a cookie",
)
_UNPROVED = "not proved: which pod gets which request; the simulation knows the settings, and not pods and places"


def istio(asked: LoadBalancing, site: Site) -> Plan:
    """Read by the sidecars of callers, or by the waypoint of the Service.

    Raises:
        InexpressibleError: The release has no waypoints of Services, or a waypoint does not do a part.
    """
    if _is_ambient(site) and asked.sticky is not None and asked.sticky.source_address:
        raise InexpressibleError(_NO_ADDRESS)
    policy = _policy(asked)
    steps = policy_steps(site, asked.service, policy, f"Which pod of {asked.service.name} gets a request")
    return Plan(
        steps=(*steps, *_route(asked, site)),
        questions=(*policy_questions(site, asked.service, policy), *_questions(asked, site)),
        cast=callers_of(asked.service),
        prerequisites=tuple(_prerequisites(asked)),
        verify=tuple(policy_verified(site, asked.service)),
        notes=(_UNPROVED, *_notes(asked, site)),
    )


def _is_ambient(site: Site) -> bool:
    return site.dialect is Dialect.ISTIO_AMBIENT


def _policy(asked: LoadBalancing) -> dict[str, Any]:
    """Of an algorithm and a hash only one may be there, and so of shares and failover: None takes the other away."""
    balancer: dict[str, Any] = {}
    if asked.algorithm is not None:
        balancer = {"simple": asked.algorithm.name, "consistentHash": None}
    if asked.sticky is not None:
        balancer = {"simple": None, "consistentHash": _hash(asked.sticky)}
    locality: dict[str, Any] = {"enabled": True, "failoverPriority": None}
    if asked.distribute:
        shares = [
            {"from": one.origin, "to": {share.place: share.percent for share in one.to}} for one in asked.distribute
        ]
        balancer["localityLbSetting"] = {**locality, "distribute": shares, "failover": None}
    if not asked.nearest_first:
        return {"loadBalancer": balancer}
    regions = [{"from": one.origin, "to": one.to} for one in asked.failover]
    balancer["localityLbSetting"] = {**locality, "distribute": None, "failover": regions or None}
    detection = {
        "consecutive5xxErrors": asked.failures or _FAILURES,
        "interval": "10s",
        "baseEjectionTime": "30s",
        "maxEjectionPercent": 100,
    }
    return {"loadBalancer": balancer, "outlierDetection": detection}


def _hash(sticky: Sticky) -> dict[str, Any]:
    cookie = sticky.cookie
    return {
        "httpHeaderName": sticky.header,
        "httpCookie": {"name": cookie.name, "path": cookie.path, "ttl": cookie.ttl} if cookie is not None else None,
        "httpQueryParameterName": sticky.query,
        "useSourceIp": sticky.source_address or None,
    }


def _subject(asked: LoadBalancing, site: Site) -> RoutedService:
    return fitted(RoutedService(asked.service, {"app": asked.service.name}), site)


def _route(asked: LoadBalancing, site: Site) -> Iterator[Step]:
    """A waypoint hashes requests only in routes that somebody wrote.

    (`istio/istio: pilot/pkg/networking/core/waypoint.go`, buildWaypointInboundHTTPRouteConfig)
    """
    if not (_is_ambient(site) and asked.sticky is not None):
        return
    subject = _subject(asked, site)
    if http_route.held_route(site, subject, HTTP_ROUTE) is None:
        values = http_route.http_route(site, subject, [RouteRule((Split(),))], HTTP_ROUTE)
        why = "The waypoint hashes requests only where a route sends them, so that this one sends all to the Service"
        yield Sheet("route.yaml", http_route.TEMPLATE, {**values, "why": why})


def _questions(asked: LoadBalancing, site: Site) -> Iterator[Question]:
    yield from calls_as_before(asked.service)
    subject = _subject(asked, site)
    if _is_ambient(site) and asked.sticky is not None and http_route.held_route(site, subject, HTTP_ROUTE) is None:
        yield Asking.about(site, subject).asks("a request, which the route takes", (Split(),), path="/below")


def _prerequisites(asked: LoadBalancing) -> Iterator[str]:
    if asked.sticky is not None and not asked.sticky.source_address:
        yield "the port speaks HTTP by its name or appProtocol: of other protocols, nothing is read to hash"
    if asked.distribute or asked.nearest_first:
        yield (
            "nodes have labels topology.kubernetes.io/region and topology.kubernetes.io/zone: kubectl get nodes -L"
            " topology.kubernetes.io/region,topology.kubernetes.io/zone"
        )


def _notes(asked: LoadBalancing, site: Site) -> Iterator[str]:
    if _is_ambient(site):
        yield (
            "the waypoint chooses: calls that do not pass it are not held to it, such as those from outside the mesh"
        )
    else:
        yield "the sidecar of each caller chooses: callers without one are not held to it"
    if asked.sticky is not None:
        yield (
            "with every pod that comes or goes, a part of the requests changes to another pod: state that must not be"
            " lost belongs into a store"
        )
        if asked.sticky.source_address:
            yield "the address is that of the caller's pod, and not that of a user behind a gateway"
        elif asked.sticky.cookie is None:
            yield "requests without it go to any pod"
    if asked.distribute:
        yield (
            "pods in places that are not named get nothing from there, even where those that are named are all gone;"
            " callers from other places go by the defaults of the mesh"
        )
    if asked.nearest_first:
        yield "a place with few pods gets all requests of its callers: capacity follows where callers run"
    if _is_ambient(site) and (asked.distribute or asked.nearest_first):
        yield "what is near is near to the waypoint's own pod, and not to the caller"
