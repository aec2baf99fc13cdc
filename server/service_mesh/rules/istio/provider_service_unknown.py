"""Extension provider calls a service that is not in the registry.

## Why it matters
istiod looks the service of a provider up by its full host. If there is none, the provider is unusable: an
AuthorizationPolicy with action CUSTOM that names it denies everything it matches, and traces and logs go nowhere.
A short name is never completed, so it is never found.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    extensionProviders:
    - name: opa
      envoyExtAuthzGrpc: {service: opa, port: 9191}
---
apiVersion: v1
kind: Service
metadata: {name: opa, namespace: opa}
spec:
  selector: {app: opa}
  ports:
  - {name: grpc, port: 9191}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    extensionProviders:
    - name: opa
      envoyExtAuthzGrpc: {service: opa.opa.svc.cluster.local, port: 9191}
---
apiVersion: v1
kind: Service
metadata: {name: opa, namespace: opa}
spec:
  selector: {app: opa}
  ports:
  - {name: grpc, port: 9191}
```

## When it stays quiet
A Service or ServiceEntry declares the host. It is reported as not checked where the namespace of the service, or the
place where ServiceEntries live, may not be loaded. Names below another domain than the cluster's are not looked up.

## Fix safety
Completing a short name is offered where it is a field of the object and one Service has the name; unsafe, since
requests are sent there then.
"""

from collections.abc import Iterator

from service_mesh.mesh.declared_hosts import declared_anywhere
from service_mesh.mesh.known_names import service_names
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import service_host, service_name
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mesh_settings import HOLDERS, Settings, mesh_settings
from service_mesh.rules.istio._providers import PROVIDER_KINDS, Provider, providers
from service_mesh.rules.rule import rule


@rule(
    "IS264",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=HOLDERS,
    reads=(SERVICE, SERVICE_ENTRY),
    sources=(
        "istio/istio: pilot/pkg/model/telemetry_logging.go (LookupCluster)",
        "istio/istio: pilot/pkg/security/authz/builder/extauthz.go",
    ),
)
def provider_service_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each provider whose service nobody declares."""
    for settings in mesh_settings(resource):
        for provider in providers(settings):
            for kind in provider.kinds:
                service = kind.get("service") if PROVIDER_KINDS[str(kind.path[-1])] else None
                if service is not None and service.text and kind.path[-1] != "sds":
                    yield from _judged(mesh, settings, provider, service)


def _judged(mesh: MeshView, settings: Settings, provider: Provider, service: Node) -> Iterator[Draft]:
    scope, slash, host = service.text.rpartition("/")
    cluster = service.resource.cluster
    known = declared_anywhere(mesh, host, cluster)
    if any(not slash or declaring.namespace == scope for declaring in known):
        return
    named = service_name(host)
    if ".svc." in host and named is None:
        return
    if "." not in host:
        message = f"provider '{provider.name}' calls '{host[:80]}', which is no full host, so its service is not found"
        fix = _completed(mesh, settings, service) if not slash else None
        yield settings.place(service).finding(message, fix=fix, partial=not _is_short_of(mesh, host, cluster))
        return
    message = f"provider '{provider.name}' calls '{service.text[:120]}', which no Service and no ServiceEntry declares"
    yield settings.place(service).finding(message, partial=not _is_loaded(mesh, host, cluster))


def _is_loaded(mesh: MeshView, host: str, cluster: str) -> bool:
    named = service_name(host)
    if named is None:
        return mesh.is_whole and bool(mesh.of_kind(SERVICE_ENTRY))
    return mesh.is_complete(named.namespace, cluster) and bool(service_names(mesh, named.namespace, cluster))


def _is_short_of(mesh: MeshView, name: str, cluster: str) -> bool:
    """Whether a short name is for certain one: a Service has it, or everything is loaded."""
    return mesh.is_whole or bool(_called(mesh, name, cluster))


def _called(mesh: MeshView, name: str, cluster: str) -> list[Resource]:
    return [service for service in mesh.index(_by_name).get(name, ()) if service.cluster == cluster]


def _completed(mesh: MeshView, settings: Settings, service: Node) -> Fix | None:
    found = _called(mesh, service.text, service.resource.cluster)
    if settings.text is not None or len(found) != 1:
        return None
    return Fix.replace(service, service_host(found[0].name, found[0].namespace))


def _by_name(mesh: MeshView) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for service in mesh.of_kind(SERVICE):
        found.setdefault(service.name, []).append(service)
    return found
