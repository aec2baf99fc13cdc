"""Labels choose the pods of a Gateway of the Gateway API, which policies are attached to by name.

## Why it matters
Pods of such a gateway are made by Istio. Policies find them by `targetRefs`; choosing them by labels works only while
istiod runs with `ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY`, and never for a waypoint.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: edge, namespace: ingress}
spec:
  selector:
    matchLabels: {gateway.networking.k8s.io/gateway-name: edge}
  rules:
  - from: [{source: {ipBlocks: [192.0.2.0/24]}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: ingress}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: edge, namespace: ingress}
spec:
  targetRefs:
  - {group: gateway.networking.k8s.io, kind: Gateway, name: edge}
  rules:
  - from: [{source: {ipBlocks: [192.0.2.0/24]}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: ingress}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
```

## When it stays quiet
The object has targets: labels beside them are not looked at. The labels choose other pods too, for which they are
right. A namespace-wide object without labels.

## Fix safety
`targetRefs` can take the place of the labels where they name one Gateway. Unsafe: for a waypoint the object starts to
work.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.selection import policy_selector, selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft, Note
from service_mesh.model.fix import Fix, Insert, Remove
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    GATEWAY_API_GATEWAY,
    GATEWAY_CLASS,
    REQUEST_AUTHENTICATION,
    TELEMETRY,
    WASM_PLUGIN,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import GATEWAY_NAME, targets
from service_mesh.posture.istio.waypoints import is_waypoint
from service_mesh.rules.rule import rule

_FLAG = "ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY"


@rule(
    "IS229",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION, TELEMETRY, WASM_PLUGIN),
    needs=("selector",),
    reads=(GATEWAY_API_GATEWAY, GATEWAY_CLASS, *INSTALLATION_KINDS, *WORKLOAD_KINDS),
    sources=(
        "istio/istio: pilot/pkg/model/policyattachment.go",
        "istio/istio: pkg/config/analysis/analyzers/k8sgateway/workloadselector.go",
        "https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/",
    ),
    upstream=("IST0166",),
)
def selector_for_kubernetes_gateway(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report labels that choose nothing but pods of Gateways of the Gateway API."""
    selector = policy_selector(resource)
    node = resource.get("spec.selector")
    if node is None or selector.is_empty or targets(resource):
        return
    name = _gateway_name(mesh, resource)
    if name is None:
        return
    gateway = mesh.find(GATEWAY_API_GATEWAY, resource.namespace, name, resource.cluster)
    if gateway is not None and is_waypoint(mesh, gateway):
        message, severity = f"labels never attach this to waypoint '{name}', which takes only what targets it", None
    elif mesh_config(mesh, resource.cluster).flag(_FLAG, default=True):
        message = f"labels choose the pods of Kubernetes Gateway '{name}', which is attached to by 'targetRefs'"
        severity = Severity.WARNING
    else:
        message, severity = f"labels do not attach this to Kubernetes Gateway '{name}': '{_FLAG}' is off", None
    yield node.finding(message, fix=_fix(node, name), severity=severity, related=_related(gateway))


def _gateway_name(mesh: MeshView, policy: Resource) -> str | None:
    """The Gateway whose pods a policy chooses; None where it chooses other pods too."""
    selector = policy_selector(policy)
    named = selector.equal.get(GATEWAY_NAME)
    if named is not None:
        return named
    chosen = selected(mesh, selector, policy.namespace, policy.cluster)
    name = chosen[0].labels.get(GATEWAY_NAME) if chosen else None
    if not isinstance(name, str):
        return None
    return name if all(workload.labels.get(GATEWAY_NAME) == name for workload in chosen) else None


def _fix(selector: Node, name: str) -> Fix:
    policy = selector.resource
    target: Mapping[str, object] = {"group": GATEWAY_API_GATEWAY.group, "kind": GATEWAY_API_GATEWAY.name, "name": name}
    edits = (Insert(policy, ("spec",), "targetRefs", [target]), Remove(policy, selector.path))
    return Fix(f"target Gateway '{name}'", False, edits)


def _related(gateway: Resource | None) -> tuple[Note, ...]:
    return () if gateway is None else (gateway.root.note("is the gateway"),)
