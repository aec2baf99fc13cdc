"""ServiceProfile is named after nothing that clients look for.

## Why it matters
A proxy finds the profile of a Service by its name alone: the full name of the Service with the domain of the cluster,
`cart.shop.svc.cluster.local`. Under any other name, a short one included, the profile is accepted and never used: no
route, no retry, no timeout of it takes effect.

## Wrong
```yaml
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: cart, namespace: shop}
spec:
  routes:
  - name: GET /
    condition: {method: GET, pathRegex: /}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{port: 80}]}
```

## Right
```yaml
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: cart.shop.svc.cluster.local, namespace: shop}
spec:
  routes:
  - name: GET /
    condition: {method: GET, pathRegex: /}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{port: 80}]}
```

## When it stays quiet
Names of hosts outside the cluster; the domain where `linkerd-config` is not loaded; Services that a Link brings from
another cluster and federated ones. Where the namespace of the Service is not loaded as a whole, that the Service does
not exist is reported as not checked; where the input has no Service of the cluster at all, it is only counted so.

## Fix safety
The full name is offered; unsafe, because the profile takes effect then.
"""

from collections.abc import Iterator

from service_mesh.mesh.known_names import holds_any
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import service_host
from service_mesh.model.kinds import SERVICE, SERVICE_PROFILE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.profiles import split_name
from service_mesh.rules.linkerd._profiles import (
    PROFILE_KINDS,
    cluster_domain,
    full_name,
    is_short_name,
    is_unknown_service,
)
from service_mesh.rules.rule import rule


@rule(
    "LD160",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(SERVICE_PROFILE,),
    reads=tuple(kind for kind in PROFILE_KINDS if kind != SERVICE_PROFILE),
    sources=(
        "linkerd/linkerd2: controller/api/destination/server.go",
        "https://linkerd.io/2/reference/service-profiles/",
    ),
)
def profile_name_no_service(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a name that is short, of another domain, or that of a Service that does not exist."""
    name = resource.get("metadata.name")
    if name is None or not name.text:
        return
    named = split_name(name.text)
    if named is not None:
        yield from _told(name, mesh)
    elif is_short_name(mesh, name.text, resource):
        fix = Fix.replace(name, full_name(mesh, name.text, resource))
        yield name.finding(f"'{name.text}' is no full name of a Service, so no client uses the profile", fix=fix)


def _told(name: Node, mesh: MeshView) -> Iterator[Draft]:
    named, resource = split_name(name.text), name.resource
    if named is None:
        return
    service, written = named
    domain = cluster_domain(mesh, resource.cluster)
    if domain and written != domain:
        fix = Fix.replace(name, service_host(service.name, service.namespace, domain))
        message = f"'{written}' is not the domain of the cluster, '{domain}', so no client uses the profile"
        yield name.finding(message, fix=fix)
    elif is_unknown_service(mesh, service, resource.cluster):
        partial = not mesh.is_complete(service.namespace, resource.cluster)
        message = f"Service '{service.namespace}/{service.name}' does not exist, so no client uses the profile"
        yield name.finding(message, partial=partial, tacit=not holds_any(mesh, (SERVICE,), resource.cluster))
