"""Listeners of one port can be reached over one connection, since one certificate is good for the hosts of both.

## Why it matters
A browser uses a connection of HTTP/2 again for every host that its certificate covers and that has the same address.
The listener was chosen by the host that the connection began with, so a request for the other host meets the routes of
the wrong listener: it is answered with 404, or by the routes of the wildcard.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners:
  - {name: wide, port: 443, protocol: HTTPS, hostname: "*.example.com", tls: {certificateRefs: [{name: wide}]}}
  - {name: shop, port: 443, protocol: HTTPS, hostname: shop.example.com, tls: {certificateRefs: [{name: shop}]}}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners:
  - {name: wide, port: 443, protocol: HTTPS, hostname: "*.example.com", tls: {certificateRefs: [{name: wide}]}}
```

## When it stays quiet
It never speaks louder than a note: clients that open a connection for each host notice nothing, and implementations may
answer 421 so that the client tries again. Listeners that pass TLS on, and listeners of different ports.

## Fix safety
No fix is offered: one listener for all hosts, or certificates and addresses of their own, are a choice.
"""

from collections.abc import Iterator

from service_mesh.mesh.attachments import listeners_of
from service_mesh.mesh.route_references import reference
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import covers
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, SECRET
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "GW122",
    category=Category.TRAFFIC,
    severity=Severity.INFO,
    about=(GATEWAY_API_GATEWAY,),
    needs=("tls",),
    sources=(
        "https://gateway-api.sigs.k8s.io/geps/gep-3567/",
        "https://gateway-api.sigs.k8s.io/reference/spec/#listenerconditiontype",
    ),
)
def listeners_share_certificate(resource: Resource, _mesh: MeshView) -> Iterator[Draft]:
    """Report each listener whose host another one's certificate covers, once per listener."""
    ports: dict[object, list[Node]] = {}
    for node in listeners_of(resource):
        port, host = node.get("port"), node.get("hostname")
        if node.text_at("protocol") == "HTTPS" and port is not None and host is not None and host.text:
            ports.setdefault(port.number, []).append(node)
    for found in ports.values():
        by_host = {node.text_at("hostname"): node for node in found}
        first: dict[object, Node] = {}
        for node in found:
            other = _over(node, by_host) or next((first[secret] for secret in _secrets(node) if secret in first), None)
            for secret in _secrets(node):
                first.setdefault(secret, node)
            if other is not None:
                yield _draft(node, other)


def _over(node: Node, by_host: dict[str, Node]) -> Node | None:
    """The listener of the wildcard one label up, which is as far as a certificate's wildcard reaches."""
    host = node.text_at("hostname")
    wide = f"*.{host.partition('.')[2]}"
    return by_host.get(wide) if wide != host and covers(wide, host) else None


def _secrets(node: Node) -> list[tuple[str, str]]:
    found = (reference(one, SECRET.group, SECRET.name) for one in node.each("tls.certificateRefs[]"))
    return [(one.namespace, one.name) for one in found if one.name]


def _draft(node: Node, other: Node) -> Draft:
    host = node.get("hostname") or node
    message = (
        f"a connection for listener '{other.text_at('name')}' may be used for host '{host.text}' too, whose requests"
        f" then miss listener '{node.text_at('name')}'"
    )
    return host.finding(message, related=((other.get("hostname") or other).note("the host of the connection"),))
