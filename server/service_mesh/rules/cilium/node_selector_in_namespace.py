"""A policy of a namespace selects nodes.

## Why it matters
Nodes belong to no namespace. Only a CiliumClusterwideNetworkPolicy may have a `nodeSelector`; the agent refuses a
CiliumNetworkPolicy with one, so nothing of it is enforced.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: nodes, namespace: shop}
spec:
  nodeSelector: {matchLabels: {type: worker}}
  ingress:
  - fromEntities: [cluster]
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: nodes}
spec:
  nodeSelector: {matchLabels: {type: worker}}
  ingress:
  - fromEntities: [cluster]
```

## When it stays quiet
A policy with both selectors, which the schema refuses.

## Fix safety
None is offered: another kind has another scope and may need other rights.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_NETWORK_POLICY
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import policy_rules
from service_mesh.rules.rule import rule


@rule(
    "CI116",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(CILIUM_NETWORK_POLICY,),
    sources=("cilium/cilium: pkg/k8s/apis/cilium.io/v2/cnp_types.go",),
)
def node_selector_in_namespace(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report a node selector in a CiliumNetworkPolicy."""
    for one in policy_rules(resource):
        selector = one.get("nodeSelector")
        if selector is not None and isinstance(selector.value, dict) and one.get("endpointSelector") is None:
            message = "a policy of a namespace selects nodes, which the agent refuses"
            yield selector.finding(message, anchor=Anchor.KEY)
