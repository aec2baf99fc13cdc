"""Gateway of a linked cluster does not answer its probe.

## Why it matters
The service mirror asks the other cluster's gateway every few seconds. When it does not answer, every Service that is
mirrored through it loses its endpoints: calls to it fail at once until the gateway is back.

## Wrong
```yaml
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
endpoints: [{addresses: [203.0.113.20], conditions: {ready: false}}]
```

## Right
```yaml
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
No Service is mirrored through the gateway, so nothing shows whether it is alive. Each Link is said once, however many
Services it mirrors.

## Fix safety
No fix: the gateway, the way to it and the trust between the clusters are to be looked at.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ENDPOINT_SLICE, LINKERD_LINK, SERVICE
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.multi_cluster._linkerd import mirrors_from, target, unready_address


@rule(
    "ST512",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(LINKERD_LINK,),
    reads=(ENDPOINT_SLICE, SERVICE),
    sources=("linkerd/linkerd2: multicluster/service-mirror/cluster_watcher.go",),
    upstream=("l5d-multicluster-gateways-endpoints",),
)
def link_gateway_not_alive(link: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Link whose mirrored Services were given addresses that are not ready: the sign of a dead gateway."""
    place = target(link)
    mirrors = mirrors_from(mesh, place) if place is not None else ()
    unready = [node for service in mirrors if (node := unready_address(mesh, service)) is not None]
    if place is not None and unready:
        count = f"{len(unready)} of {len(mirrors)} Services mirrored from it" if len(mirrors) > 1 else "its Service"
        message = f"the gateway of '{place[1]}' does not answer its probe, so {count} cannot be reached"
        note = (link.get("spec.gatewayAddress") or link.root).note("is where it is probed")
        yield unready[0].problem(message, command("linkerd", "multicluster", "gateways"), related=(note,))
