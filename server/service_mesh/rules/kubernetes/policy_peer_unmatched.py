"""Rule of a NetworkPolicy is for pods that do not exist.

## Why it matters
Peers are looked for in the policy's own namespace unless namespaces are named. Labels that no pod there has let nobody
through, and the connection that the rule was written for is cut off.

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
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: cart}
  ingress:
  - from:
    - podSelector:
        matchLabels: {app: webshop}
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
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers: [{name: app, image: "web:1"}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: cart}
  ingress:
  - from:
    - podSelector:
        matchLabels: {app: web}
```

## When it stays quiet
The namespace is not loaded as a whole, or has no workload; a label that no workload of the namespace uses with any
value, unless everything is loaded; labels that controllers give. A peer with a `namespaceSelector` is looked at where
it takes one namespace by its name. Where not everything is loaded it is an information: who connects is often kept
elsewhere. A list whose other item takes other namespaces is K8121's matter.

## Fix safety
None is offered: which pods were meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.rules.kubernetes._policies import peers
from service_mesh.rules.kubernetes._selecting import SELECTING_KINDS, selects_nothing
from service_mesh.rules.rule import rule

_NAME = "kubernetes.io/metadata.name"


@rule(
    "K8113",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(NETWORK_POLICY,),
    reads=SELECTING_KINDS,
    needs=("from", "to"),
    sources=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors",
    ),
)
def policy_peer_unmatched(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each selector of peers that surely selects no pod."""
    for peer in peers(resource):
        node, namespace = peer.get("podSelector"), _namespace(peer)
        if node is None or not namespace or _is_beside_namespaces(peer):
            continue
        selector = label_selector(node)
        if selects_nothing(mesh, selector, namespace, resource.cluster):
            message = f"no workload of namespace '{namespace}' has labels '{selector.text}', so nobody is let through"
            severity = None if mesh.is_whole else Severity.INFO
            yield node.finding(message, severity=severity, anchor=Anchor.KEY)


def _namespace(peer: Node) -> str:
    """The one namespace that a peer looks in; empty where it is not one that is named."""
    chosen = peer.get("namespaceSelector")
    if chosen is None:
        return peer.resource.namespace
    selector = label_selector(chosen)
    return "" if selector.requirements else selector.equal.get(_NAME, "") if len(selector.equal) == 1 else ""


def _is_beside_namespaces(peer: Node) -> bool:
    if peer.get("namespaceSelector") is not None:
        return False
    return any(True for _ in peer.parent().each("[].namespaceSelector"))
