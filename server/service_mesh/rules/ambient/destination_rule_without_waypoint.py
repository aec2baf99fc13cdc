"""DestinationRule asks for what only a waypoint does, and none is in front of the service.

## Why it matters
ztunnel reads no DestinationRules. Sticky sessions by header or cookie, limits for requests and outlier detection do
nothing for clients in ambient mode until a waypoint is in front of the service. A waypoint reads the rules of its own
namespace, of the service's and of the root namespace.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports:
  - {name: http, port: 80}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec:
  host: cart
  trafficPolicy:
    outlierDetection: {consecutive5xxErrors: 5}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports:
  - {name: http, port: 80}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec:
  host: cart
  trafficPolicy:
    outlierDetection: {consecutive5xxErrors: 5}
```

## When it stays quiet
The rule has nothing of that kind. Its host is a wildcard, is not loaded or not in ambient mode. A label chooses a
waypoint; whether that one exists is told at the label. Rules of the waypoint's and of the root namespace count, though
Kiali reports them.

## Fix safety
There is no fix: a waypoint has to be deployed.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.ambient._reach import REACH_KINDS, somewhere_ambient
from service_mesh.rules.ambient._served import Served, served
from service_mesh.rules.rule import rule

_POLICIES = ("spec.trafficPolicy", "spec.subsets[].trafficPolicy")
_PLACES = tuple(place for policy in _POLICIES for place in (policy, f"{policy}.portLevelSettings[]"))
_SETTINGS = (
    "loadBalancer.consistentHash.httpHeaderName",
    "loadBalancer.consistentHash.httpCookie",
    "connectionPool.http",
    "outlierDetection",
)


@rule(
    "AM115",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE,),
    where=somewhere_ambient,
    reads=(*REACH_KINDS, *INSTALLATION_KINDS),
    sources=(
        "istio/istio: pilot/pkg/model/push_context.go",
        "https://istio.io/latest/docs/ambient/usage/l7-features/",
        "kiali/kiali: business/checkers/ambient/l7_classification.go",
    ),
    upstream=("KIA0210", "KIA0211", "KIA0212"),
)
def destination_rule_without_waypoint(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first setting of a rule that clients in ambient mode do not get."""
    host = resource.get("spec.host")
    found = served(mesh, host) if host is not None else None
    setting = _setting(resource) if found is not None else None
    if found is not None and setting is not None:
        yield from _told(setting, found, mesh)


def _told(setting: Node, found: Served, mesh: MeshView) -> Iterator[Draft]:
    name = f"'{setting.path[-1]}'"
    service, rule_namespace = found.service, setting.resource.namespace
    if found.use is None:
        message = (
            f"{name} does nothing for clients in ambient mode: no waypoint is in front of Service '{service.name}'"
        )
        yield setting.finding(message, related=(found.label.note("its namespace is in ambient mode"),))
    elif found.use.gateway is not None:
        places = (service.namespace, found.use.namespace, root_namespace(mesh, service.cluster))
        if rule_namespace not in places:
            message = (
                f"{name} does nothing for clients in ambient mode: the waypoint reads no rules of '{rule_namespace}'"
            )
            yield setting.finding(message, related=(found.use.node.note("chooses the waypoint"),))


def _setting(rule_object: Resource) -> Node | None:
    policies = (policy for place in _PLACES for policy in rule_object.each(place))
    nodes = (policy.get(setting) for policy in policies for setting in _SETTINGS)
    return next((node for node in nodes if node is not None and node.value), None)
