"""Route sends requests to a port that the service does not have.

## Why it matters
The proxy makes one upstream cluster per port of a service. For another number there is none, and requests fail with 503
(response flag `NC`). What is meant is the port of the Service, not the container port behind it.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop]
  http:
  - route:
    - destination:
        host: shop
        port: {number: 8080}
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec:
  ports:
  - {name: http, port: 80, targetPort: 8080}
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
    - destination:
        host: shop
        port: {number: 80}
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec:
  ports:
  - {name: http, port: 80, targetPort: 8080}
```

## When it stays quiet
Any Service or ServiceEntry that declares the host, in any loaded cluster, offers the port, where wildcards count only
if nothing declares the host itself; one of them lists no ports at all; the host is not declared, which is reported for
its own sake.

## Fix safety
The port that leads to the written container port, or the only port, is offered; unsafe, because the route starts to
work.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from service_mesh.mesh.declared_hosts import declared_anywhere
from service_mesh.mesh.known_names import loaded_clusters
from service_mesh.mesh.ports import port_number
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY, VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._destinations import destinations_by_host, offered_ports
from service_mesh.rules.rule import rule

_SHOWN = 5


@rule(
    "IS119",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE,),
    needs=("number",),
    reads=(SERVICE, SERVICE_ENTRY),
    sources=(
        "istio/istio: pilot/pkg/networking/core/route/route.go",
        "istio/istio: pkg/config/analysis/analyzers/virtualservice/destinationhosts.go",
        "https://istio.io/latest/docs/reference/config/networking/virtual-service/#PortSelector",
    ),
    upstream=("IST0101",),
)
def destination_port_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each port of a destination host that nothing offers, once."""
    for host, destinations in destinations_by_host(mesh, resource).items():
        declaring, offered = mesh.once(_offering, (host, resource.cluster))
        if offered:
            for nodes in _strange(destinations, offered):
                yield _draft(nodes, host, declaring, sorted(offered))


def _offering(mesh: MeshView, asked: tuple[str, str]) -> tuple[tuple[Resource, ...], AbstractSet[int]]:
    """What declares a host, and the ports of all of it; no ports where some of it tells none."""
    declaring = _declaring(mesh, *asked)
    ports = [offered_ports(one) for one in declaring]
    return declaring, frozenset(port for listed in ports for port in listed) if all(ports) else frozenset()


def _declaring(mesh: MeshView, host: str, cluster: str) -> tuple[Resource, ...]:
    clusters = sorted(loaded_clusters(mesh) | {cluster})
    found = [one for name in clusters for one in declared_anywhere(mesh, host, name)]
    exact = [one for one in found if one.kind == SERVICE or any(n.text == host for n in one.each("spec.hosts[]"))]
    return tuple(exact or found)


def _strange(destinations: list[Node], offered: AbstractSet[int]) -> list[list[Node]]:
    by_number: dict[int, list[Node]] = {}
    for destination in destinations:
        if _port(destination) in offered:
            continue
        number = destination.get("port.number")
        if number is not None and type(number.value) is int:
            by_number.setdefault(number.value, []).append(number)
    return list(by_number.values())


def _port(destination: Node) -> int | None:
    port = destination.value.get("port") if isinstance(destination.value, dict) else None
    number = port.get("number") if isinstance(port, dict) else None
    return number if type(number) is int else None


def _draft(nodes: list[Node], host: str, declaring: tuple[Resource, ...], offered: list[int]) -> Draft:
    listed = ", ".join(map(str, offered[:_SHOWN])) + (" and more" if len(offered) > _SHOWN else "")
    message = f"'{host}' has no port {nodes[0].value}, only {listed}"
    meant = _behind(declaring, nodes[0].value) or (offered[0] if len(offered) == 1 else None)
    edits = tuple(Replace(node.resource, node.path, meant) for node in nodes)
    fix = Fix(f"replace with {meant}", False, edits) if meant is not None else None
    note = (declaring[0].get("spec.ports") or declaring[0].root).note("are the ports of the host")
    return nodes[0].finding(message, fix=fix, related=(note,))


def _behind(declaring: tuple[Resource, ...], number: object) -> int | None:
    """The only port of a Service that leads to a container port of this number."""
    found = {
        port_number(port)
        for one in declaring[:_SHOWN]
        for port in one.each("spec.ports[]")
        if (target := port.get("targetPort")) is not None and target.value == number
    }
    return found.pop() if len(found) == 1 else None
