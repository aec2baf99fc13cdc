"""Outbound policy REGISTRY_ONLY is all that limits what leaves.

## Why it matters
The mode is kept by the client's own sidecar, and an application can go past its sidecar: by an excluded port or range,
by a pod without one, by the sidecar's own user, and over UDP. Somebody who has taken over a pod is not held back by it;
a policy of the network is.

## Wrong
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: installed, namespace: istio-system}
spec:
  meshConfig:
    outboundTrafficPolicy: {mode: REGISTRY_ONLY}
```

## Right
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: installed, namespace: istio-system}
spec:
  meshConfig:
    outboundTrafficPolicy: {mode: REGISTRY_ONLY}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: egress, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector: {}
```

## When it stays quiet
The input has a policy of the network for what leaves, of whichever kind and for whichever pods. The other mode is
written, or none. It is info: such policies may be kept elsewhere, and the mode is of use without them.

## Fix safety
None is offered: what may leave has to be decided.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    ADMIN_NETWORK_POLICY,
    BASELINE_ADMIN_NETWORK_POLICY,
    CILIUM_CLUSTERWIDE_NETWORK_POLICY,
    CILIUM_NETWORK_POLICY,
    NETWORK_POLICY,
)
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mesh_settings import HOLDERS, mesh_settings
from service_mesh.rules.rule import rule

_POLICIES = (
    NETWORK_POLICY,
    ADMIN_NETWORK_POLICY,
    BASELINE_ADMIN_NETWORK_POLICY,
    CILIUM_NETWORK_POLICY,
    CILIUM_CLUSTERWIDE_NETWORK_POLICY,
)
_MODE = "outboundTrafficPolicy.mode"


@rule(
    "IS288",
    category=Category.SECURITY,
    severity=Severity.INFO,
    about=HOLDERS,
    reads=_POLICIES,
    sources=(
        "https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/#security-note",
        "https://istio.io/latest/docs/ops/best-practices/security/#understand-traffic-capture-limitations",
    ),
)
def registry_only_alone(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the mode where no policy of the network limits what leaves."""
    for settings in mesh_settings(resource):
        mode = settings.root.get(_MODE)
        if mode is not None and mode.text == "REGISTRY_ONLY" and resource.cluster not in mesh.index(_limited):
            message = "an application can go past its sidecar: what leaves is limited by policies of the network alone"
            yield settings.place(mode).finding(message)


def _limited(mesh: MeshView) -> frozenset[str]:
    """The clusters with a policy for what leaves."""
    return frozenset(one.cluster for kind in _POLICIES for one in mesh.of_kind(kind) if _is_for_egress(one))


def _is_for_egress(policy: Resource) -> bool:
    parts = (policy.get("spec.egress"), policy.get("spec.egressDeny"), policy.get("specs"))
    return any(part is not None for part in parts) or any(
        node.text == "Egress" for node in policy.each("spec.policyTypes[]")
    )
