"""NetworkPolicy has rules for a direction that it is not about.

## Why it matters
`policyTypes` says which directions a policy is about, and rules for another one are stored and never looked at. What
they were to limit stays open, or what they were to allow stays closed by another policy.

## Wrong
```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  egress:
  - to:
    - ipBlock: {cidr: 192.0.2.0/24}
```

## Right
```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  egress:
  - to:
    - ipBlock: {cidr: 192.0.2.0/24}
```

## When it stays quiet
`policyTypes` is absent or empty, so that it follows from the rules; the list of rules is empty; an unknown direction
stands there, which K8111 reports.

## Fix safety
Adding the direction is offered; unsafe, because everything that its rules leave out is closed then.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Append, Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NETWORK_POLICY
from service_mesh.model.resource import Resource
from service_mesh.rules.kubernetes._policies import PEERS, listed_types, rule_lists
from service_mesh.rules.rule import rule


@rule(
    "K8116",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(NETWORK_POLICY,),
    needs=("policyTypes",),
    sources=(
        "kubernetes/kubernetes: staging/src/k8s.io/api/networking/v1/types.go (PolicyTypes)",
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource",
    ),
)
def policy_direction_ignored(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report the rules of each direction that `policyTypes` leaves out."""
    types, listed = resource.get("spec.policyTypes"), listed_types(resource)
    if types is None or not listed or not listed <= set(PEERS):
        return
    for direction, rules in rule_lists(resource):
        if direction not in listed:
            name = direction.capitalize()
            fix = Fix(f"add '{name}' to 'policyTypes'", False, (Append(resource, types.path, name),))
            message = f"'policyTypes' leaves out '{name}', so the rules for {direction} are never looked at"
            related = (types.note("says what the policy is about"),)
            yield rules.finding(message, fix=fix, related=related, anchor=Anchor.KEY)
