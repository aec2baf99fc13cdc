"""Policy selects an endpoint of Cilium that enforces none.

## Why it matters
Each endpoint says whether it enforces policy, by direction. Where a policy with rules for a direction selects it and it
says no, everything passes: the agent has not taken the policy over, or cannot apply it on this node.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: api, namespace: shop, creationTimestamp: "2026-11-20T11:00:00Z"}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]
---
apiVersion: cilium.io/v2
kind: CiliumEndpoint
metadata: {name: api, namespace: shop}
status:
  state: ready
  identity: {id: 70006, labels: ["k8s:app=api", "k8s:io.kubernetes.pod.namespace=shop"]}
  policy: {ingress: {enforcing: false}, egress: {enforcing: false}}
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: api, namespace: shop, creationTimestamp: "2026-11-20T11:00:00Z"}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]
---
apiVersion: cilium.io/v2
kind: CiliumEndpoint
metadata: {name: api, namespace: shop}
status:
  state: ready
  identity: {id: 70006, labels: ["k8s:app=api", "k8s:io.kubernetes.pod.namespace=shop"]}
  policy: {ingress: {enforcing: true}, egress: {enforcing: false}}
```

## When it stays quiet
The endpoint is not ready, the policy is a few minutes old, was found invalid or takes the default of denying back
(`enableDefaultDeny`), needs a part of Cilium that is off, or enforcement is off for the whole cluster
(`enable-policy: never`): the last three are told where they are written.

## Fix safety
No fix: the policy is as it should be; the agent's log says why it is not applied.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_config import CONFIG_KINDS, cilium_config
from service_mesh.mesh.cilium_endpoints import CILIUM_POLICIES, rules_for_identity
from service_mesh.mesh.pod_states import condition, is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_ENDPOINT
from service_mesh.model.kubectl import command
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_DIRECTIONS = {"ingress": ("ingress", "ingressDeny"), "egress": ("egress", "egressDeny")}


@rule(
    "ST252",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(CILIUM_ENDPOINT,),
    reads=(*CILIUM_POLICIES, *CONFIG_KINDS),
    sources=(
        "cilium/cilium: pkg/endpoint/endpoint_status.go",
        "cilium/cilium: pkg/policy/repository.go",
        "cilium/cilium: pkg/policy/api/rule_validation.go",
    ),
)
def policy_not_enforced(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each direction that an endpoint leaves open although a policy closes it."""
    state = resource.get("status.state")
    if state is None or state.text != "ready" or not _is_judged(mesh, resource.cluster):
        return
    found = {name: resource.get(f"status.policy.{name}.enforcing") for name in _DIRECTIONS}
    open_ = {name: node for name, node in found.items() if node is not None and node.value is False}
    rules = _rules(mesh, resource) if open_ else ()
    for direction, enforcing in open_.items():
        closing = next((one for one in rules if _closes(one, direction, mesh)), None)
        if closing is not None:
            message = (
                f"endpoint of pod '{resource.name}' enforces no {direction} policy, "
                f"and '{closing.resource.title}' selects it"
            )
            next_command = command("kubectl", "-n", resource.namespace, "get", "ciliumendpoints", "-o", "wide")
            yield enforcing.problem(message, next_command, related=(closing.note("selects the endpoint"),))


def _is_judged(mesh: MeshView, cluster: str) -> bool:
    config = cilium_config(mesh, cluster)
    if config is None:
        return True
    return config.text("enable-policy").lower() != "never" and config.is_on("enable-l7-proxy", default=True)


def _rules(mesh: MeshView, endpoint: Resource) -> tuple[Node, ...]:
    found = endpoint.get("status.identity.labels")
    held = found.value if found is not None and isinstance(found.value, list) else []
    labels = [label for label in held if isinstance(label, str)]
    return rules_for_identity(mesh, endpoint.cluster, endpoint.namespace, labels) if labels else ()


def _closes(policy_rule: Node, direction: str, mesh: MeshView) -> bool:
    """Whether a rule denies by default in a direction: it has items for it and does not take that back."""
    policy = policy_rule.resource
    valid = condition(policy, "Valid")
    status = valid.get("status") if valid is not None else None
    if (status is not None and status.text == "False") or not is_settled(mesh, policy):
        return False
    default = policy_rule.get(f"enableDefaultDeny.{direction}")
    if default is not None and isinstance(default.value, bool):
        return default.value
    return any(next(policy_rule.each(f"{name}[]"), None) is not None for name in _DIRECTIONS[direction])
