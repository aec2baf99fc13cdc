"""Operator of Cilium cannot give a node addresses for its pods.

## Why it matters
The operator writes into the status of the CiliumNode why it could not: no network left in the pool, an instance that
the cloud does not know, a subnet that is full. New pods on the node then wait for an address.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNode
metadata: {name: worker-1}
spec: {}
status: {ipam: {operator-status: {error: "unable to allocate PodCIDR from allocator"}}}
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNode
metadata: {name: worker-1}
spec: {ipam: {podCIDRs: [10.0.1.0/24]}}
status: {ipam: {operator-status: {}}}
```

## When it stays quiet
The status holds no error.

## Fix safety
No fix: networks of pods and subnets are given by whoever runs the cluster.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_NODE
from service_mesh.model.kubectl import get_yaml
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told


@rule(
    "ST257",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(CILIUM_NODE,),
    sources=(
        "cilium/cilium: pkg/ipam/types/types.go",
        "https://docs.cilium.io/en/stable/network/concepts/ipam/cluster-pool/",
    ),
)
def pod_addresses_failed(resource: Resource, _mesh: MeshView) -> Iterator[Draft]:
    """Report what the operator says of a node that it has no addresses for."""
    error = resource.get("status.ipam.operator-status.error")
    if error is not None and error.text:
        said = told(error.text)
        yield error.problem(f"node '{resource.name}' gets no addresses for pods: '{said}'", get_yaml(resource))
