"""Cilium has no address for a Service.

## Why it matters
Cilium hands out the addresses of Services of type LoadBalancer from its pools and says in a condition of the Service
why it could not. Until then nothing outside reaches the Service, nor the Gateway or Ingress behind which it stands.
`kubectl describe` does not show conditions of Services.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: shop}
spec: {type: LoadBalancer, ports: [{port: 80}]}
status:
  loadBalancer: {}
  conditions:
  - type: cilium.io/IPAMRequestSatisfied
    status: "False"
    reason: no_pool
    message: no pool fits
    lastTransitionTime: "2026-11-20T08:00:00Z"
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: shop}
spec: {type: LoadBalancer, ports: [{port: 80}]}
status:
  loadBalancer: {ingress: [{ip: 192.0.2.10}]}
  conditions:
  - type: cilium.io/IPAMRequestSatisfied
    status: "True"
    reason: satisfied
    message: ""
    lastTransitionTime: "2026-11-20T08:00:00Z"
```

## When it stays quiet
The Service has an address, whoever gave it, or is no longer of type LoadBalancer.

## Fix safety
No fix: a pool is a range of addresses that the network around the cluster must know of.
"""

from collections.abc import Iterator

from service_mesh.mesh.pod_states import condition
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.kubectl import get_yaml
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told

_CONDITION = "cilium.io/IPAMRequestSatisfied"


@rule(
    "ST254",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(SERVICE,),
    sources=(
        "cilium/cilium: operator/pkg/lbipam/lbipam.go",
        "https://docs.cilium.io/en/stable/network/lb-ipam/",
    ),
)
def load_balancer_address_refused(resource: Resource, _mesh: MeshView) -> Iterator[Draft]:
    """Report a Service that waits for an address which Cilium cannot give."""
    kind, found = resource.get("spec.type"), condition(resource, _CONDITION)
    status = found.get("status") if found is not None else None
    if found is None or status is None or status.text != "False" or kind is None or kind.text != "LoadBalancer":
        return
    if next(resource.each("status.loadBalancer.ingress[]"), None) is None:
        reason, text = found.get("reason"), found.get("message")
        why = f" ('{reason.text}')" if reason is not None and reason.text else ""
        said = told(text.text) if text is not None else ""
        message = f"service '{resource.name}' gets no address from Cilium{why}" + (f": '{said}'" if said else "")
        yield status.problem(message, get_yaml(resource))
