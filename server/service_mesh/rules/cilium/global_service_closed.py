"""Policies keep other clusters away from a Service that is shared with them.

## Why it matters
Since 1.19 a selector in a policy means pods of the own cluster unless it names others by the label
`io.cilium.k8s.policy.cluster`. A policy that was written before lets in the clients of the own cluster alone, while the
Service still offers its pods to all: connections from other clusters are refused.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop, annotations: {service.cilium.io/global: "true"}}
spec: {selector: {app: cart}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers: [{name: app, image: cart}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress: [{fromEndpoints: [{}]}]
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop, annotations: {service.cilium.io/global: "true"}}
spec: {selector: {app: cart}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers: [{name: app, image: cart}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchExpressions:
      - {key: io.cilium.k8s.policy.cluster, operator: Exists}
```

## When it stays quiet
The release that is judged by is older than 1.19, or the option `policy-default-local-cluster` is off; the Service
keeps its pods for itself (`service.cilium.io/shared`); no policy turns on default deny for its pods, or none lets in
pods by their labels; some item is for everybody, for another cluster or for the entity `cluster-mesh`; the pods have a
NetworkPolicy as well, or more than 50 rules. It is an information, since a Service may be global for the sake of the
own clients alone. In a namespace that is not loaded as a whole it is reported as not checked.

## Fix safety
None is offered: which clusters may come in is a decision.
"""

from collections.abc import Iterator

from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.options import policy_options
from service_mesh.posture.cilium.rules import RULE_KINDS, chosen_rules, default_denies
from service_mesh.posture.cilium.selectors import names_cluster
from service_mesh.posture.decisions import Direction
from service_mesh.posture.kubernetes.ends import End, of_workload
from service_mesh.posture.kubernetes.policies import POLICY_KINDS, isolating
from service_mesh.rules.rule import rule

_GLOBAL = ("service.cilium.io/global", "io.cilium/global-service")
_SHARED = ("service.cilium.io/shared", "io.cilium/shared-service")
_PEERS = ("Endpoints", "CIDR", "CIDRSet", "Entities", "Nodes", "Groups")
_MOST_RULES = 50
_WIDE = frozenset({"all", "cluster-mesh"})


@rule(
    "CI158",
    category=Category.TRAFFIC,
    severity=Severity.INFO,
    about=(SERVICE,),
    reads=tuple(dict.fromkeys((*RULE_KINDS, *POLICY_KINDS, *WORKLOAD_KINDS))),
    needs=_GLOBAL,
    sources=(
        "cilium/cilium: pkg/k8s/apis/cilium.io/utils/utils.go",
        "https://docs.cilium.io/en/stable/network/clustermesh/policy/",
    ),
)
def global_service_closed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the annotation of a shared Service whose pods let in their own cluster alone."""
    node = _shared(resource)
    if node is None or mesh.release("cilium") < (1, 19):
        return
    if not policy_options(mesh, resource.cluster).is_local_by_default:
        return
    for workload in workloads_of(mesh, resource):
        item = _local_item(mesh, of_workload(workload))
        if item is not None:
            message = f"other clusters have the service in vain: policies of {workload.title} let in the own one alone"
            related = (item.note("means pods of the own cluster"),)
            partial = not mesh.is_complete(resource.namespace, resource.cluster)
            yield node.finding(message, related=related, partial=partial, anchor=Anchor.KEY)
            return


def _shared(service: Resource) -> Node | None:
    """Where a Service is made one of all clusters, if it offers its own pods to them."""
    annotations = service.get("metadata.annotations")
    if annotations is None or any(service.annotations.get(name) == "false" for name in _SHARED):
        return None
    found = (annotations.key(name) for name in _GLOBAL)
    return next((node for node in found if node is not None and node.text == "true"), None)


def _local_item(mesh: MeshView, pod: End) -> Node | None:
    """An item that lets in pods of the own cluster, where none for the pod lets in others."""
    chosen = chosen_rules(mesh, pod) if pod.is_pod else ()
    if len(chosen) > _MOST_RULES or not any(
        one.is_certain and default_denies(one.rule, Direction.INGRESS) for one in chosen
    ):
        return None
    items = [item for one in chosen for item in one.rule.each("ingress[]")]
    if isolating(mesh, pod, Direction.INGRESS) or any(_may_be_wide(item) for item in items):
        return None
    return next((item for item in items if any(True for _ in item.each("fromEndpoints[]"))), None)


def _may_be_wide(item: Node) -> bool:
    if not any((field := item.get(f"from{name}")) is not None and field.value for name in _PEERS):
        return any(True for name in ("toPorts[]", "icmps[]") for _ in item.each(name))
    if any(entity.text in _WIDE for entity in item.each("fromEntities[]")):
        return True
    return any(names_cluster(peer) for peer in item.each("fromEndpoints[]"))
