"""Servers of Gateways want the same port of one proxy in ways that exclude each other.

## Why it matters
Gateways that select the same pods are put together into one configuration. istiod drops a server whose protocol does
not go with what the port is used for already, and a server with `tls` of which any host is taken. It logs that and
tells nobody: the hosts of the dropped server cannot be reached. Plain HTTP servers for one host are put together, so
that the routes of both apply, in an order that nobody chose. Servers of one Gateway exclude each other too: the first
one stays.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shop, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: shop}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shop-next, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com, next.example.com]
    tls: {mode: SIMPLE, credentialName: next}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shop, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: shop}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shop-next, namespace: web}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [next.example.com]
    tls: {mode: SIMPLE, credentialName: next}
```

## When it stays quiet
The Gateways have other selectors and no loaded workload has the labels of both; the servers bind other addresses; a
wildcard and a name below it, of which the more specific one is served; plain HTTP servers of one Gateway; the older of
two Gateways with creation times. Without them both are reported, because either may be the one that is dropped.

## Fix safety
No fix is offered: which of the servers is meant is not known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.servers import Server, all_servers, proxies, served_host, servers
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.age import Contest, contest
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_NOTES = 3


class _Place(NamedTuple):
    """A port of a proxy, with a host where servers are told apart by it."""

    proxy: tuple[str, ...]
    port: int
    bind: str
    host: str = ""


@dataclass(frozen=True, slots=True)
class _Claims:
    """Who wants which place: hosts, and ports by the way they are read."""

    hosts: Mapping[_Place, Contest]
    ports: Mapping[_Place, Mapping[str, Contest]]


@dataclass(frozen=True, slots=True)
class _Before:
    """The servers of a Gateway that stand before another one: by port and address, and by host where they have TLS."""

    ports: dict[tuple[int, str], Server]
    hosts: dict[tuple[int, str, str], Node]

    def displaces(self, server: Server) -> Draft | None:
        """The finding for a server that an earlier one displaces; any other is kept for those that follow.

        (`istio/istio: pilot/pkg/model/gateway.go`, mergeGateways)
        """
        place = server.port, server.bind
        first = self.ports.setdefault(place, server)
        own, reading = _reading(server), _reading(first)
        if first is not server and (own != reading or own == "tcp"):
            message = (
                f"port {server.port} is read as {_SAID[own]} here and as {_SAID[reading]} by an earlier server of this "
                "Gateway, so istiod drops this one"
            )
            node = server.node.get("port.protocol") or server.node
            return node.finding(message, related=(first.node.note("wants the same port"),))
        hosts = {served_host(host): host for host in server.hosts} if server.has_tls else {}
        for name, host in hosts.items():
            if (earlier := self.hosts.get((*place, name))) is not None:
                message = f"an earlier server of this Gateway serves host '{host.text}' at port {server.port} too"
                notes = (earlier.note("serves the same host at the same port"),)
                return host.finding(f"{message}, so istiod drops this one with all its hosts", related=notes)
        self.hosts.update({(*place, name): host for name, host in hosts.items()})
        return None


@rule(
    "IS127",
    category=Category.CONFLICT,
    severity=Severity.ERROR,
    about=(GATEWAY,),
    reads=(*WORKLOAD_KINDS, *(kind for kind in INSTALLATION_KINDS if kind not in WORKLOAD_KINDS)),
    sources=(
        "istio/istio: pilot/pkg/model/gateway.go",
        "istio/istio: pkg/config/analysis/analyzers/gateway/conflictinggateway.go",
        "https://istio.io/latest/docs/reference/config/analysis/ist0145/",
    ),
    upstream=("IST0145", "KIA0301"),
)
def gateway_servers_conflict(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each server that conflicts with an earlier one of its Gateway or with one of another Gateway."""
    claims, mine, before = mesh.index(_claims), proxies(mesh, resource), _Before({}, {})
    for server in servers(resource):
        places = [_Place(proxy, server.port, server.bind) for proxy in sorted(mine)]
        draft = before.displaces(server)
        draft = draft or _protocol_conflict(server, places, claims) or _host_conflict(server, places, claims)
        if draft is not None:
            yield draft


def _protocol_conflict(server: Server, places: list[_Place], claims: _Claims) -> Draft | None:
    own = _reading(server)
    for place in places:
        for reading, rivals in claims.ports[place].items():
            others = rivals.others(server.node.resource, _NOTES)
            if others and (reading != own or own == "tcp"):
                node = server.node.get("port.protocol") or server.node
                if not _is_older(node, others):
                    message = (
                        f"port {server.port} is read as {_SAID[own]} here and as {_SAID[reading]} by "
                        f"'{others[0].resource.title}' in the same proxy, which takes one of the servers only"
                    )
                    return node.finding(message, related=tuple(o.note("wants the same port") for o in others))
    return None


def _host_conflict(server: Server, places: list[_Place], claims: _Claims) -> Draft | None:
    for host in server.hosts:
        for place in places:
            rivals = claims.hosts[place._replace(host=served_host(host))]
            others = rivals.others(server.node.resource, _NOTES)
            if others and not _is_older(host, others):
                return _host_draft(server, host, others)
    return None


def _host_draft(server: Server, host: Node, others: tuple[Node, ...]) -> Draft:
    who = f"'{others[0].resource.title}' serves host '{host.text}' at port {server.port} of the same proxy too"
    notes = tuple(other.note("serves the same host at the same port") for other in others)
    if server.has_tls:
        return host.finding(f"{who}, and istiod drops one of the servers with all its hosts", related=notes)
    return host.finding(f"{who}, so the routes of both apply together", related=notes, severity=Severity.WARNING)


def _is_older(node: Node, others: tuple[Node, ...]) -> bool:
    """Tell whether an object is known to be older than its rivals, so that it is not the one that loses."""
    found = contest([node, *others])
    return found.is_dated and found.entries[0].resource is node.resource


_SAID = {"http": "HTTP", "tls": "TLS", "tcp": "plain TCP"}


def _reading(server: Server) -> str:
    is_tls = server.reads_tls or server.protocol in ("HTTPS", "TLS")
    return "http" if server.is_plain_http else "tls" if is_tls else "tcp"


def _claims(mesh: MeshView) -> _Claims:
    hosts: dict[_Place, list[Node]] = {}
    ports: dict[_Place, dict[str, list[Node]]] = {}
    for server in all_servers(mesh):
        for proxy in proxies(mesh, server.node.resource):
            place = _Place(proxy, server.port, server.bind)
            node = server.node.get("port.protocol") or server.node
            ports.setdefault(place, {}).setdefault(_reading(server), []).append(node)
            for host in server.hosts:
                hosts.setdefault(place._replace(host=served_host(host)), []).append(host)
    return _Claims(
        {place: contest(found) for place, found in hosts.items()},
        {place: {way: contest(found) for way, found in ways.items()} for place, ways in ports.items()},
    )
