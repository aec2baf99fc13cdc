"""A policy selects no pod.

## Why it matters
The policy is accepted and does nothing. Often a label was renamed or misspelt, and the pods that were to be closed are
open. Pods on the network of their node have no identity of their own: only policies for nodes are about them.

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
  endpointSelector: {matchLabels: {app: carts}}
  ingress: [{}]
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
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress: [{}]
```

## When it stays quiet
A selector without labels; one for reserved labels; a namespace that is not loaded as a whole or has no workload at all,
and for a policy of the cluster an input that is not whole; policies that the agent refuses; labels that other rules
report: a namespace in a policy of a namespace, and labels that no identity has.

## Fix safety
None is offered: which pods were meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.endpoints import ENDPOINT_KINDS, Candidates, candidates, selector_keys
from service_mesh.posture.cilium.identity import NAMESPACE_LABEL, RESERVED
from service_mesh.posture.cilium.rules import is_refused
from service_mesh.posture.cilium.selectors import endpoint_selector
from service_mesh.rules.cilium._labels import is_outside_identity
from service_mesh.rules.cilium._policies import POLICIES, policy_rules
from service_mesh.rules.rule import rule


@rule(
    "CI121",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=POLICIES,
    reads=ENDPOINT_KINDS,
    needs=("spec", "specs"),
    sources=(
        "cilium/cilium: pkg/k8s/apis/cilium.io/utils/utils.go",
        "https://docs.cilium.io/en/stable/security/policy/intro/",
    ),
)
def endpoint_selector_unmatched(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report endpoint selectors without a pod."""
    for one in policy_rules(resource) if not is_refused(resource) else ():
        node, selector = one.get("endpointSelector"), endpoint_selector(one)
        keys = selector_keys(selector)
        if node is None or selector.is_empty or any(_is_special(mesh, one, key) for key in keys):
            continue
        found = candidates(mesh, selector, resource.namespace, resource.cluster)
        if found.is_known() and next(found.endpoints(), None) is None:
            yield _draft(node, found)


def _draft(node: Node, found: Candidates) -> Draft:
    on_node = next(found.on_nodes(), None)
    if on_node is None:
        return node.finding("the policy selects no pod, so it has no effect")
    related = (on_node.labels_node.note("has the labels"),)
    message = f"the policy selects only pods on the network of their node, such as {on_node.title}, and so none"
    return node.finding(message, related=related)


def _is_special(mesh: MeshView, one: Node, key: str) -> bool:
    if key.startswith(RESERVED) or is_outside_identity(mesh, key, one.resource.cluster):
        return True
    return key == NAMESPACE_LABEL and bool(one.resource.namespace)
