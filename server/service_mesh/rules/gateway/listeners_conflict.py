"""Listeners of one Gateway want the same port for protocols, or for a host, that do not go together.

## Why it matters
HTTP, HTTPS with TLS, and TCP each need a port of their own. Of listeners that conflict an implementation opens one or
none. Those of the Gateway come before those of its ListenerSets, and of these the older one first; the listener that
loses gets no traffic and is called conflicted in the status.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
  - {name: database, port: 80, protocol: TCP}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
  - {name: database, port: 5432, protocol: TCP}
```

## When it stays quiet
HTTPS and TLS at one port with different hosts, wildcards over another host too; UDP at the port of another protocol;
protocols of an implementation's own; ListenerSets that the Gateway does not take. Two listeners of one object with the
same port, protocol and host are refused by the API server already.

## Fix safety
No fix is offered: which listener gives way is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.attachments import ATTACHMENT_KINDS, listener_sets, listeners_of
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_GROUPS = {"HTTP": "plain", "HTTPS": "tls", "TLS": "tls", "TCP": "tcp", "UDP": "udp"}
"""Protocol -> what shares a port, told apart by the host."""

_RIVALS: Mapping[str, tuple[str, ...]] = {
    "plain": ("tls", "tcp"),
    "tls": ("plain", "tcp"),
    "tcp": ("plain", "tls"),
    "udp": (),
}
"""What cannot have a port beside what; ports of UDP are others than those of TCP."""

_Held = dict[tuple[str, str | None], Node]
"""Sort of protocol and host -> the listener that has it at a port; None for the first of the sort."""


@rule(
    "GW118",
    category=Category.CONFLICT,
    severity=Severity.ERROR,
    about=(GATEWAY_API_GATEWAY,),
    reads=ATTACHMENT_KINDS,
    needs=("listeners",),
    sources=(
        "istio/istio: pilot/pkg/model/gateway.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#gatewayspec",
        "https://gateway-api.sigs.k8s.io/reference/spec/#listenersetspec",
    ),
)
def listeners_conflict(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each listener that an earlier one of the same Gateway leaves no room for."""
    ports: dict[int, _Held] = {}
    for owner in (resource, *listener_sets(mesh, resource)):
        for node in listeners_of(owner):
            port, group = node.get("port"), _GROUPS.get(node.text_at("protocol"))
            if port is not None and type(port.value) is int and group is not None:
                held = ports.setdefault(port.value, {})
                found = _conflict(node, group, held)
                if found is None:
                    held.setdefault((group, None), node)
                    held.setdefault((group, node.text_at("hostname")), node)
                else:
                    yield found


def _conflict(node: Node, group: str, held: _Held) -> Draft | None:
    """What an earlier listener at the port leaves no room for: another sort of protocol, or the same host."""
    for rival in _RIVALS[group]:
        other = held.get((rival, None))
        if other is not None:
            at = node.get("protocol") or node
            what = (
                f"'{other.text_at('protocol')}' already, which '{node.text_at('protocol')}' does not go together with"
            )
            return _draft(node, other, at, f"is used for {what}")
    host = node.text_at("hostname")
    other = held.get((group, host))
    if other is None or _is_refused(node, other):
        return None
    what = f"host '{host}'" if host else "every host" if group in ("plain", "tls") else "all connections"
    return _draft(node, other, node.get("hostname") or node.get("port") or node, f"serves {what} already")


def _is_refused(node: Node, other: Node) -> bool:
    """Whether the API server refuses the two in one object, which the schema check tells."""
    return node.resource is other.resource and node.text_at("protocol") == other.text_at("protocol")


def _draft(node: Node, other: Node, at: Node, what: str) -> Draft:
    port = node.get("port")
    owner = "" if other.resource is node.resource else f" of '{other.resource.title}'"
    number = port.value if port is not None else ""
    message = (
        f"port {number} of listener '{other.text_at('name')}'{owner} {what}, so listener '{node.text_at('name')}'"
        " is not served"
    )
    return at.finding(message, related=(other.note("is served"),))
