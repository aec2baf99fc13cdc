"""Policy of administrators is one that the API server refuses.

## Why it matters
AdminNetworkPolicy and BaselineAdminNetworkPolicy come with rules in their definition: a priority from 0 to 1000,
rules that say whom they are for, and one baseline with a fixed name. What breaks them is not stored, and the cluster
goes on without the guard.

## Wrong
```yaml
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: deny-all}
spec:
  subject: {namespaces: {}}
  ingress:
  - action: Deny
    from: [{namespaces: {}}]
```

## Right
```yaml
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec:
  subject: {namespaces: {}}
  ingress:
  - action: Deny
    from: [{namespaces: {}}]
```

## When it stays quiet
Other versions than `v1alpha1`; policies that were read from a cluster; definitions that were given, which the schema
pass judges by itself.

## Fix safety
The name of the baseline is offered. It is unsafe: under any other name nothing is stored, and under this one the policy
comes into force, which changes who can call whom.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ADMIN_NETWORK_POLICY, BASELINE_ADMIN_NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.kubernetes._policies import PEERS
from service_mesh.rules.rule import rule

_VERSION = "policy.networking.k8s.io/v1alpha1"
_BASELINE = "default"
_LOWEST = 1000
_MOST_RULES = 100
_ACTIONS = {ADMIN_NETWORK_POLICY: ("Allow", "Deny", "Pass"), BASELINE_ADMIN_NETWORK_POLICY: ("Allow", "Deny")}
_ONE_OF = ("namespaces", "pods", "nodes", "networks", "domainNames")


@rule(
    "K8123",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(ADMIN_NETWORK_POLICY, BASELINE_ADMIN_NETWORK_POLICY),
    sources=(
        "kubernetes-sigs/network-policy-api: apis/v1alpha1/adminnetworkpolicy_types.go",
        "kubernetes-sigs/network-policy-api: apis/v1alpha1/baselineadminnetworkpolicy_types.go",
    ),
)
def admin_policy_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each field that the definition of the kind does not take."""
    spec = resource.get("spec")
    if resource.api_version != _VERSION or resource.is_from_cluster or spec is None:
        return
    if resource.kind == ADMIN_NETWORK_POLICY:
        yield from _priority(spec)
    else:
        yield from _named(resource)
    subject = spec.get("subject")
    if subject is None:
        yield spec.finding("the policy has no 'subject', so it is refused", anchor=Anchor.KEY)
    elif isinstance(subject.value, dict):
        yield from _one_of(subject, _ONE_OF[:2])
    for direction, field in PEERS.items():
        for number, item in enumerate(spec.each(f"{direction}[]")):
            yield from _rule(item, field, _ACTIONS[resource.kind])
            if number == _MOST_RULES:
                yield item.finding(f"a policy has at most {_MOST_RULES} rules for {direction}")


def _priority(spec: Node) -> Iterator[Draft]:
    priority = spec.get("priority")
    if priority is None:
        yield spec.finding("the policy has no 'priority', so it is refused", anchor=Anchor.KEY)
    elif isinstance(priority.value, int) and not 0 <= priority.value <= _LOWEST:
        yield priority.finding(f"priority {priority.value!s:.20} is outside of 0 to {_LOWEST}")


def _named(resource: Resource) -> Iterator[Draft]:
    name = resource.get("metadata.name")
    if name is not None and name.text and name.text != _BASELINE:
        fix = Fix.replace(name, _BASELINE, title=f"name it '{_BASELINE}'")
        yield name.finding(f"the one baseline of a cluster is named '{_BASELINE}', and no other is taken", fix=fix)


def _rule(item: Node, field: str, actions: tuple[str, ...]) -> Iterator[Draft]:
    if not isinstance(item.value, dict):
        return
    action, peers = item.get("action"), item.get(field)
    if action is None or (action.text and action.text not in actions):
        said = "a rule has no action" if action is None else f"'{action.text[:40]}' is no action here"
        yield (action or item).finding(f"{said}: {', '.join(actions)} are")
    if peers is None or peers.value in (None, []):
        yield (peers or item).finding(f"a rule without anybody in '{field}' is refused")
    for peer in peers.items if peers is not None else ():
        if isinstance(peer.value, dict):
            yield from _one_of(peer, _ONE_OF)


def _one_of(chooser: Node, names: tuple[str, ...]) -> Iterator[Draft]:
    held = list(chooser.value) if isinstance(chooser.value, dict) else []
    if not held:
        yield chooser.finding(f"one of {', '.join(map(repr, names[:2]))} has to be said here, and none is")
    elif len(held) > 1 and set(held) <= set(names):
        yield chooser.finding(f"'{held[0]}' and '{held[1]}' exclude each other")
