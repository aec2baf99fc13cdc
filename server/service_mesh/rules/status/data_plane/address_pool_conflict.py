"""Pool of addresses overlaps with another one and is not used.

## Why it matters
Cilium takes a pool that overlaps with another, or with itself, out of use and gives no new address from it. Services
that have one keep it, new ones wait.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: {name: edge}
spec: {blocks: [{cidr: 192.0.2.0/28}]}
status:
  conditions:
  - type: cilium.io/PoolConflict
    status: "True"
    reason: cidr_overlap
    message: overlaps with pool internal
    lastTransitionTime: "2026-11-20T08:00:00Z"
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: {name: edge}
spec: {blocks: [{cidr: 192.0.2.0/28}]}
status:
  conditions:
  - type: cilium.io/PoolConflict
    status: "False"
    reason: resolved
    message: ""
    lastTransitionTime: "2026-11-20T08:00:00Z"
```

## When it stays quiet
The condition is false or not there, or the pool is switched off (`spec.disabled`).

## Fix safety
No fix: which of the two pools is to have the addresses is for whoever owns the network to say.
"""

from collections.abc import Iterator

from service_mesh.mesh.pod_states import condition
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_LOAD_BALANCER_IP_POOL
from service_mesh.model.kubectl import describe
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told


@rule(
    "ST255",
    category=Category.CONFLICT,
    severity=Severity.ERROR,
    about=(CILIUM_LOAD_BALANCER_IP_POOL,),
    sources=(
        "cilium/cilium: operator/pkg/lbipam/lbipam.go",
        "https://docs.cilium.io/en/stable/network/lb-ipam/#pool-selectors",
    ),
)
def address_pool_conflict(resource: Resource, _mesh: MeshView) -> Iterator[Draft]:
    """Report a pool that gives no address because another one has it."""
    found, disabled = condition(resource, "cilium.io/PoolConflict"), resource.get("spec.disabled")
    status = found.get("status") if found is not None else None
    if found is None or status is None or status.text != "True" or (disabled is not None and disabled.value is True):
        return
    text = found.get("message")
    said = told(text.text) if text is not None else ""
    message = f"pool '{resource.name}' conflicts with another and gives no address" + (f": '{said}'" if said else "")
    yield status.problem(message, describe(resource))
