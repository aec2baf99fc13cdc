"""Mirrored Service of Linkerd has no endpoints.

## Why it matters
The Service is there, so clients resolve its name, and every call fails. The service mirror takes all endpoints away
while the Service in the other cluster has none.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: controller-east
  namespace: linkerd-multicluster
  labels: {linkerd.io/extension: multicluster, component: controller, mirror.linkerd.io/cluster-name: east}
spec:
  selector: {matchLabels: {component: controller}}
  template:
    metadata: {labels: {component: controller}}
    spec: {containers: [{name: controller, image: controller}]}
---
apiVersion: multicluster.linkerd.io/v1alpha3
kind: Link
metadata: {name: east, namespace: linkerd-multicluster}
spec: {targetClusterName: east, gatewayAddress: 203.0.113.20, clusterCredentialsSecret: cluster-credentials-east}
---
apiVersion: v1
kind: Service
metadata:
  name: catalog-east
  namespace: shop
  labels: {mirror.linkerd.io/mirrored-service: "true", mirror.linkerd.io/cluster-name: east}
spec: {ports: [{port: 8080}]}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: controller-east
  namespace: linkerd-multicluster
  labels: {linkerd.io/extension: multicluster, component: controller, mirror.linkerd.io/cluster-name: east}
spec:
  selector: {matchLabels: {component: controller}}
  template:
    metadata: {labels: {component: controller}}
    spec: {containers: [{name: controller, image: controller}]}
---
apiVersion: multicluster.linkerd.io/v1alpha3
kind: Link
metadata: {name: east, namespace: linkerd-multicluster}
spec: {targetClusterName: east, gatewayAddress: 203.0.113.20, clusterCredentialsSecret: cluster-credentials-east}
---
apiVersion: v1
kind: Service
metadata:
  name: catalog-east
  namespace: shop
  labels: {mirror.linkerd.io/mirrored-service: "true", mirror.linkerd.io/cluster-name: east}
spec: {ports: [{port: 8080}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: catalog-east-1, namespace: shop, labels: {kubernetes.io/service-name: catalog-east}}
addressType: IPv4
endpoints: [{addresses: [203.0.113.20], conditions: {ready: true}}]
```

## When it stays quiet
EndpointSlices were not listed, the gateway or the service mirror of the Link is the cause, which is said instead, the
Link is gone, or the Service is found by remote discovery or headless and so has no endpoints of its own.

## Fix safety
No fix: the pods behind the Service in the other cluster are to be looked at.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT, ENDPOINT_SLICE, LINKERD_LINK, SERVICE
from service_mesh.model.kubectl import describe
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.multi_cluster._linkerd import (
    CLUSTER,
    Place,
    controllers,
    link_to,
    mirrors_from,
    probe_of,
    slices_of,
)

_REMOTE = "mirror.linkerd.io/remote-svc-fq-name"


@rule(
    "ST514",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(SERVICE,),
    reads=(DEPLOYMENT, ENDPOINT_SLICE, LINKERD_LINK),
    sources=("linkerd/linkerd2: multicluster/service-mirror/cluster_watcher.go",),
    upstream=("l5d-multicluster-services-endpoints",),
)
def mirror_without_endpoints(service: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Service mirrored through a gateway that has no address at all."""
    cluster = service.labels.get(CLUSTER)
    if not isinstance(cluster, str) or not mesh.is_listed(ENDPOINT_SLICE, service.cluster):
        return
    place = service.cluster, cluster
    if service not in mirrors_from(mesh, place) or _has_addresses(mesh, service):
        return
    link = link_to(mesh, place)
    if link is None or not _is_working(mesh, link, place):
        return
    message = f"'{service.name}', mirrored from cluster '{cluster}', has no endpoints"
    yield _node(service).problem(message, describe(service), related=(link.root.note("is the link"),))


def _is_working(mesh: MeshView, link: Resource, place: Place) -> bool:
    """Whether nothing else keeps endpoints away from everything that is mirrored over a Link."""
    if mesh.is_listed(DEPLOYMENT, place[0]) and not controllers(mesh, place):
        return False
    address, probe = link.get("spec.gatewayAddress"), probe_of(mesh, place)
    return address is not None and bool(address.text) and (probe is None or _has_addresses(mesh, probe))


def _has_addresses(mesh: MeshView, service: Resource) -> bool:
    return any(one.get("endpoints[]") is not None for one in slices_of(mesh, service))


def _node(service: Resource) -> Node:
    annotations = service.get("metadata.annotations")
    remote = annotations.key(_REMOTE) if annotations is not None else None
    return remote or service.get("metadata.labels") or service.root
