"""DestinationRule wraps traffic into TLS that applications have encrypted already.

## Why it matters
A ServiceEntry's port of protocol `HTTPS` or `TLS` says that applications send TLS there. A DestinationRule that begins
TLS for that port encrypts it once more: the server finds a TLS handshake where it expects a request, and every request
fails.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  location: MESH_EXTERNAL
  resolution: DNS
  ports:
  - {number: 443, name: https, protocol: HTTPS}
---
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
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  location: MESH_EXTERNAL
  resolution: DNS
  ports:
  - {number: 80, name: http, protocol: HTTP, targetPort: 443}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: api, namespace: shop}
spec:
  host: api.example.com
  trafficPolicy:
    tls: {mode: SIMPLE}
```

## When it stays quiet
The rule's settings for the port do not begin TLS; the entry has a plaintext port that leads to the same place
(`targetPort`, or ports of its endpoints), so that the TLS is meant for that one; an HTTP or TCP route of a
VirtualService, or an HTTPRoute, GRPCRoute or TCPRoute, sends to the port what it has read in plaintext, as an egress
gateway that begins TLS does; the policy has a `tunnel`; sidecars pass the settings over, because they name a
`credentialName` without `workloadSelector`; the clients are in ambient mode, where ztunnel follows no DestinationRule.

## Fix safety
No fix is offered: whether the rule, the protocol of the port or the applications are to change is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.destination_rules import has_selector
from service_mesh.mesh.ports import port_number
from service_mesh.mesh.route_references import backends
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import ends_of, resolve_host
from service_mesh.model.kinds import DESTINATION_RULE, GRPC_ROUTE, HTTP_ROUTE, TCP_ROUTE, VIRTUAL_SERVICE, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._external_tls import ORIGINATION_KINDS, Origination, originations
from service_mesh.rules.istio._tls import ORIGINATING
from service_mesh.rules.rule import rule

_ENCRYPTED = frozenset({"https", "tls"})
_ROUTES = (GRPC_ROUTE, HTTP_ROUTE, TCP_ROUTE)
_HOSTNAME = Kind("networking.istio.io", "Hostname")
_DESTINATIONS = (
    "spec.http[].route[].destination",
    "spec.http[].mirror",
    "spec.http[].mirrors[].destination",
    "spec.tcp[].route[].destination",
)
_CONFIG_MAP = "configmap://"

_Sent = tuple[str, str, int | None]


@rule(
    "IS166",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE,),
    reads=(VIRTUAL_SERVICE, *_ROUTES, *(kind for kind in ORIGINATION_KINDS if kind != DESTINATION_RULE)),
    sources=(
        "istio/istio: pilot/pkg/networking/core/cluster_tls.go",
        "https://istio.io/latest/docs/ops/common-problems/network-issues/#double-tls",
        "https://istio.io/latest/docs/tasks/traffic-management/egress/egress-tls-origination/",
    ),
)
def tls_begun_twice(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each setting that begins TLS for a port which applications send TLS to."""
    seen: set[object] = set()
    for begun in originations(mesh, resource):
        if begun.setting.path not in seen and _is_double(mesh, begun):
            seen.add(begun.setting.path)
            yield _draft(begun)


def _is_double(mesh: MeshView, begun: Origination) -> bool:
    if begun.mode not in ORIGINATING or _protocol(begun.port) not in _ENCRYPTED:
        return False
    if begun.policy.get("tunnel") is not None or _is_passed_over(begun):
        return False
    return not _has_plain_way(begun) and not _is_routed(mesh, begun)


def _draft(begun: Origination) -> Draft:
    message = (
        f"clients send TLS to port {port_number(begun.port)} of '{begun.host}', and mode '{begun.mode}' wraps it into"
        " TLS once more"
    )
    protocol = begun.port.get("protocol") or begun.port
    return begun.setting.finding(message, related=(protocol.note("says that clients send TLS"),))


def _is_passed_over(begun: Origination) -> bool:
    """Whether sidecars leave the settings out, which then work at gateways alone."""
    named = begun.tls.get("credentialName")
    is_secret = named is not None and bool(named.text) and not named.text.startswith(_CONFIG_MAP)
    return is_secret and not has_selector(begun.tls.resource)


def _has_plain_way(begun: Origination) -> bool:
    """Whether a plaintext port of the entry leads to where an encrypted one leads."""
    ports = tuple(begun.entry.each("spec.ports[]"))
    encrypted = {number for port in ports if _protocol(port) in _ENCRYPTED for number in _ends(begun.entry, port)}
    plain = (port for port in ports if _protocol(port) not in _ENCRYPTED)
    return any(encrypted & set(_ends(begun.entry, port)) for port in plain)


def _ends(entry: Resource, port: Node) -> Iterator[int]:
    """Numbers of the ports that connections to a port of an entry end at."""
    name, target = port.get("name"), port.get("targetPort")
    mapped = [
        found.value
        for ports in (entry.each("spec.endpoints[].ports") if name is not None else ())
        if (found := ports.key(name.text if name is not None else "")) is not None and type(found.value) is int
    ]
    number = target.value if target is not None and type(target.value) is int and target.value else port_number(port)
    yield from mapped
    if number is not None:
        yield number


def _protocol(port: Node) -> str:
    found = port.get("protocol")
    return found.text.lower() if found is not None else ""


def _is_routed(mesh: MeshView, begun: Origination) -> bool:
    """Whether a route sends to the port what a proxy has read, so that the TLS is the first one."""
    sent, cluster = mesh.index(_sent), begun.entry.cluster
    return any((cluster, begun.host, number) in sent for number in (port_number(begun.port), None))


def _sent(mesh: MeshView) -> frozenset[_Sent]:
    """Cluster, host and port of everything that routes send requests and connections to, and wildcards over them."""
    found = [*_of_virtual_services(mesh), *_of_routes(mesh)]
    wide = [(cluster, f"*{end}", port) for cluster, host, port in found for end in ends_of(host)]
    return frozenset((*found, *wide))


def _of_virtual_services(mesh: MeshView) -> Iterator[_Sent]:
    for route in mesh.of_kind(VIRTUAL_SERVICE):
        for place in _DESTINATIONS:
            for destination in route.each(place):
                host, number = destination.get("host"), destination.get("port.number")
                if host is not None and host.text:
                    port = number.value if number is not None and type(number.value) is int else None
                    yield route.cluster, resolve_host(host.text, route.namespace), port


def _of_routes(mesh: MeshView) -> Iterator[_Sent]:
    for kind in _ROUTES:
        for route in mesh.of_kind(kind):
            for backend in backends(route):
                if backend.kind == _HOSTNAME:
                    number = backend.node.get("port")
                    port = number.value if number is not None and type(number.value) is int else None
                    yield route.cluster, backend.name, port
