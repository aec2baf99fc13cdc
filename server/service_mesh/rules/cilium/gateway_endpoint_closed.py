"""A policy for the whole cluster closes Cilium's own Gateways to everybody.

## Why it matters
Envoy, which serves Gateways and Ingresses, is an endpoint like a pod (`reserved:ingress`). It is in no namespace, so a
selector that is empty or only leaves namespaces out takes it in. With default deny and nothing that is let in every
request is answered with 403.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: shop, namespace: shop}
spec:
  gatewayClassName: cilium
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: deny-all}
spec:
  endpointSelector:
    matchExpressions:
    - {key: k8s:io.kubernetes.pod.namespace, operator: NotIn, values: [kube-system]}
  ingress: [{}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: shop, namespace: shop}
spec:
  gatewayClassName: cilium
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: deny-all}
spec:
  endpointSelector:
    matchExpressions:
    - {key: k8s:io.kubernetes.pod.namespace, operator: NotIn, values: [kube-system]}
  ingress: [{}]
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: allow-gateways}
spec:
  endpointSelector: {matchLabels: {reserved:ingress: ""}}
  ingress: [{fromEntities: [world, cluster]}]
```

## When it stays quiet
No Gateway or Ingress that Cilium serves is loaded; some rule for the endpoint lets anything in. Where not everything is
loaded it is reported as not checked.

## Fix safety
None is offered: who may use the Gateways is a decision.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY
from service_mesh.model.resource import Resource
from service_mesh.posture.decisions import Direction
from service_mesh.posture.kubernetes.ends import Entity
from service_mesh.rules.cilium._gateways import DOOR_KINDS, door
from service_mesh.rules.cilium._reserved import RESERVED_KINDS, allowing_items, closing_rules
from service_mesh.rules.rule import rule


@rule(
    "CI155",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(CILIUM_CLUSTERWIDE_NETWORK_POLICY,),
    reads=tuple(dict.fromkeys((*DOOR_KINDS, *RESERVED_KINDS))),
    needs=("ingress", "ingressDeny"),
    sources=(
        "cilium/cilium: pkg/ciliumenvoyconfig/cec_resource_parser.go",
        "https://docs.cilium.io/en/stable/network/servicemesh/default-deny-ingress-policy/",
    ),
)
def gateway_endpoint_closed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report rules that turn on default deny for the endpoint of Gateways, where nothing is let in."""
    cluster = resource.cluster
    closing = closing_rules(mesh, Entity.INGRESS, cluster, Direction.INGRESS)
    own = [one for one in closing if one.resource.key == resource.key]
    served = door(mesh, cluster) if own else None
    if served is None or allowing_items(mesh, Entity.INGRESS, cluster, Direction.INGRESS):
        return
    for one in own[:1]:
        node = one.get("endpointSelector") or one
        message = f"the policy is for Cilium's Gateways too, and nothing lets a request into {served.title}"
        yield node.finding(message, related=(served.root.note("is served by Cilium"),), partial=not mesh.is_whole)
