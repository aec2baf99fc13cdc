"""Route sends requests to a host that no registry knows.

## Why it matters
The proxy has no cluster for the host. Requests that take the route fail with 503 (response flag `NC`), however healthy
the pods are that were meant. A service that is not exported to the proxies that take the route is the same to them.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop]
  http:
  - route:
    - destination: {host: shop-frontent}
---
apiVersion: v1
kind: Service
metadata: {name: shop-frontend, namespace: web}
spec:
  ports:
  - {name: http, port: 80}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop]
  http:
  - route:
    - destination: {host: shop-frontend}
---
apiVersion: v1
kind: Service
metadata: {name: shop-frontend, namespace: web}
spec:
  ports:
  - {name: http, port: 80}
```

## When it stays quiet
A Service or a ServiceEntry of any loaded cluster declares the host, or a wildcard above it, and the proxies that take
the route see it. Of a route for everybody its own namespace has to see it; for gateways the namespace of their pods
counts, and where these are not loaded any declaration is enough. Hosts of the form `service.namespace` are reported for
their own sake, and names below `svc.` of an unknown cluster domain are not looked up. Hosts in the cluster are only
counted as not checked where the input has no Service of the cluster at all, others where it has no ServiceEntry either.
Unless the namespace of the service is loaded as a whole and holds a Service, and for hosts outside the cluster unless
everything is said to be loaded and holds a ServiceEntry, the finding is reported as not checked.

## Fix safety
Offered when exactly one service of the namespace has a near name, for the first 20 unknown hosts of an object; unsafe,
because the route starts to work.
"""

from collections.abc import Iterator

from service_mesh.mesh.declared_hosts import declared_anywhere
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.known_names import holds_any, loaded_clusters, service_names
from service_mesh.mesh.services import declaring
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import service_host, service_name
from service_mesh.model.kinds import GATEWAY, GATEWAY_API_GATEWAY, SERVICE, SERVICE_ENTRY, VIRTUAL_SERVICE
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._bindings import client_namespaces
from service_mesh.rules.istio._destinations import destinations_by_host
from service_mesh.rules.rule import rule

_MENDED = 20
"""Unknown hosts of one route for which a near name is looked for: a generated route has thousands."""


@rule(
    "IS118",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE,),
    reads=(
        SERVICE,
        SERVICE_ENTRY,
        GATEWAY,
        GATEWAY_API_GATEWAY,
        *WORKLOAD_KINDS,
        *(kind for kind in INSTALLATION_KINDS if kind not in WORKLOAD_KINDS),
    ),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/virtualservice/destinationhosts.go",
        "istio/istio: pilot/pkg/networking/core/route/route.go",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
    ),
    upstream=("IST0101", "KIA1101"),
)
def destination_host_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each destination host that is unknown, or unseen by the proxies that take the route, once."""
    clients = client_namespaces(mesh, resource)
    found = 0
    for host, destinations in destinations_by_host(mesh, resource).items():
        known = declared_anywhere(mesh, host, resource.cluster)
        if known:
            yield from _unseen(mesh, destinations[0], host, known, clients)
        elif not _is_elsewhere(mesh, host, resource.cluster):
            found += 1
            nodes = [node for destination in destinations if (node := destination.get("host")) is not None]
            yield _unknown(mesh, nodes, host, mended=found <= _MENDED)


def _unknown(mesh: MeshView, nodes: list[Node], host: str, *, mended: bool) -> Draft:
    message = f"destination '{host}' is unknown: no Service and no ServiceEntry declares it"
    partial = not _is_loaded(mesh, host, nodes[0].resource.cluster)
    fix = _fix(mesh, nodes, host) if mended else None
    return nodes[0].finding(
        message, fix=fix, partial=partial, tacit=not _can_tell(mesh, host, nodes[0].resource.cluster)
    )


def _unseen(
    mesh: MeshView, destination: Node, host: str, known: tuple[Resource, ...], clients: frozenset[str] | None
) -> Iterator[Draft]:
    cluster = destination.resource.cluster
    blind = sorted(name for name in clients or () if not declaring(mesh, host, name, cluster))
    if blind:
        message = f"destination '{host}' is not exported to namespace '{blind[0]}', whose proxies take this route"
        severity = Severity.ERROR if len(blind) == len(clients or ()) else Severity.WARNING
        notes = tuple((r.get("metadata.name") or r.root).note("declares the host for others") for r in known[:3])
        yield (destination.get("host") or destination).finding(message, related=notes, severity=severity)


def _can_tell(mesh: MeshView, host: str, cluster: str) -> bool:
    """Whether the input holds anything of the kind that would declare the host: a lone route says nothing of it."""
    return holds_any(mesh, (SERVICE, SERVICE_ENTRY) if service_name(host) is None else (SERVICE,), cluster)


def _is_elsewhere(mesh: MeshView, host: str, cluster: str) -> bool:
    return any(declared_anywhere(mesh, host, other) for other in loaded_clusters(mesh) if other != cluster)


def _is_loaded(mesh: MeshView, host: str, cluster: str) -> bool:
    named = service_name(host)
    if named is None:
        return mesh.is_whole and bool(mesh.of_kind(SERVICE_ENTRY))
    return mesh.is_complete(named.namespace, cluster) and bool(service_names(mesh, named.namespace, cluster))


def _fix(mesh: MeshView, nodes: list[Node], host: str) -> Fix | None:
    named = service_name(host)
    known = service_names(mesh, named.namespace, nodes[0].resource.cluster) if named else ()
    near = nearest(named.name, known, unique=True) if named else None
    if named is None or near is None:
        return None
    full = service_host(near, named.namespace)
    edits = (Replace(n.resource, n.path, full if "." in n.text else near) for n in nodes)
    return Fix(f"rename to '{near}'", False, tuple(edits))
