"""Selectors of namespaces and of pods stand in two items of a list where one was meant.

## Why it matters
Items of `from` and `to` are alternatives, and what stands in one item has to be met together. Written apart, every pod
of the namespaces is let through, and the labels of pods are looked for in the policy's own namespace.

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
  containers: [{name: app, image: "cart:1"}]
---
apiVersion: v1
kind: Pod
metadata: {name: prometheus, namespace: monitoring, labels: {app: prometheus}}
spec:
  containers: [{name: app, image: "prom:1"}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: scrape, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: monitoring}
    - podSelector:
        matchLabels: {app: prometheus}
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
  containers: [{name: app, image: "cart:1"}]
---
apiVersion: v1
kind: Pod
metadata: {name: prometheus, namespace: monitoring, labels: {app: prometheus}}
spec:
  containers: [{name: app, image: "prom:1"}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: scrape, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: monitoring}
      podSelector:
        matchLabels: {app: prometheus}
```

## When it stays quiet
The pods' labels are in use in the policy's own namespace, which is not loaded as a whole or has no workload; none of
the chosen namespaces is known to have pods with them; the item for namespaces takes all of them.

## Fix safety
None is offered: joining the items shuts out what is let through by now.
"""

from collections.abc import Iterator

from service_mesh.mesh.selection import selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workloads_in
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE, NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.posture.kubernetes.selection import namespace_matches
from service_mesh.rules.kubernetes._policies import PEERS
from service_mesh.rules.rule import rule

_MOST_WORKLOADS = 200


@rule(
    "K8121",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(NETWORK_POLICY,),
    reads=(NAMESPACE, *WORKLOAD_KINDS),
    needs=("namespaceSelector",),
    sources=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors",
    ),
)
def peers_written_apart(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each selector of pods that fits only in the namespaces of another item."""
    home = resource.namespace, resource.cluster
    if not mesh.is_complete(*home) or not workloads_in(mesh, *home):
        return
    for direction, field in PEERS.items():
        for item in resource.each(f"spec.{direction}[]"):
            listed = tuple(item.each(f"{field}[]"))
            wide = [one for peer in listed if (one := _alone(peer, "namespaceSelector")) is not None]
            for pods in filter(None, (_alone(peer, "podSelector") for peer in listed)):
                yield from _checked(mesh, pods, wide)


def _alone(peer: Node, name: str) -> Node | None:
    """A selector with labels that has nothing beside it in its item."""
    if not isinstance(peer.value, dict) or len(peer.value) != 1 or (found := peer.get(name)) is None:
        return None
    return None if label_selector(found).is_empty else found


def _checked(mesh: MeshView, pods: Node, wide: list[Node]) -> Iterator[Draft]:
    selector, home = label_selector(pods), pods.resource
    if not wide or selected(mesh, selector, home.namespace, home.cluster):
        return
    names = sorted({one.namespace for one in selected(mesh, selector, None, home.cluster)[:_MOST_WORKLOADS]})
    for name in names:
        for node in wide:
            if namespace_matches(mesh, label_selector(node), name, home.cluster):
                message = (
                    f"only pods of namespace '{name}' have labels '{selector.text}', and an item of its own looks in "
                    f"'{home.namespace}': the item beside it lets every pod of '{name}' through"
                )
                yield pods.finding(message, related=(node.note("lets through all pods"),), anchor=Anchor.KEY)
                return
