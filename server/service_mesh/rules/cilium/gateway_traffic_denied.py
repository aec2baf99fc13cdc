"""Policies refuse what a Gateway or Ingress of Cilium sends to a workload.

## Why it matters
Requests from outside reach a pod from Cilium's Envoy, whose identity is `ingress`: not `world`, not the client, not a
pod. A policy that lets in clients alone, or one of the whole cluster that lets Envoy send to DNS alone, refuses them,
and the client gets 403 or 503.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  ingressClassName: cilium
  defaultBackend: {service: {name: web, port: {number: 80}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers: [{name: app, image: web}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress: [{fromEntities: [world]}]
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  ingressClassName: cilium
  defaultBackend: {service: {name: web, port: {number: 80}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers: [{name: app, image: web}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress: [{fromEntities: [ingress]}]
```

## When it stays quiet
Cilium does not serve the route; the workloads are not loaded or use the network of their node; it is not known whether
a policy allows it, or the policies of Envoy have more than 50 items for what it sends. In a namespace that is not
loaded as a whole it is reported as not checked.

## Fix safety
None is offered: who may reach the workload is a decision.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.access import ingress_decision
from service_mesh.posture.cilium.collected import COLLECTED_KINDS
from service_mesh.posture.cilium.peers import is_peer
from service_mesh.posture.cilium.ports import openings
from service_mesh.posture.decisions import Decision, Direction, Verdict
from service_mesh.posture.kubernetes.ends import End, Entity, of_entity, of_workload
from service_mesh.posture.kubernetes.flows import Flow
from service_mesh.rules.cilium._gateways import BEHIND_KINDS, DOOR_ROUTES, Behind, behind
from service_mesh.rules.cilium._reserved import allowing_items, closing_rules
from service_mesh.rules.rule import rule

_MOST_ITEMS = 50


@rule(
    "CI156",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=DOOR_ROUTES,
    reads=tuple(kind for kind in dict.fromkeys((*COLLECTED_KINDS, *BEHIND_KINDS)) if kind not in DOOR_ROUTES),
    sources=(
        "cilium/cilium: pkg/ciliumenvoyconfig/cec_resource_parser.go",
        "https://docs.cilium.io/en/stable/network/servicemesh/ingress-and-network-policy/",
    ),
)
def gateway_traffic_denied(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each Service of a route once, whose workloads Envoy may not connect to."""
    told: set[tuple[int | str, ...]] = set()
    for found in behind(mesh, resource):
        server = of_workload(found.workload)
        if not server.is_pod or found.node.path in told:
            continue
        draft = _refused_out(mesh, found, server) or _refused_in(mesh, found, server)
        if draft is not None:
            told.add(found.node.path)
            yield draft


def _refused_in(mesh: MeshView, found: Behind, server: End) -> Draft | None:
    decision = ingress_decision(mesh, of_entity(Entity.INGRESS, server.cluster), server, found.port)
    if not _is_denied(decision):
        return None
    message = f"policies of {found.workload.title} refuse port {found.port} to Cilium's Gateways and Ingresses"
    return found.node.finding(message, related=decision.chain[:3], partial=decision.verdict is Verdict.UNKNOWN)


def _refused_out(mesh: MeshView, found: Behind, server: End) -> Draft | None:
    """What the policies of Envoy's own endpoint refuse, as far as they are loaded."""
    cluster = server.cluster
    closing = closing_rules(mesh, Entity.INGRESS, cluster, Direction.EGRESS)
    flow = Flow(Direction.EGRESS, of_entity(Entity.INGRESS, cluster), server, found.port)
    items = allowing_items(mesh, Entity.INGRESS, cluster, Direction.EGRESS)
    if not closing or len(items) > _MOST_ITEMS or any(_may_allow(mesh, rule_, item, flow) for rule_, item in items):
        return None
    place = f"port {found.port} of {found.workload.title}"
    message = f"policies let Cilium's Gateways and Ingresses send nothing to {place}"
    related = tuple(one.note("turns on default deny for them") for one in closing[:3])
    return found.node.finding(message, related=related, partial=not mesh.is_whole)


def _may_allow(mesh: MeshView, rule_: Node, item: Node, flow: Flow) -> bool:
    is_open = any(True for _ in openings(item, flow))
    return is_open and is_peer(mesh, item, rule_, Direction.EGRESS, flow.other) is not False


def _is_denied(decision: Decision) -> bool:
    return Verdict.DENIED in (decision.verdict, decision.loaded)
