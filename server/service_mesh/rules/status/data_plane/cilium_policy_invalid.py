"""Policy of Cilium was found invalid.

## Why it matters
The operator checks each policy the way the agents do and says the result in the condition `Valid`. What is invalid is
taken over by no agent: rules that should allow or deny do not exist for the pods.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress: [{toPorts: [{ports: [{port: "0", protocol: TCP}], rules: {http: [{path: /v1}]}}]}]
status:
  conditions: [{type: Valid, status: "False", message: L7 rules can not be used when a port is 0}]
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress: [{toPorts: [{ports: [{port: "8080", protocol: TCP}], rules: {http: [{path: /v1}]}}]}]
status:
  conditions: [{type: Valid, status: "True", message: Policy validation succeeded}]
```

## When it stays quiet
The condition is true, unknown or not there: older releases of Cilium do not write it.

## Fix safety
No fix: the rules for files say what is wrong in the policy and offer what mends it.
"""

from collections.abc import Iterator

from service_mesh.mesh.pod_states import condition
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY, CILIUM_NETWORK_POLICY
from service_mesh.model.kubectl import get_yaml
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told


@rule(
    "ST253",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(CILIUM_NETWORK_POLICY, CILIUM_CLUSTERWIDE_NETWORK_POLICY),
    sources=(
        "cilium/cilium: operator/pkg/networkpolicy/validator.go",
        "https://docs.cilium.io/en/stable/security/policy/",
    ),
)
def cilium_policy_invalid(resource: Resource, _mesh: MeshView) -> Iterator[Draft]:
    """Report a policy that no agent takes over."""
    found = condition(resource, "Valid")
    status = found.get("status") if found is not None else None
    if found is None or status is None or status.text != "False":
        return
    text = found.get("message")
    said = told(text.text) if text is not None else ""
    message = f"policy '{resource.name}' was found invalid, and no agent applies it" + (f": '{said}'" if said else "")
    yield status.problem(message, get_yaml(resource))
