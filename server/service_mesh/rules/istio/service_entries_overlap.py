"""Several ServiceEntries declare one port of one host.

## Why it matters
A client gets one of the entries for a host, that of its own namespace first, else the older one. With different
protocols the same request is routed as HTTP in one namespace and passed on as bytes in another, and it changes when an
object is made anew.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api-http, namespace: shop}
spec:
  hosts: [api.example.com]
  resolution: DNS
  ports:
  - {number: 8080, name: http, protocol: HTTP}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api-tls, namespace: shop}
spec:
  hosts: [api.example.com]
  resolution: DNS
  ports:
  - {number: 8080, name: tls, protocol: TLS}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  resolution: DNS
  ports:
  - {number: 8080, name: http, protocol: HTTP}
```

## When it stays quiet
No namespace sees both entries; their ports differ. Entries that agree about the protocol are a remark.

## Fix safety
No fix is offered: the entries have to be put together by somebody who knows what is meant.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE_ENTRY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_PUBLIC = ""
_LIMITED = "*"
"""Stands for what only some namespaces see, taken together: a public entry is seen beside each of them."""


class _Slot(NamedTuple):
    """A port of a host, as one namespace sees it; no namespace stands for what all see."""

    cluster: str
    host: str
    number: int
    namespace: str


_Claims = Mapping[str, list[Node]]
"""Protocol in upper case -> the first two ports that say it, of different objects."""


@rule(
    "IS165",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(SERVICE_ENTRY,),
    reads=INSTALLATION_KINDS,
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/serviceentry/conflictingserviceentries.go",
        "istio/istio: pilot/pkg/model/sidecar.go",
        "https://istio.io/latest/docs/reference/config/networking/service-entry/",
    ),
    upstream=("IST0177", "KIA1211", "KIA1212"),
)
def service_entries_overlap(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each port that another entry declares for the same host and clients."""
    claims = mesh.index(_claims)
    hosts = [host.text for host in resource.each("spec.hosts[]") if host.text]
    for port in resource.each("spec.ports[]"):
        number = port.get("number")
        if number is not None and type(number.value) is int:
            draft = _judged(port, number.value, hosts, claims, mesh)
            if draft is not None:
                yield draft


def _judged(port: Node, number: int, hosts: list[str], claims: Mapping[_Slot, _Claims], mesh: MeshView) -> Draft | None:
    same: tuple[str, Node] | None = None
    for host in hosts:
        for slot in _seen_with(port.resource, host, number, mesh):
            for protocol, nodes in claims.get(slot, {}).items():
                other = next((node for node in nodes if node.resource is not port.resource), None)
                if other is not None and protocol != _protocol(port):
                    return _differs(port, number, host, other)
                if other is not None:
                    same = same or (host, other)
    return None if same is None else _repeats(port, number, *same)


def _differs(port: Node, number: int, host: str, other: Node) -> Draft:
    said, rival = _protocol(port) or "no protocol", _protocol(other) or "no protocol"
    message = f"port {number} of host '{host}' is {said} here and {rival} in '{other.resource.title}'"
    return _anchor(port).finding(message, related=(_anchor(other).note("says otherwise"),))


def _repeats(port: Node, number: int, host: str, other: Node) -> Draft:
    message = f"port {number} of host '{host}' is declared in '{other.resource.title}' too"
    return (port.get("number") or port).finding(
        message, related=(other.note("declares it too"),), severity=Severity.INFO
    )


def _seen_with(resource: Resource, host: str, number: int, mesh: MeshView) -> Iterator[_Slot]:
    """Slots whose entries some client sees together with this one."""
    slot = _Slot(resource.cluster, host, number, _PUBLIC)
    yield slot
    seen = visibility(mesh, resource)
    for namespace in [_LIMITED] if seen.is_public else sorted(seen.namespaces):
        yield slot._replace(namespace=namespace)


def _claims(mesh: MeshView) -> Mapping[_Slot, _Claims]:
    found: dict[_Slot, dict[str, list[Node]]] = {}
    for slot, port in _ports(mesh):
        for place in {slot, slot if slot.namespace == _PUBLIC else slot._replace(namespace=_LIMITED)}:
            nodes = found.setdefault(place, {}).setdefault(_protocol(port), [])
            if len(nodes) < 2 and all(node.resource is not port.resource for node in nodes):
                nodes.append(port)
    return found


def _ports(mesh: MeshView) -> Iterator[tuple[_Slot, Node]]:
    for entry in mesh.of_kind(SERVICE_ENTRY):
        seen = visibility(mesh, entry)
        places = [_PUBLIC] if seen.is_public else sorted(seen.namespaces)
        hosts = [host.text for host in entry.each("spec.hosts[]") if host.text]
        for port in entry.each("spec.ports[]"):
            number = port.get("number")
            if number is not None and type(number.value) is int:
                for host in hosts:
                    for place in places:
                        yield _Slot(entry.cluster, host, number.value, place), port


def _protocol(port: Node) -> str:
    said = port.get("protocol")
    return said.text.upper() if said is not None else ""


def _anchor(port: Node) -> Node:
    return port.get("protocol") or port.get("number") or port
