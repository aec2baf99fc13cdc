"""Block of addresses in a NetworkPolicy is one inside of the cluster.

## Why it matters
Blocks are for addresses outside. Policies see the pods behind a Service and never its address, so a block of that
matches nothing. Addresses of pods change whenever they start anew, and network plugins differ in whether a block
selects pods at all.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: stock, namespace: shop}
spec:
  clusterIP: 10.96.12.7
  selector: {app: stock}
  ports:
  - {name: http, port: 80}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Egress]
  egress:
  - to:
    - ipBlock: {cidr: 10.96.12.7/32}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: stock, namespace: shop}
spec:
  clusterIP: 10.96.12.7
  selector: {app: stock}
  ports:
  - {name: http, port: 80}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Egress]
  egress:
  - to:
    - podSelector: {matchLabels: {app: stock}}
  - ports:
    - {protocol: UDP, port: 53}
```

## When it stays quiet
Blocks of more than one address, which may be about more than the one that is known; addresses of pods on the network of
their node; Services without a selector, such as that of the API server; rules of other kinds of policies.

## Fix safety
None is offered: the labels of the pods that were meant are for the author to choose.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NETWORK_POLICY, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.kubernetes.ends import END_KINDS, at_address
from service_mesh.posture.kubernetes.networks import network_of
from service_mesh.rules.kubernetes._policies import blocks
from service_mesh.rules.rule import rule


@rule(
    "K8120",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(NETWORK_POLICY,),
    reads=(SERVICE, *END_KINDS),
    needs=("ipBlock",),
    sources=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors",
    ),
)
def block_inside_cluster(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each block that is the address of a Service or of a pod."""
    for block in blocks(resource):
        cidr = block.get("cidr")
        network = network_of(cidr.text) if cidr is not None else None
        if cidr is None or network is None or network.num_addresses != 1:
            continue
        address = network.network_address
        service = mesh.index(_services).get((resource.cluster, str(address)))
        if service is not None:
            message = (
                f"this is the address of {service.resource.title}: policies see its pods, so the block matches nothing"
            )
            yield cidr.finding(message, related=(service.note("has the address"),))
        elif (end := at_address(mesh, address, resource.cluster)).is_pod:
            message = f"this is the address of {end.text} now, and another one when that starts anew"
            yield cidr.finding(message)


def _services(mesh: MeshView) -> Mapping[tuple[str, str], Node]:
    found: dict[tuple[str, str], Node] = {}
    for service in mesh.of_kind(SERVICE):
        if service.get("spec.selector{}") is None:
            continue
        for node in (*service.each("spec.clusterIP"), *service.each("spec.clusterIPs[]")):
            network = network_of(node.text)
            if network is not None and "/" not in node.text:
                found.setdefault((service.cluster, str(network.network_address)), node)
    return found
