"""AuthorizationPolicy names a host that nothing declares.

## Why it matters
`hosts` is compared with the Host header. A host that no service, route or gateway has is sent by no well-behaved
client: the rule never matches, and an ALLOW refuses what it was meant to let in.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - to:
    - operation: {hosts: [carts.shop.svc.cluster.local]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports:
  - {name: http, port: 80}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - to:
    - operation: {hosts: [cart.shop.svc.cluster.local]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports:
  - {name: http, port: 80}
```

## When it stays quiet
Known are Services in each form that clients write (`cart`, `cart.shop`, `cart.shop.svc`, in full), ServiceEntries,
VirtualServices, Gateways of both APIs and their routes, with or without a port behind the name, in upper or lower case;
a gateway for `*` makes every name known. Patterns are looked up only if they end in a whole domain (`*.example.com`).
Names of the cluster are judged if their namespace is loaded as a whole, other ones if everything is said to be loaded;
else the finding is reported as not checked.

## Fix safety
Offered when exactly one Service of the namespace has a near name; unsafe, because it changes who gets in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_mesh.mesh.host_index import HostIndex
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import ends_of, is_wildcard, resolve_host, service_host, service_name, split_scope
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    GATEWAY,
    GATEWAY_API_GATEWAY,
    GRPC_ROUTE,
    HTTP_ROUTE,
    SERVICE,
    SERVICE_ENTRY,
    TLS_ROUTE,
    VIRTUAL_SERVICE,
    Kind,
)
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._authorization import listed_texts
from service_mesh.rules.rule import rule

_DECLARING: Mapping[Kind, str] = {
    SERVICE_ENTRY: "spec.hosts[]",
    VIRTUAL_SERVICE: "spec.hosts[]",
    GATEWAY: "spec.servers[].hosts[]",
    GATEWAY_API_GATEWAY: "spec.listeners[].hostname",
    HTTP_ROUTE: "spec.hostnames[]",
    GRPC_ROUTE: "spec.hostnames[]",
    TLS_ROUTE: "spec.hostnames[]",
}


@dataclass(frozen=True, slots=True)
class _Known:
    """Hosts that are declared: as an index, every end of one at a dot, and the names of services by namespace."""

    hosts: HostIndex[bool]
    ends: frozenset[tuple[str, str]]
    services: Mapping[tuple[str, str], list[str]]


@rule(
    "IS203",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(AUTHORIZATION_POLICY,),
    needs=("hosts",),
    reads=(SERVICE, *_DECLARING),
    sources=(
        "kiali/kiali: business/checkers/authorization/no_host_checker.go",
        "https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation",
    ),
    upstream=("KIA0104",),
)
def operation_host_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each host of an operation that nobody serves."""
    known = mesh.index(_known)
    for node in listed_texts(resource, "hosts"):
        host = _bare(node.text)
        if not _is_known(known, host, resource):
            message = f"no service, route or gateway has the host '{node.text}'"
            partial = not _is_loaded(mesh, host, resource)
            yield node.finding(message, fix=_fix(node, host, known), partial=partial)


def _bare(host: str) -> str:
    """A host without its port, in lower case."""
    name, colon, port = host.rpartition(":")
    return (name if colon and (port.isdigit() or port == "*") else host).lower()


def _is_known(known: _Known, host: str, policy: Resource) -> bool:
    if host.endswith("*") or (is_wildcard(host) and not host.startswith("*.")):
        return True
    if is_wildcard(host):
        return (policy.cluster, host[1:]) in known.ends or _is_covered(known, policy.cluster, host)
    return any(_is_covered(known, policy.cluster, form) for form in (host, resolve_host(host, policy.namespace)))


def _is_covered(known: _Known, cluster: str, host: str) -> bool:
    return next(known.hosts.covering(cluster, host), False)


def _is_loaded(mesh: MeshView, host: str, policy: Resource) -> bool:
    named = service_name(host)
    if named is None and "." in host:
        return mesh.is_whole
    return mesh.is_complete(named.namespace if named else policy.namespace, policy.cluster)


def _fix(node: Node, host: str, known: _Known) -> Fix | None:
    policy, named = node.resource, service_name(host)
    if (named is None and "." in host) or host != node.text:
        return None
    namespace = named.namespace if named else policy.namespace
    near = nearest(named.name if named else host, known.services.get((policy.cluster, namespace), ()), unique=True)
    if near is None:
        return None
    written = service_host(near, namespace) if named else near
    return Fix.replace(node, written, title=f"rename to '{written}'")


def _known(mesh: MeshView) -> _Known:
    hosts, services = list(_declared(mesh)), dict[tuple[str, str], list[str]]()
    for service in mesh.of_kind(SERVICE):
        services.setdefault((service.cluster, service.namespace), []).append(service.name)
        full = service_host(service.name, service.namespace)
        short = f"{service.name}.{service.namespace}"
        hosts += [(service.cluster, form) for form in (short, f"{short}.svc", full)]
    ends = frozenset((cluster, end) for cluster, host in hosts for end in ends_of(host))
    return _Known(HostIndex((cluster, host, True) for cluster, host in hosts), ends, services)


def _declared(mesh: MeshView) -> Iterator[tuple[str, str]]:
    for kind, place in _DECLARING.items():
        for resource in mesh.of_kind(kind):
            for node in resource.each(place):
                host = split_scope(node.text, resource.namespace).host.lower()
                if host:
                    yield resource.cluster, resolve_host(host, resource.namespace)
    for listener_owner in mesh.of_kind(GATEWAY_API_GATEWAY):
        # A listener without a host takes every one.
        if any(listener.get("hostname") is None for listener in listener_owner.each("spec.listeners[]")):
            yield listener_owner.cluster, "*"
