"""AuthorizationPolicy compares addresses of the outside with those of the mesh.

## Why it matters
`ipBlocks` and `source.ip` are about who opened the connection. Behind a gateway that is the gateway's pod, never the
client on the Internet: an ALLOW of public addresses refuses everybody, a DENY of them stops nobody.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: office, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart}
  rules:
  - from:
    - source: {ipBlocks: [198.51.100.0/24]}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - {name: app, image: cart}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: office, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart}
  rules:
  - from:
    - source: {ipBlocks: [10.0.0.0/8]}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - {name: app, image: cart}
```

## When it stays quiet
The policy is for a gateway or a target, where `remoteIpBlocks` may be the better choice but the addresses can be right;
one selected workload is a gateway or not known to be in the mesh; a Service of type NodePort or LoadBalancer leads
straight to one; the ranges hold private addresses.

## Fix safety
No fix is offered: the check belongs to the gateway.
"""

from collections.abc import Iterator
from ipaddress import ip_network

from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import ATTACHMENT_KINDS, Point, point_of, selected_by, targets
from service_mesh.rules.istio._authorization import conditions, rules, sources, values
from service_mesh.rules.rule import rule

_INSIDE = tuple(
    map(
        ip_network,
        (
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "fc00::/7",
            "fe80::/10",
            "::1/128",
        ),
    )
)
_OPEN_TYPES = ("NodePort", "LoadBalancer")
_MOST = 50
"""Workloads that are looked at."""


@rule(
    "IS220",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    about=(AUTHORIZATION_POLICY,),
    needs=("ipBlocks", "notIpBlocks", "when"),
    reads=tuple(dict.fromkeys((SERVICE, *ATTACHMENT_KINDS))),
    sources=(
        "istio/istio: pilot/pkg/security/authz/model/generator.go",
        "https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/",
    ),
)
def source_hidden_by_gateway(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each range of public addresses that workloads behind gateways compare with."""
    nodes = [node for node in _ranges(resource) if _is_public(node.text)]
    if not nodes or targets(resource):
        return
    found = selected_by(mesh, resource)[:_MOST]
    if not found or not all(_is_hidden(mesh, workload) for workload in found):
        return
    for node in nodes:
        message = f"clients of '{node.text}' come through a gateway, and '{found[0].title}' sees the gateway's address"
        yield node.finding(message)


def _ranges(policy: Resource) -> Iterator[Node]:
    for rule_node in rules(policy):
        for source in sources(rule_node):
            yield from values(source, "ipBlocks", "notIpBlocks")
        for key, condition in conditions(rule_node):
            if key == "source.ip":
                yield from values(condition, "values", "notValues")


def _is_public(text: str) -> bool:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return False
    return not any(network.version == inside.version and network.overlaps(inside) for inside in _INSIDE)


def _is_hidden(mesh: MeshView, workload: Workload) -> bool:
    if point_of(mesh, workload) not in (Point.SIDECAR, Point.ZTUNNEL):
        return False
    types = (service.get("spec.type") for service in services_of(mesh, workload))
    return not any(node is not None and node.text in _OPEN_TYPES for node in types)
