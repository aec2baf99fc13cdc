"""Sidecar imports a host that nothing declares.

## Why it matters
`egress` is the whole of what the sidecars know: a host that matches nothing imports nothing, and requests to the
service that was meant are refused or leave without mTLS, routes and metrics. Only full names count here: `reviews` is
not completed, and the part before the slash has to be the namespace of the service. Requests to hosts that nobody
declares fail altogether where `outboundTrafficPolicy.egressProxy` hands them to a host of that sort; Istio's own
analyzer says that the field is ignored, but istiod follows it.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: web}
spec:
  egress:
  - hosts: ["shop/reviews"]
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  ports:
  - {name: http, port: 80}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: web}
spec:
  egress:
  - hosts: ["shop/reviews.shop.svc.cluster.local"]
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  ports:
  - {name: http, port: 80}
```

## When it stays quiet
The host is `*`, or a wildcard that anything declared in the namespace falls under; the namespace is `~`. Whether the
egress proxy's port is offered, and whether `egress` imports it, is not looked at. If the
namespace is not loaded as a whole or nothing of it is, for `*` and hosts outside the cluster unless everything is said
to be loaded, and where the input has no service at all, the finding is reported as not checked.

## Fix safety
Offered where a short name is the name of a service of that namespace; unsafe, because the sidecars learn more then.
"""

from collections.abc import Iterator

from service_mesh.mesh.declared_hosts import declared_anywhere, is_declared_below
from service_mesh.mesh.namespaces import namespace_names
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import MESH_WIDE, is_wildcard, resolve_host, service_host, service_name, split_scope
from service_mesh.model.kinds import NAMESPACE, SERVICE, SERVICE_ENTRY, SIDECAR
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_NONE = "~"


@rule(
    "IS154",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(SIDECAR,),
    reads=(SERVICE, SERVICE_ENTRY, NAMESPACE),
    sources=(
        "istio/istio: pilot/pkg/model/sidecar.go",
        "istio/istio: pilot/pkg/networking/core/listener_builder.go (buildOutboundCatchAllNetworkFiltersOnly)",
        "kiali/kiali: business/checkers/sidecars/egress_listener_checker.go",
        "https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener",
    ),
    upstream=("KIA1004",),
)
def sidecar_egress_host_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each imported host that nothing in its namespace declares, and the egress proxy's where nothing does."""
    for node in resource.each("spec.egress[].hosts[]"):
        if "/" not in node.text:
            continue
        namespace, host = split_scope(node.text, resource.namespace)
        if namespace == _NONE or host in ("", MESH_WIDE) or _is_known(mesh, namespace, host, resource.cluster):
            continue
        where = "any namespace" if namespace == MESH_WIDE else f"namespace '{namespace}'"
        message = f"'{node.text}' imports nothing: no host '{host}' is declared in {where}"
        fix = _fix(node, namespace, host, mesh)
        yield node.finding(message, fix=fix, partial=not _is_loaded(mesh, namespace, host, resource.cluster))
    yield from _egress_proxy(resource, mesh)


def _egress_proxy(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    node = resource.get("spec.outboundTrafficPolicy.egressProxy.host")
    if node is None or not node.text:
        return
    host = resolve_host(node.text, resource.namespace)
    if not declared_anywhere(mesh, host, resource.cluster):
        message = f"requests to unknown hosts are handed to '{node.text}', which nothing declares"
        yield node.finding(message, partial=not _is_loaded(mesh, MESH_WIDE, host, resource.cluster))


def _is_known(mesh: MeshView, namespace: str, host: str, cluster: str) -> bool:
    place = None if namespace == MESH_WIDE else namespace
    if any(place in (None, declaring.namespace) for declaring in declared_anywhere(mesh, host, cluster)):
        return True
    return is_wildcard(host) and is_declared_below(mesh, host, cluster, place)


def _is_loaded(mesh: MeshView, namespace: str, host: str, cluster: str) -> bool:
    if not mesh.of_kind(SERVICE) and not mesh.of_kind(SERVICE_ENTRY):
        return False
    named = service_name(host)
    place = named.namespace if named and namespace == MESH_WIDE else namespace
    if place == MESH_WIDE:
        return mesh.is_whole
    return mesh.is_complete(place, cluster) and place in namespace_names(mesh, cluster)


def _fix(node: Node, namespace: str, host: str, mesh: MeshView) -> Fix | None:
    if "." in host or namespace == MESH_WIDE or mesh.find(SERVICE, namespace, host, node.resource.cluster) is None:
        return None
    full = f"{node.text.partition('/')[0]}/{service_host(host, namespace)}"
    return Fix.replace(node, full, title=f"write '{full}'")
