"""A policy of a namespace selects pods of another one.

## Why it matters
A CiliumNetworkPolicy is for pods of its own namespace. Another one in its `endpointSelector` is either dropped with a
warning in the agent's log (with the source `k8s:`), so that the policy takes hold of pods at home, or it makes the
selector match nothing at all. In both cases the pods that were meant stay open.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: platform}
spec:
  endpointSelector:
    matchLabels:
      k8s:io.kubernetes.pod.namespace: shop
      app: cart
  ingress: [{}]
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector:
    matchLabels:
      app: cart
  ingress: [{}]
```

## When it stays quiet
The own namespace, alone or among others; policies of the cluster; peers, which may be in any namespace.

## Fix safety
None is offered: either the policy belongs into the other namespace, or the label is too much.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.identity import NAMESPACE_LABEL
from service_mesh.rules.cilium._policies import policy_rules
from service_mesh.rules.rule import rule

_DROPPED = f"k8s:{NAMESPACE_LABEL}"
_NAMES = (NAMESPACE_LABEL, f"any:{NAMESPACE_LABEL}")


@rule(
    "CI123",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(CILIUM_NETWORK_POLICY,),
    needs=("endpointSelector",),
    sources=(
        "cilium/cilium: pkg/k8s/apis/cilium.io/utils/utils.go",
        "https://docs.cilium.io/en/stable/security/policy/kubernetes/",
    ),
)
def selector_in_other_namespace(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report namespaces in endpoint selectors that are not the policy's own."""
    for one in policy_rules(resource) if resource.namespace else ():
        for labels in one.each("endpointSelector.matchLabels"):
            yield from _labels(labels, resource.namespace)
        for expression in one.each("endpointSelector.matchExpressions[]"):
            yield from _expression(expression, resource.namespace)


def _labels(labels: Node, home: str) -> Iterator[Draft]:
    for name in (_DROPPED, *_NAMES):
        node = labels.key(name)
        if node is not None and node.text and node.text != home:
            what = "and the agent drops" if name == _DROPPED else "so it selects none of"
            yield node.finding(f"the policy is for pods of namespace '{home}', {what} '{node.text[:80]}'")


def _expression(expression: Node, home: str) -> Iterator[Draft]:
    key, operator = expression.get("key"), expression.get("operator")
    if key is None or operator is None or key.text not in (*_NAMES, _DROPPED):
        return
    values = expression.get("values")
    named = [value.text for value in expression.each("values[]") if value.text]
    if values is not None and operator.text == "In" and named and home not in named:
        message = f"the policy is for pods of namespace '{home}', so it selects none of '{named[0][:80]}'"
        yield values.finding(message)
