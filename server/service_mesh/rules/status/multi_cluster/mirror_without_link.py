"""Mirrored Service of Linkerd belongs to no Link.

## Why it matters
What made the Service is gone, and nobody keeps it up to date: it leads to wherever the gateway was when the Link was
removed, and clients that find its name are sent there.

## Wrong
```yaml
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
apiVersion: v1
kind: Service
metadata:
  name: catalog-east
  namespace: shop
  labels: {mirror.linkerd.io/mirrored-service: "true", mirror.linkerd.io/cluster-name: east}
spec: {ports: [{port: 8080}]}
---
apiVersion: multicluster.linkerd.io/v1alpha3
kind: Link
metadata: {name: east, namespace: linkerd-multicluster}
spec: {targetClusterName: east, gatewayAddress: 203.0.113.20, clusterCredentialsSecret: cluster-credentials-east}
```

## When it stays quiet
Links were not listed.

## Fix safety
No fix: deleting a Service that somebody still calls is the owner's decision.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_LINK, SERVICE
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.multi_cluster._linkerd import CLUSTER, link_to

_MIRRORED = "mirror.linkerd.io/mirrored-service"
_GATEWAY = "mirror.linkerd.io/mirrored-gateway"


@rule(
    "ST515",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(SERVICE,),
    reads=(LINKERD_LINK,),
    sources=("linkerd/linkerd2: multicluster/cmd/check.go",),
    upstream=("l5d-multicluster-orphaned-services",),
)
def mirror_without_link(service: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a mirrored Service of a cluster that no Link leads to."""
    cluster, labels = service.labels.get(CLUSTER), service.get("metadata.labels")
    if not isinstance(cluster, str) or labels is None or not mesh.is_listed(LINKERD_LINK, service.cluster):
        return
    is_mirror = _MIRRORED in service.labels and _GATEWAY not in service.labels
    if is_mirror and link_to(mesh, (service.cluster, cluster)) is None:
        message = f"'{service.name}' is mirrored from cluster '{cluster}', which no Link leads to"
        next_command = command("kubectl", "get", "links.multicluster.linkerd.io", "-A")
        yield (labels.key(CLUSTER) or labels).problem(message, next_command)
