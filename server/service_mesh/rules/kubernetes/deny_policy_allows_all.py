"""NetworkPolicy is named as one that denies and lets everything in.

## Why it matters
In a NetworkPolicy an empty rule matches every connection: `ingress: [{}]` is the way to allow all. What denies is a
direction in `policyTypes` without any rule. In a policy of Cilium the same empty rule denies, so it is often copied.

## Wrong
```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny-ingress, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - {}
```

## Right
```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny-ingress, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
```

## When it stays quiet
The name also says that something is allowed; the direction that the name speaks of has no empty rule; the name speaks
of no direction and one of those that the policy is about is closed, as in a policy that denies what comes in and says
that everything may leave.

## Fix safety
Removing the rules is offered; unsafe, because it closes what is open by now.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.decisions import Direction
from service_mesh.posture.kubernetes.policies import isolates
from service_mesh.rules.kubernetes._policies import PEERS
from service_mesh.rules.rule import rule

_WORDS = re.compile(r"[a-z]+")
_DENIES = frozenset({"block", "blocked", "deny", "denyall", "denied", "isolate", "isolated", "isolation", "lockdown"})
_ALLOWS = frozenset({"accept", "allow", "allowed", "allows", "but", "except", "no", "not", "open", "permit", "unless"})
_NAMED = {
    Direction.INGRESS: frozenset({"in", "inbound", "incoming", "ingress"}),
    Direction.EGRESS: frozenset({"egress", "external", "internet", "out", "outbound", "outgoing"}),
}


@rule(
    "K8115",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(NETWORK_POLICY,),
    needs=("ingress", "egress"),
    sources=(
        "kubernetes/kubernetes: staging/src/k8s.io/api/networking/v1/types.go (NetworkPolicyIngressRule)",
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#allow-all-ingress-traffic",
    ),
)
def deny_policy_allows_all(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report the empty rule of each direction that the name says is closed."""
    words = frozenset(_WORDS.findall(resource.name.lower()))
    if not words & _DENIES or words & _ALLOWS:
        return
    about = [way for way in Direction if isolates(resource, way)]
    named = [way for way in about if words & _NAMED[way]]
    opening = {way: rule for way in named or about if (rule := _empty_rule(resource, way)) is not None}
    if not named and len(opening) < len(about) and "all" not in words:
        return
    for way, item in opening.items():
        message = f"'{resource.name}' denies by its name, and its empty rule for {way.value} allows everything"
        rules = item.parent()
        fix = Fix.remove(rules, title=f"remove the rules for {way.value}") if _keeps_closing(resource, way) else None
        yield item.finding(message, fix=fix)


def _empty_rule(policy: Resource, way: Direction) -> Node | None:
    """The first rule that matches every connection."""
    for item in policy.each(f"spec.{way.value}[]"):
        if isinstance(item.value, dict) and not any(item.value.get(field) for field in (PEERS[way.value], "ports")):
            return item
    return None


def _keeps_closing(policy: Resource, way: Direction) -> bool:
    """Whether the policy is about the direction without rules for it too."""
    types = {item.text.lower() for item in policy.each("spec.policyTypes[]")}
    return way.value in types or (not types and way is Direction.INGRESS)
