"""Link of Linkerd leads to no gateway that can be found.

## Why it matters
Services mirrored through a gateway are given its address. Without one, or with a name that does not resolve, they and
the probe have no endpoints, and every call to them fails.

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
  name: probe-east
  namespace: linkerd-multicluster
  labels: {mirror.linkerd.io/mirrored-gateway: "true", mirror.linkerd.io/cluster-name: east}
spec: {ports: [{port: 4191}]}
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
  name: probe-east
  namespace: linkerd-multicluster
  labels: {mirror.linkerd.io/mirrored-gateway: "true", mirror.linkerd.io/cluster-name: east}
spec: {ports: [{port: 4191}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: probe-east-1, namespace: linkerd-multicluster, labels: {kubernetes.io/service-name: probe-east}}
addressType: IPv4
endpoints: [{addresses: [203.0.113.20], conditions: {ready: true}}]
```

## When it stays quiet
EndpointSlices were not listed, no service mirror follows the Link, which is said instead, or the Link has no gateway
and nothing is mirrored through one, as in a flat network.

## Fix safety
No fix: the Link is to be generated anew from the other cluster.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT, ENDPOINT_SLICE, LINKERD_LINK, SERVICE
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.multi_cluster._linkerd import (
    controllers,
    mirrors_from,
    probe_of,
    slices_of,
    target,
)

_NEXT = command("linkerd", "multicluster", "check")


@rule(
    "ST513",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(LINKERD_LINK,),
    reads=(DEPLOYMENT, ENDPOINT_SLICE, SERVICE),
    sources=("linkerd/linkerd2: multicluster/service-mirror/cluster_watcher.go",),
    upstream=("l5d-multicluster-gateways-endpoints",),
)
def link_gateway_unknown(link: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Link without an address although Services go through it, and one whose address was not resolved."""
    place = target(link)
    if place is None or (mesh.is_listed(DEPLOYMENT, link.cluster) and not controllers(mesh, place)):
        return
    address = link.get("spec.gatewayAddress")
    if address is None or not address.text:
        if mirrors := mirrors_from(mesh, place):
            node = address or link.get("spec") or link.root
            note = mirrors[0].root.note("is mirrored through it")
            yield node.problem(f"the link to '{place[1]}' names no gateway", _NEXT, related=(note,))
        return
    probe = probe_of(mesh, place)
    if probe is None or not mesh.is_listed(ENDPOINT_SLICE, link.cluster):
        return
    if not any(slice_.get("endpoints[]") for slice_ in slices_of(mesh, probe)):
        message = (
            f"the gateway '{address.text[:80]}' of the link to '{place[1]}' was not found, its probe has no address"
        )
        yield address.problem(message, _NEXT, related=(probe.root.note("is the probe"),))
