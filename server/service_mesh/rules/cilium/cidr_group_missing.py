"""A policy refers to a group of addresses that does not exist.

## Why it matters
The agent takes the policy and waits for the group: until a CiliumCIDRGroup of that name is there, the entry stands for
no address. What it was to allow stays refused, and what it was to deny passes.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: office}
spec: {externalCIDRs: [192.0.2.0/24]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromCIDRSet:
    - cidrGroupRef: offices
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: office}
spec: {externalCIDRs: [192.0.2.0/24]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromCIDRSet:
    - cidrGroupRef: office
```

## When it stays quiet
The group exists; groups are chosen by labels. Where it is not known whether all groups are loaded it is reported as not
checked.

## Fix safety
None is offered: which group was meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_CIDR_GROUP
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, sections
from service_mesh.rules.rule import rule


@rule(
    "CI146",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=POLICIES,
    reads=(CILIUM_CIDR_GROUP,),
    needs=("cidrGroupRef",),
    sources=(
        "cilium/cilium: pkg/policy/k8s/cilium_cidr_group.go",
        "https://docs.cilium.io/en/stable/network/kubernetes/ciliumcidrgroup/",
    ),
)
def cidr_group_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report names of groups that are not there."""
    partial = not (mesh.is_whole or mesh.is_listed(CILIUM_CIDR_GROUP, resource.cluster))
    for section in sections(resource):
        field = "fromCIDRSet[].cidrGroupRef" if section.is_ingress else "toCIDRSet[].cidrGroupRef"
        for node in section.node.each(field):
            if node.text and mesh.find(CILIUM_CIDR_GROUP, "", node.text, resource.cluster) is None:
                yield node.finding(f"there is no CiliumCIDRGroup '{node.text[:80]}'", partial=partial)
