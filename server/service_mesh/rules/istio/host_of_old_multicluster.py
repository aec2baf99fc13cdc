"""Host ends in `.global`, the domain of a way to join clusters that is gone.

## Why it matters
Up to Istio 1.7 names such as `reviews.shop.global` were answered by a DNS server of Istio's that was set up for them.
It is no longer part of Istio: the name is not resolved, or by somebody else. Services of one name and namespace in
joined clusters are one service now, under their usual host.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: reviews-remote, namespace: shop}
spec:
  hosts: [reviews.shop.global]
  location: MESH_INTERNAL
  resolution: DNS
  ports:
  - {number: 80, name: http, protocol: HTTP}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews.shop.svc.cluster.local
  subsets:
  - name: remote
    labels: {topology.istio.io/cluster: cluster2}
```

## When it stays quiet
The host ends in anything else.

## Fix safety
No fix is offered: clusters have to be joined first.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE, SERVICE_ENTRY, VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._routes import destinations, host_text
from service_mesh.rules.rule import rule

_ENDING = ".global"


@rule(
    "IS169",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE, SERVICE_ENTRY, VIRTUAL_SERVICE),
    sources=(
        "https://istio.io/latest/docs/setup/install/multicluster/",
        "https://istio.io/latest/docs/ops/configuration/traffic-management/multicluster/",
    ),
)
def host_of_old_multicluster(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature for all rules
    """Report each host of the old domain, among them those that endpoints have for an address."""
    for host in _hosts(resource):
        if host.text.endswith(_ENDING):
            yield host.finding(f"host '{host.text}' is of a domain that Istio no longer answers for")


def _hosts(resource: Resource) -> Iterator[Node]:
    if resource.kind == DESTINATION_RULE:
        yield from resource.each("spec.host")
    else:
        yield from resource.each("spec.hosts[]")
    if resource.kind == SERVICE_ENTRY:
        yield from resource.each("spec.endpoints[].address")
    for destination in destinations(resource):
        if host_text(destination).endswith(_ENDING):
            yield from destination.each("host")
