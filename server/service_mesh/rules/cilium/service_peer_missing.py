"""A policy allows connections to a Service that does not exist.

## Why it matters
`toServices` stands for the pods behind a Service, or for the addresses of its endpoints. Without the Service it stands
for nothing, and nothing says so: pods that were to reach it are refused.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: prices, namespace: shop}
spec: {selector: {app: prices}, ports: [{port: 80}]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toServices:
    - k8sService: {serviceName: price, namespace: shop}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: prices, namespace: shop}
spec: {selector: {app: prices}, ports: [{port: 80}]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toServices:
    - k8sService: {serviceName: prices, namespace: shop}
```

## When it stays quiet
Services that are chosen by labels; a name without a namespace in a policy of the whole cluster; Services that a
controller makes for an object of the input. In a namespace that is not loaded as a whole it is reported as not checked.

## Fix safety
None is offered: which Service was meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.generated_services import GENERATOR_KINDS, is_generated
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, sections
from service_mesh.rules.rule import rule


@rule(
    "CI147",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=POLICIES,
    reads=(SERVICE, *GENERATOR_KINDS),
    needs=("toServices",),
    sources=(
        "cilium/cilium: pkg/policy/k8s/service.go",
        "https://docs.cilium.io/en/stable/security/policy/layer3/#services-based",
    ),
)
def service_peer_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report names of Services that are not there."""
    cluster = resource.cluster
    for section in sections(resource):
        for entry in section.node.each("toServices[].k8sService"):
            name, home = entry.get("serviceName"), entry.text_at("namespace") or resource.namespace
            if name is None or not name.text or not home or mesh.find(SERVICE, home, name.text, cluster) is not None:
                continue
            if not is_generated(mesh, home, name.text, cluster):
                message = f"there is no service '{name.text[:80]}' in namespace '{home[:80]}'"
                yield name.finding(message, partial=not mesh.is_complete(home, cluster))
