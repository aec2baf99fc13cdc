"""Host names a service and its namespace, and is taken for a foreign host.

## Why it matters
Istio completes only names without a dot. `reviews.prod` is not expanded to the service `reviews` of namespace `prod`,
although DNS does so: as a destination it has no cluster and requests fail with 503; as the host of a DestinationRule it
fits nothing and the rule has no effect.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: web}
spec:
  host: reviews.prod
  trafficPolicy:
    outlierDetection: {consecutive5xxErrors: 5}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: prod}
spec:
  ports:
  - {name: http, port: 80}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: web}
spec:
  host: reviews.prod.svc.cluster.local
  trafficPolicy:
    outlierDetection: {consecutive5xxErrors: 5}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: prod}
spec:
  ports:
  - {name: http, port: 80}
```

## When it stays quiet
No loaded Service has that name and namespace, or a ServiceEntry declares the host as it is written.

## Fix safety
The full name is offered; unsafe, because the route or the rule starts to work.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.services import declaring, half_qualified
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import service_host
from service_mesh.model.kinds import DESTINATION_RULE, SERVICE, SERVICE_ENTRY, VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._routes import destinations, host_text
from service_mesh.rules.rule import rule


@rule(
    "IS117",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE, DESTINATION_RULE),
    reads=(SERVICE, SERVICE_ENTRY, *INSTALLATION_KINDS),
    sources=(
        "istio/istio: pilot/pkg/model/config.go",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
    ),
    upstream=("IST0101", "IST0174", "KIA1101", "KIA0202"),
)
def host_half_qualified(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each destination or rule host of the form `service.namespace` whose service is loaded."""
    for host in _hosts(resource):
        service = half_qualified(mesh, host.text, resource.cluster)
        if service is None or declaring(mesh, host.text, resource.namespace, resource.cluster):
            continue
        full = service_host(service.name, service.namespace)
        message = f"host '{host.text}' is not completed to '{full}', since only names without a dot are"
        note = (service.get("metadata.name") or service.root).note("is what it seems to mean")
        yield host.finding(message, fix=Fix.replace(host, full), related=(note,))


def _hosts(resource: Resource) -> Iterator[Node]:
    if resource.kind == DESTINATION_RULE:
        yield from resource.each("spec.host")
    for destination in destinations(resource):
        if host_text(destination).count(".") == 1:
            yield from destination.each("host")
