"""Gateway of Linkerd's multicluster extension has no address.

## Why it matters
Other clusters send what they mirror from here to this address. While the load balancer has none, `link-gen` writes a
Link that leads nowhere, and Links that were made before lead to what is no longer there.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata:
  name: linkerd-gateway
  namespace: linkerd-multicluster
  annotations: {mirror.linkerd.io/multicluster-gateway: "true"}
spec: {type: LoadBalancer, ports: [{port: 4143}]}
status: {loadBalancer: {}}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata:
  name: linkerd-gateway
  namespace: linkerd-multicluster
  annotations: {mirror.linkerd.io/multicluster-gateway: "true"}
spec: {type: LoadBalancer, ports: [{port: 4143}]}
status: {loadBalancer: {ingress: [{ip: 203.0.113.10}]}}
```

## When it stays quiet
The gateway is reached by other means than a load balancer, its Service is younger than three minutes, or the status of
the Service was not read.

## Fix safety
No fix: the cloud or the operator of the load balancer has to give one.
"""

from collections.abc import Iterator

from service_mesh.mesh.pod_states import is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.kubectl import describe
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_GATEWAY = "mirror.linkerd.io/multicluster-gateway"


@rule(
    "ST516",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(SERVICE,),
    sources=("linkerd/linkerd2: multicluster/cmd/link.go",),
)
def multicluster_gateway_without_address(service: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the gateway's Service where it waits for its load balancer."""
    kind = service.get("spec.type")
    if service.annotations.get(_GATEWAY) != "true" or kind is None or kind.text != "LoadBalancer":
        return
    status = service.get("status")
    if status is None or not is_settled(mesh, service):
        return
    addresses = (*service.each("status.loadBalancer.ingress[]"), *service.each("spec.externalIPs[]"))
    if not addresses:
        node = service.get("status.loadBalancer") or status
        yield node.problem(f"the gateway '{service.name}' for other clusters has no address", describe(service))
