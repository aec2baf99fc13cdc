"""Routes are of a kind that no server of their gateways takes.

## Why it matters
A server that passes TLS through sees no HTTP: it takes only `tls` routes, and requests for `http` routes fail at the
handshake. A server that reads HTTP takes only `http` routes, and one for plain TCP, or TLS that it ends without HTTP
behind it, only `tcp` routes. Everything else in the object has no effect there.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [api.example.com]
  gateways: [egress]
  http:
  - route:
    - destination: {host: api.example.com}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress}
spec:
  selector: {istio: egressgateway}
  servers:
  - port: {number: 443, name: tls, protocol: TLS}
    hosts: [api.example.com]
    tls: {mode: PASSTHROUGH}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [api.example.com]
  gateways: [egress]
  tls:
  - match:
    - sniHosts: [api.example.com]
    route:
    - destination: {host: api.example.com}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress}
spec:
  selector: {istio: egressgateway}
  servers:
  - port: {number: 443, name: tls, protocol: TLS}
    hosts: [api.example.com]
    tls: {mode: PASSTHROUGH}
```

## When it stays quiet
One server that the rule can reach takes its kind of routes: servers of the gateways that `spec.gateways` or the rule's
own matches name, for a host of the object, at a port that its matches allow. Rules for the sidecars too; gateways that
are not loaded or belong to the Gateway API; no server for the hosts at all, which is reported for its own sake.

## Fix safety
No fix is offered: the server or the routes may be the wrong ones.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateways import SIDECARS, GatewayName, gateway_name
from service_mesh.mesh.servers import Server, servers
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import filled_sections
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import split_scope
from service_mesh.model.kinds import GATEWAY, GATEWAY_API_GATEWAY, VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._bindings import bound_gateways, pattern_takes
from service_mesh.rules.rule import rule

_Servers = dict[GatewayName, list[Server]]


@rule(
    "IS186",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(VIRTUAL_SERVICE,),
    needs=("gateways",),
    reads=(GATEWAY, GATEWAY_API_GATEWAY),
    sources=(
        "istio/istio: pilot/pkg/networking/core/gateway.go",
        "https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSmode",
        "https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/",
    ),
)
def route_section_unused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first rule of each kind that no reachable server takes."""
    reachable = _reachable(mesh, resource)
    names = [node.text for node in resource.each("spec.gateways[]")]
    if not reachable:
        return
    for section in filled_sections(resource):
        for entry in resource.each(f"spec.{section}[]"):
            found = _for_rule(entry, reachable, inside=SIDECARS in names)
            if found and all(server.section != section for server in found):
                yield _draft(entry, section, found[0])
                break


def _reachable(mesh: MeshView, route: Resource) -> _Servers:
    """Servers for the route's hosts by gateway; nothing where one of its gateways is not known well enough."""
    hosts = [host for host in route.each("spec.hosts[]") if host.text]
    found: _Servers = {}
    for bound in bound_gateways(mesh, route):
        if bound.gateway is None or bound.gateway.kind != GATEWAY:
            return {}
        name = GatewayName(bound.gateway.namespace, bound.gateway.name)
        found[name] = [server for server in servers(bound.gateway) if _serves(server, hosts)]
    return found


def _serves(server: Server, hosts: list[Node]) -> bool:
    own = server.node.resource.namespace
    return any(pattern_takes(*split_scope(pattern.text, own), host) for pattern in server.hosts for host in hosts)


def _for_rule(entry: Node, reachable: _Servers, *, inside: bool) -> list[Server]:
    """The servers that a rule can be reached through; nothing where sidecars may take it."""
    matches = list(entry.each("match[]"))
    if not matches:
        return [] if inside else [server for found in reachable.values() for server in found]
    chosen: list[Server] = []
    for match in matches:
        names = [node.text for node in match.each("gateways[]")]
        if SIDECARS in names or (not names and inside):
            return []
        wanted = {gateway_name(name, entry.resource.namespace) for name in names} or set(reachable)
        port = match.get("port")
        chosen += [s for name in wanted if name in reachable for s in reachable[name] if _at(s, port)]
    return chosen


def _at(server: Server, port: Node | None) -> bool:
    return port is None or not port.value or port.value == server.port


def _draft(entry: Node, section: str, server: Server) -> Draft:
    gateway = server.node.resource
    takes = f"'{server.section}' routes" if server.section else "no routes"
    message = (
        f"'{section}' route is never used at gateway '{gateway.name}', "
        f"whose {_described(server)} server at port {server.port} takes {takes}"
    )
    return entry.finding(message, related=(server.node.note("is a server that this route is bound to"),))


def _described(server: Server) -> str:
    return f"{server.protocol} {server.mode}" if server.mode else server.protocol
