"""NetworkPolicy selects no pod.

## Why it matters
The policy is accepted and does nothing. Often a label was renamed or misspelt, and the pods that were to be closed are
open. Pods on the network of their node are nobody's subject either: network plugins see the node.

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
    matchLabels: {app: carts}
  policyTypes: [Ingress]
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
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: cart}
  policyTypes: [Ingress]
```

## When it stays quiet
A selector without labels; a namespace that is not loaded as a whole, or without any workload; a label that no workload
of the namespace uses with any value, unless everything is loaded; labels that controllers give; `kube-system`.

## Fix safety
None is offered: which pods were meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.network_policies import pod_selector, selected_by_policy
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NETWORK_POLICY
from service_mesh.model.resource import Resource
from service_mesh.rules.kubernetes._selecting import SELECTING_KINDS, selects_nothing
from service_mesh.rules.rule import rule

_SYSTEM = "kube-system"


@rule(
    "K8112",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(NETWORK_POLICY,),
    reads=SELECTING_KINDS,
    needs=("podSelector",),
    sources=(
        "kubernetes/kubernetes: staging/src/k8s.io/api/networking/v1/types.go (NetworkPolicySpec)",
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods",
    ),
)
def policy_selects_nothing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the selector of a policy that is for no pod, or only for pods that no policy is for."""
    node = resource.get("spec.podSelector")
    selector = pod_selector(resource)
    if node is None or selector.is_empty or resource.namespace == _SYSTEM:
        return
    if selects_nothing(mesh, selector, resource.namespace, resource.cluster):
        message = f"no workload of namespace '{resource.namespace}' has labels '{selector.text}', so it does nothing"
        yield node.finding(message, anchor=Anchor.KEY)
        return
    chosen = selected_by_policy(mesh, resource)
    if not chosen or not all(one.uses_host_network for one in chosen):
        return
    if mesh.is_complete(resource.namespace, resource.cluster):
        network = chosen[0].template.get("spec.hostNetwork")
        related = (network.note("shares the network of its node"),) if network is not None else ()
        message = f"it selects only pods on the network of their node, such as {chosen[0].title}, so it does nothing"
        yield node.finding(message, related=related, anchor=Anchor.KEY)
