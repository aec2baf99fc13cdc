"""Two policies of administrators have the same priority.

## Why it matters
Which of two AdminNetworkPolicies with one priority is looked at first is not defined. Where they disagree about a
connection it depends on the network plugin, and may change from day to day, whether it is allowed.

## Wrong
```yaml
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: allow-monitoring}
spec:
  priority: 10
  subject: {namespaces: {}}
  ingress:
  - action: Allow
    from: [{namespaces: {matchLabels: {team: ops}}}]
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: isolate}
spec:
  priority: 10
  subject: {namespaces: {}}
  ingress:
  - action: Deny
    from: [{namespaces: {}}]
```

## Right
```yaml
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: allow-monitoring}
spec:
  priority: 10
  subject: {namespaces: {}}
  ingress:
  - action: Allow
    from: [{namespaces: {matchLabels: {team: ops}}}]
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: isolate}
spec:
  priority: 20
  subject: {namespaces: {}}
  ingress:
  - action: Deny
    from: [{namespaces: {}}]
```

## When it stays quiet
The policies have no direction in common, or all of their rules in it have one action; policies of other clusters.
Whether their subjects have pods in common is not looked at.

## Fix safety
None is offered: which one is to come first is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ADMIN_NETWORK_POLICY
from service_mesh.model.resource import Resource
from service_mesh.rules.kubernetes._policies import PEERS
from service_mesh.rules.rule import rule


@rule(
    "K8124",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(ADMIN_NETWORK_POLICY,),
    needs=("priority",),
    sources=("kubernetes-sigs/network-policy-api: apis/v1alpha1/adminnetworkpolicy_types.go (Priority)",),
)
def admin_priority_shared(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the priority of a policy that an earlier one has too and that may decide otherwise."""
    priority = resource.get("spec.priority")
    if priority is None or type(priority.value) is not int:
        return
    for other in mesh.index(_by_priority).get((resource.cluster, priority.value), ()):
        if other is resource:
            return
        if any(_disagree(resource, other, direction) for direction in PEERS):
            held = other.get("spec.priority")
            message = f"'{other.name}' has priority {priority.value!s:.20} too, so which comes first is not defined"
            yield priority.finding(message, related=(held.note("is the same priority"),) if held is not None else ())
            return


def _by_priority(mesh: MeshView) -> Mapping[tuple[str, int], list[Resource]]:
    found: dict[tuple[str, int], list[Resource]] = {}
    for policy in mesh.of_kind(ADMIN_NETWORK_POLICY):
        priority = policy.get("spec.priority")
        if priority is not None and type(priority.value) is int:
            found.setdefault((policy.cluster, priority.value), []).append(policy)
    return found


def _disagree(one: Resource, other: Resource, direction: str) -> bool:
    mine, theirs = _actions(one, direction), _actions(other, direction)
    return bool(mine and theirs) and len(mine | theirs) > 1


def _actions(policy: Resource, direction: str) -> frozenset[str]:
    return frozenset(action.text for action in policy.each(f"spec.{direction}[].action") if action.text)
