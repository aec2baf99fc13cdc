"""Object carries a condition that says it does not work.

## Why it matters
The controller has looked at the object and found that it cannot be carried out, or only in part: a waypoint that is
missing, an address that cannot be used, a policy that ztunnel or the waypoint does not take.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec:
  ports:
  - {name: http, port: 80}
status:
  conditions:
  - type: istio.io/WaypointBound
    status: "False"
    reason: NoWaypoint
    message: waypoint "web/waypoint" is not ready
    lastTransitionTime: "2026-01-01T00:00:00Z"
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec:
  ports:
  - {name: http, port: 80}
status:
  conditions:
  - type: istio.io/WaypointBound
    status: "True"
    reason: WaypointAccepted
    message: Successfully attached to waypoint web/waypoint
    lastTransitionTime: "2026-01-01T00:00:00Z"
```

## When it stays quiet
The condition is of another kind than those that Istio and the Gateway API define for the object; it was made for an
older generation of the object, which Istio's analyzer does not look at. Files that hold no status say nothing. Beside
HTTPRoutes and GRPCRoutes the TCPRoutes and TLSRoutes are looked at. Listeners of a Gateway are looked at where the
Gateway itself is well, and not while they are pending.

## Fix safety
There is no fix: the cause lies elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    GATEWAY_API_GATEWAY,
    GRPC_ROUTE,
    HTTP_ROUTE,
    SERVICE,
    SERVICE_ENTRY,
    TCP_ROUTE,
    TLS_ROUTE,
    Kind,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_BOUND = frozenset({"istio.io/WaypointBound"})
_OF_GATEWAYS = frozenset({"Accepted", "Programmed", "ResolvedRefs"})
_OF_LISTENERS = frozenset({"Accepted", "Programmed", "ResolvedRefs"})
_BAD_FOR_LISTENERS = frozenset({"Conflicted", "Detached"})
_OWN, _OF_PARENTS = "status.conditions[]", "status.parents[].conditions[]"

_ASKED: Mapping[Kind, tuple[str, frozenset[str]]] = {
    SERVICE: (_OWN, _BOUND),
    SERVICE_ENTRY: (_OWN, _BOUND),
    AUTHORIZATION_POLICY: (_OWN, frozenset({"ZtunnelAccepted", "WaypointAccepted"})),
    GATEWAY_API_GATEWAY: (_OWN, _OF_GATEWAYS),
    HTTP_ROUTE: (_OF_PARENTS, _OF_GATEWAYS),
    GRPC_ROUTE: (_OF_PARENTS, _OF_GATEWAYS),
    TCP_ROUTE: (_OF_PARENTS, _OF_GATEWAYS),
    TLS_ROUTE: (_OF_PARENTS, _OF_GATEWAYS),
}


@rule(
    "IS257",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=tuple(_ASKED),
    needs=("conditions",),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/conditions/conditions.go",
        "https://gateway-api.sigs.k8s.io/guides/implementers/#gateway",
        "https://gateway-api.sigs.k8s.io/reference/spec/#listenerconditiontype",
    ),
    upstream=("IST0171",),
)
def condition_failing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each condition in which a controller says that the object does not work."""
    path, types = _ASKED[resource.kind]
    found = list(_failing(resource.each(path), types))
    yield from found or (_of_listeners(resource) if resource.kind == GATEWAY_API_GATEWAY else ())


def _of_listeners(gateway: Resource) -> Iterator[Draft]:
    """What is said of single listeners: what has to be true and is not, and what must not be true and is."""
    conditions = [one for one in gateway.each("status.listeners[].conditions[]") if one.text_at("reason") != "Pending"]
    yield from _failing(conditions, _OF_LISTENERS)
    for condition in conditions:
        kind, status = condition.text_at("type"), condition.get("status")
        if kind in _BAD_FOR_LISTENERS and status is not None and status.text == "True" and not _is_stale(condition):
            yield status.finding(f"condition '{kind}' is true of a listener{_explained(condition)}")


def _failing(conditions: Iterable[Node], types: frozenset[str]) -> Iterator[Draft]:
    for condition in conditions:
        kind, status = condition.get("type"), condition.get("status")
        if kind is None or status is None or kind.text not in types or _is_stale(condition):
            continue
        if status.text == "False":
            yield status.finding(f"condition '{kind.text}' is not met{_explained(condition)}")
        elif kind.text == "WaypointAccepted" and condition.text_at("reason") == "PartiallyInvalid":
            reason = condition.get("reason") or condition
            yield reason.finding(f"condition '{kind.text}' is met in part only{_explained(condition)}")


def _is_stale(condition: Node) -> bool:
    seen, now = condition.get("observedGeneration"), condition.resource.get("metadata.generation")
    if seen is None or now is None or seen.number is None or now.number is None:
        return False
    return seen.number < now.number


def _explained(condition: Node) -> str:
    reason, message = condition.text_at("reason"), " ".join(condition.text_at("message")[:400].split())
    said = f", reason '{reason[:60]}'" if reason else ""
    return said + (f": {message[:200].rstrip('.')}" if message else "")
