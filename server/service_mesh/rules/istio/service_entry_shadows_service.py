"""ServiceEntry declares the host of a Kubernetes service.

## Why it matters
The service already has that host. Two sources for one name are merged or one hides the other, depending on namespaces
and version: requests may leave for the entry's address although pods of the service are running, and the other way
round. For endpoints in another cluster a remote secret is enough; endpoints of one name are merged by themselves.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: backend-remote, namespace: shop}
spec:
  hosts: [backend.shop.svc.cluster.local]
  resolution: STATIC
  ports:
  - {number: 80, name: http, protocol: HTTP}
  endpoints:
  - address: 192.0.2.10
---
apiVersion: v1
kind: Service
metadata: {name: backend, namespace: shop}
spec:
  selector: {app: backend}
  ports:
  - {name: http, port: 80}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: backend-remote, namespace: shop}
spec:
  hosts: [backend.remote.example.com]
  resolution: STATIC
  ports:
  - {number: 80, name: http, protocol: HTTP}
  endpoints:
  - address: 192.0.2.10
---
apiVersion: v1
kind: Service
metadata: {name: backend, namespace: shop}
spec:
  selector: {app: backend}
  ports:
  - {name: http, port: 80}
```

## When it stays quiet
The Service has no selector and is there only to give the name an address. Where the Service is not in the input, and
its namespace is not loaded as a whole, an entry with endpoints of its own is info; one that selects workloads is fine.

## Fix safety
No fix is offered: which of the two is meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import service_name
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "IS167",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(SERVICE_ENTRY,),
    reads=(SERVICE,),
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/aggregate/controller.go",
        "https://istio.io/latest/docs/reference/config/networking/service-entry/",
    ),
)
def service_entry_shadows_service(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each host that a loaded Service with pods of its own has already."""
    for host in resource.each("spec.hosts[]"):
        named = service_name(host.text)
        service = mesh.find(SERVICE, named.namespace, named.name, resource.cluster) if named else None
        selector = service.get("spec.selector") if service is not None else None
        if service is not None and selector is not None and selector.value:
            message = f"host '{host.text}' is that of '{service.title}' already"
            note = (service.get("metadata.name") or service.root).note("has the host by its name")
            yield host.finding(message, related=(note,))
        elif service is None and named is not None and _adds_to_unknown(mesh, resource, named.namespace):
            name = f"a Service '{named.name}' of namespace '{named.namespace}'"
            message = f"host '{host.text}' is the one that {name} has, and beside it a second source declares it"
            yield host.finding(message, severity=Severity.INFO)


def _adds_to_unknown(mesh: MeshView, entry: Resource, namespace: str) -> bool:
    """Whether an entry gives endpoints of its own to a name of which it is not known whether a Service has it."""
    return _has_own_endpoints(entry) and not mesh.is_complete(namespace, entry.cluster)


def _has_own_endpoints(entry: Resource) -> bool:
    endpoints = entry.get("spec.endpoints")
    return endpoints is not None and bool(endpoints.items)
