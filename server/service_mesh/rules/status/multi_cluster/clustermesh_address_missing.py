"""Service through which other clusters reach a Cluster Mesh has no address.

## Why it matters
Agents, or the mirror, of other clusters read this cluster's services and identities from its `clustermesh-apiserver`.
Without an address outside they cannot connect, and global services lose the pods of this cluster.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: clustermesh-apiserver, namespace: kube-system}
spec:
  type: LoadBalancer
  selector: {k8s-app: clustermesh-apiserver}
  ports: [{port: 2379}]
status: {loadBalancer: {}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: clustermesh-apiserver, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: clustermesh-apiserver}}
  template:
    metadata: {labels: {k8s-app: clustermesh-apiserver}}
    spec: {containers: [{name: apiserver, image: "quay.io/cilium/clustermesh-apiserver:v1.20.3"}]}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: clustermesh-apiserver, namespace: kube-system}
spec:
  type: LoadBalancer
  selector: {k8s-app: clustermesh-apiserver}
  ports: [{port: 2379}]
status: {loadBalancer: {ingress: [{ip: 192.0.2.20}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: clustermesh-apiserver, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: clustermesh-apiserver}}
  template:
    metadata: {labels: {k8s-app: clustermesh-apiserver}}
    spec: {containers: [{name: apiserver, image: "quay.io/cilium/clustermesh-apiserver:v1.20.3"}]}
```

## When it stays quiet
The Service is of another type, for which addresses are given in the other clusters; it is a few minutes old; its status
was not read; or Cilium itself says why it has no address for it, which is told for every Service.

## Fix safety
No fix: addresses come from whatever provides load balancers here.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, components_in
from service_mesh.mesh.pod_states import condition, is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.kubectl import describe
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_NAME = "clustermesh-apiserver"


@rule(
    "ST522",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(SERVICE,),
    reads=COMPONENT_KINDS,
    sources=(
        "cilium/cilium: cilium-cli/clustermesh/clustermesh.go",
        "cilium/cilium: install/kubernetes/cilium/templates/clustermesh-apiserver/service.yaml",
    ),
)
def clustermesh_address_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a way in for other clusters that leads nowhere."""
    status = resource.get("status")
    if resource.name != _NAME or status is None or not is_settled(mesh, resource):
        return
    roles = {(one.workload.namespace, one.role) for one in components_in(mesh, resource.cluster)}
    kind = resource.get("spec.type")
    if (resource.namespace, _NAME) not in roles or kind is None or kind.text != "LoadBalancer":
        return
    refused = condition(resource, "cilium.io/IPAMRequestSatisfied")
    is_told = refused is not None and (status := refused.get("status")) is not None and status.text == "False"
    if next(resource.each("status.loadBalancer.ingress[]"), None) is None and not is_told:
        node = resource.get("status.loadBalancer") or status
        yield node.problem(f"service '{_NAME}' has no address at which other clusters reach it", describe(resource))
