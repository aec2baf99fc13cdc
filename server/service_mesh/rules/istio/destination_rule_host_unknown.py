"""Host of a DestinationRule is known to no registry.

## Why it matters
No client has a cluster for the host, so that the rule has no effect: the connection limits, the subsets and above all
the TLS that it asks for do not exist, and nothing says so.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: api, namespace: shop}
spec:
  host: api.example.com
  trafficPolicy:
    tls: {mode: SIMPLE}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: api, namespace: shop}
spec:
  host: api.example.com
  trafficPolicy:
    tls: {mode: SIMPLE}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  resolution: DNS
  ports:
  - {number: 80, targetPort: 443, name: http, protocol: HTTP}
```

## When it stays quiet
A Service or a ServiceEntry declares the host, or one for a wildcard above it, whatever it is exported to; a controller
makes the Service for a Gateway or a Canary of the input. Of wildcards a host below them is enough; wildcards of the
cluster's own domain are not looked up, because they wait for services to come, and neither are names below `svc.` of
another domain, such as `svc.clusterset.local`, and the service of the API server. A host of the form
`service.namespace` is reported for its own sake. Hosts in the cluster are only counted as not checked where the input
has no service at all, and where it has no Service of the cluster and does not prove anything absent. If the namespace
of the service is not loaded as a whole or nothing of it is loaded, and for hosts outside the cluster unless everything
is said to be loaded and some service is, the finding is reported as not checked.

## Fix safety
Offered when exactly one service of the namespace has a near name, or for `service.namespace.svc` the full name of a
loaded service; unsafe, because the rule starts to work.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.declared_hosts import declared_anywhere, is_declared_below
from service_mesh.mesh.destination_rules import rule_host
from service_mesh.mesh.generated_services import GENERATOR_KINDS, is_generated
from service_mesh.mesh.known_names import holds_any
from service_mesh.mesh.namespaces import namespace_names
from service_mesh.mesh.services import half_qualified
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import DEFAULT_DOMAIN, is_wildcard, overlaps, service_host, service_name
from service_mesh.model.kinds import DESTINATION_RULE, NAMESPACE, SERVICE, SERVICE_ENTRY
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_API_SERVER = "kubernetes.default.svc.cluster.local"
"""The service that every cluster has and nobody writes."""


@rule(
    "IS172",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE,),
    reads=(*GENERATOR_KINDS, SERVICE, SERVICE_ENTRY, NAMESPACE),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/destinationrule/subset.go",
        "https://istio.io/latest/docs/reference/config/networking/destination-rule/#DestinationRule",
    ),
    upstream=("IST0174", "KIA0202"),
)
def destination_rule_host_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a host that nothing declares."""
    node, host = resource.get("spec.host"), rule_host(resource)
    if node is None or not host or half_qualified(mesh, host, resource.cluster) is not None:
        return
    if not _is_known(mesh, host, resource.cluster):
        partial = not _is_loaded(mesh, host, resource.cluster)
        message = f"no Service and no ServiceEntry declares host '{host}', so the rule has no effect"
        is_alone = not _can_tell(mesh, host, resource.cluster, partial=partial)
        yield node.finding(message, fix=_fix(node, host, mesh), partial=partial or is_alone, tacit=is_alone)


def _is_known(mesh: MeshView, host: str, cluster: str) -> bool:
    if declared_anywhere(mesh, host, cluster) or host == _API_SERVER or _is_of_other_domain(host):
        return True
    service = service_name(host)
    if service is not None and is_generated(mesh, service.namespace, service.name, cluster):
        return True
    if not is_wildcard(host):
        return False
    inside = overlaps(host, f"*.{DEFAULT_DOMAIN}")
    return inside or is_declared_below(mesh, host, cluster)


def _is_of_other_domain(host: str) -> bool:
    return service_name(host) is None and ".svc." in host


def _can_tell(mesh: MeshView, host: str, cluster: str, *, partial: bool) -> bool:
    """Whether anything speaks of the host's absence: input without services says nothing of hosts in the cluster."""
    if service_name(host) is None:
        return True
    return holds_any(mesh, (SERVICE,), cluster) if partial else _has_services(mesh)


def _has_services(mesh: MeshView) -> bool:
    return bool(mesh.of_kind(SERVICE) or mesh.of_kind(SERVICE_ENTRY))


def _is_loaded(mesh: MeshView, host: str, cluster: str) -> bool:
    named = service_name(host)
    if named is None:
        return mesh.is_whole and _has_services(mesh)
    return mesh.is_complete(named.namespace, cluster) and named.namespace in namespace_names(mesh, cluster)


def _fix(node: Node, host: str, mesh: MeshView) -> Fix | None:
    named = service_name(host)
    if named is None:
        return _completed(node, host, mesh)
    known = mesh.index(_services).get((node.resource.cluster, named.namespace), ())
    near = nearest(named.name, known, unique=True)
    if near is None:
        return None
    written = near if "." not in node.text else service_host(near, named.namespace)
    return Fix.replace(node, written, title=f"rename to '{written}'")


def _completed(node: Node, host: str, mesh: MeshView) -> Fix | None:
    """The full name for `service.namespace.svc`, which is not completed either."""
    name, _, rest = host.partition(".")
    namespace, _, end = rest.partition(".")
    if end != "svc" or mesh.find(SERVICE, namespace, name, node.resource.cluster) is None:
        return None
    full = service_host(name, namespace)
    return Fix.replace(node, full, title=f"write '{full}'")


def _services(mesh: MeshView) -> Mapping[tuple[str, str], list[str]]:
    names: dict[tuple[str, str], list[str]] = {}
    for service in mesh.of_kind(SERVICE):
        names.setdefault((service.cluster, service.namespace), []).append(service.name)
    return names
