"""A rule's peers are no pods that exist.

## Why it matters
`fromEndpoints` and `toEndpoints` look in the policy's own namespace unless they name another one. A label that no pod
there has lets nobody through, and the connection that the rule was written for is denied.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
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
    - matchLabels: {app: web}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers: [{name: app, image: cart}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers: [{name: app, image: web}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: web}
```

## When it stays quiet
A namespace in question is not loaded as a whole or has no workload at all; without a namespace, an input that is not
whole; reserved labels and labels of other sources; selectors that name a cluster, and any where clusters are connected;
labels that no identity has, which another rule reports; deny rules; policies that the agent refuses. Where not
everything is loaded it is an information: who connects is often kept elsewhere.

## Fix safety
None is offered: which pods were meant is not known.
"""

from collections.abc import Iterator
from dataclasses import replace

from service_mesh.mesh.cilium_clusters import CLUSTER_KINDS, is_in_mesh
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector
from service_mesh.posture.cilium.endpoints import ENDPOINT_KINDS, candidates, selector_keys
from service_mesh.posture.cilium.rules import is_refused
from service_mesh.posture.cilium.selectors import names_cluster, peer_selector
from service_mesh.rules.cilium._labels import is_outside_identity
from service_mesh.rules.cilium._policies import POLICIES, sections
from service_mesh.rules.rule import rule


@rule(
    "CI122",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=POLICIES,
    reads=tuple(dict.fromkeys((*ENDPOINT_KINDS, *CLUSTER_KINDS))),
    needs=("fromEndpoints", "toEndpoints"),
    sources=(
        "cilium/cilium: pkg/k8s/apis/cilium.io/utils/utils.go",
        "https://docs.cilium.io/en/stable/security/policy/kubernetes/",
    ),
)
def peer_unmatched(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report selectors of allowed peers without a pod."""
    if is_refused(resource):
        return
    for section in sections(resource):
        field = {"ingress": "fromEndpoints[]", "egress": "toEndpoints[]"}.get(section.name)
        for node in section.node.each(field) if field else ():
            selector = peer_selector(mesh, node, section.rule)
            if names_cluster(node) or _is_special(mesh, selector, resource.cluster):
                continue
            found = candidates(mesh, selector, "", resource.cluster)
            if found.is_known() and next(found.endpoints(), None) is None:
                severity = None if mesh.is_whole else Severity.INFO
                yield replace(_draft(node, found.namespaces, next(found.on_nodes(), None)), severity=severity)


def _draft(node: Node, namespaces: tuple[str, ...] | None, on_node: Workload | None) -> Draft:
    if on_node is not None:
        message = f"only pods on the network of their node have these labels, such as {on_node.title}, and are no peers"
        return node.finding(message, related=(on_node.labels_node.note("has the labels"),))
    names = " or ".join(f"'{name}'" for name in namespaces[:3]) if namespaces else ""
    place = f"of namespace {names} " if names else ""
    return node.finding(f"no pod {place}has these labels, so nothing is allowed")


def _is_special(mesh: MeshView, selector: Selector, cluster: str) -> bool:
    keys = selector_keys(selector)
    return any(":" in key or is_outside_identity(mesh, key, cluster) for key in keys) or is_in_mesh(mesh, cluster)
