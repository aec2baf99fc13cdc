"""DestinationRule for chosen clients is about a service whose traffic goes through a waypoint.

## Why it matters
`workloadSelector` chooses by the labels of the proxy that sends. For such a service that proxy is the waypoint, whoever
the client is, so that the rule's limits, TLS and subsets do not apply to the clients it names.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  workloadSelector:
    matchLabels: {app: web}
  trafficPolicy:
    connectionPool:
      tcp: {maxConnections: 10}
---
apiVersion: v1
kind: Service
metadata:
  name: reviews
  namespace: shop
  labels: {istio.io/use-waypoint: waypoint}
spec:
  ports:
  - {name: http, port: 80}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: waypoint, namespace: shop}
spec:
  gatewayClassName: istio-waypoint
  listeners:
  - {name: mesh, port: 15008, protocol: HBONE}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  trafficPolicy:
    connectionPool:
      tcp: {maxConnections: 10}
---
apiVersion: v1
kind: Service
metadata:
  name: reviews
  namespace: shop
  labels: {istio.io/use-waypoint: waypoint}
spec:
  ports:
  - {name: http, port: 80}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: waypoint, namespace: shop}
spec:
  gatewayClassName: istio-waypoint
  listeners:
  - {name: mesh, port: 15008, protocol: HBONE}
```

## When it stays quiet
The rule has no `workloadSelector`; no loaded Service or ServiceEntry that the host covers has the label
`istio.io/use-waypoint`, on itself or on its namespace; the label is `none`.

## Fix safety
No fix is offered: without the selector the rule is for every client.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.destination_rules import has_selector, rule_host
from service_mesh.mesh.host_index import HostIndex
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import service_host, wildcards_over
from service_mesh.model.kinds import (
    DESTINATION_RULE,
    GATEWAY_API_GATEWAY,
    GATEWAY_CLASS,
    NAMESPACE,
    SERVICE,
    SERVICE_ENTRY,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.waypoints import service_waypoint
from service_mesh.rules.rule import rule


@rule(
    "IS161",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE,),
    reads=(GATEWAY_API_GATEWAY, GATEWAY_CLASS, NAMESPACE, SERVICE, SERVICE_ENTRY),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/destinationrule/workloadselector.go",
        "https://istio.io/latest/docs/ambient/usage/l7-features/",
    ),
)
def destination_rule_selector_at_waypoint(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a selector of clients where a waypoint is the client."""
    chosen = resource.get("spec.workloadSelector")
    host = rule_host(resource)
    if chosen is None or not host or not has_selector(resource):
        return
    label = _waypoint(mesh, host, resource.cluster)
    if label is not None:
        message = f"clients of host '{host}' are chosen by labels, but its traffic goes through waypoint '{label.text}'"
        yield chosen.finding(message, related=(label.note("sends it there"),))


def _waypoint(mesh: MeshView, host: str, cluster: str) -> Node | None:
    """The label that sends the traffic of a host, or of one below it, to a waypoint."""
    below = mesh.index(_below).get((cluster, host))
    return below or next(mesh.index(_declared).covering(cluster, host), None)


def _declared(mesh: MeshView) -> HostIndex[Node]:
    return HostIndex(_labelled(mesh))


def _below(mesh: MeshView) -> Mapping[tuple[str, str], Node]:
    """A label by every wildcard that covers a host it is for."""
    found: dict[tuple[str, str], Node] = {}
    for cluster, host, label in _labelled(mesh):
        for wildcard in wildcards_over(host):
            found.setdefault((cluster, wildcard), label)
    return found


def _labelled(mesh: MeshView) -> Iterator[tuple[str, str, Node]]:
    for declaring in (*mesh.of_kind(SERVICE), *mesh.of_kind(SERVICE_ENTRY)):
        used = service_waypoint(mesh, declaring)
        if used is None:
            continue
        if declaring.kind == SERVICE:
            yield declaring.cluster, service_host(declaring.name, declaring.namespace), used.node
        for host in declaring.each("spec.hosts[]") if declaring.kind == SERVICE_ENTRY else ():
            yield declaring.cluster, host.text, used.node
