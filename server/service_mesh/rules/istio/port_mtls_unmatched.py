"""Mode for a port names the port of the Service.

## Why it matters
`portLevelMtls` is about ports of the container. An entry for the port of the Service that leads to another one changes
nothing: the port that was to be opened, or closed, keeps the mode of the workload.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: cart, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart}
  mtls: {mode: PERMISSIVE}
  portLevelMtls:
    "80": {mode: STRICT}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: 8080}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - {name: app, image: cart}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: cart, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart}
  mtls: {mode: PERMISSIVE}
  portLevelMtls:
    "8080": {mode: STRICT}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: 8080}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - {name: app, image: cart}
```

## When it stays quiet
A selected workload has a container port of the number, or a Service leads to it, or no Service of the selected
workloads has it: containers may listen on ports that they do not declare.

## Fix safety
Renaming to the only container port that the Service leads to is offered; unsafe, because the mode starts to count.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.selection import policy_selector, selected, services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import PEER_AUTHENTICATION, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.ports import port_in
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector
from service_mesh.rules.rule import rule

_MOST = 50
"""Services of one workload that are looked at."""


@rule(
    "IS224",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(PEER_AUTHENTICATION,),
    reads=(SERVICE, *WORKLOAD_KINDS),
    sources=(
        "istio/istio: pilot/pkg/security/authn/policy_applier.go",
        "istio/api: security/v1beta1/peer_authentication.proto",
    ),
)
def port_mtls_unmatched(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each entry for a number that is a Service's port and no container's."""
    entries = [
        (number, node)
        for node in resource.each("spec.portLevelMtls{}")
        if (number := port_in(str(node.path[-1]))) is not None
    ]
    known = mesh.once(_ports, (policy_selector(resource), resource.namespace, resource.cluster)) if entries else None
    for number, entry in entries:
        if known is not None and number not in known.listening:
            yield from _judged(entry, number, known.led_to.get(number, frozenset()))


def _judged(entry: Node, number: int, aims: AbstractSet[int]) -> Iterator[Draft]:
    if aims:
        shown = ", ".join(map(str, sorted(aims)))
        taken = {str(node.path[-1]) for node in entry.resource.each("spec.portLevelMtls{}")}
        fix = Fix.rename(entry, shown) if len(aims) == 1 and shown not in taken else None
        message = f"port {number} is the Service's and leads to container port {shown}, so the entry changes nothing"
        yield entry.finding(message, fix=fix, anchor=Anchor.KEY)


class _Ports(NamedTuple):
    """Ports of all servers that a selector selects.

    Attributes:
        listening: The container ports that are declared or that a Service leads to.
        led_to: Port of a Service -> the container ports that it leads to.
    """

    listening: AbstractSet[object]
    led_to: Mapping[int, AbstractSet[int]]


def _ports(mesh: MeshView, asked: tuple[Selector, str, str]) -> _Ports:
    """Read once for all policies with the same labels."""
    listening: set[object] = set()
    led_to: dict[int, set[int]] = {}
    for server in selected(mesh, *asked):
        listening.update(n.number for port in server.container_ports if (n := port.get("containerPort")) is not None)
        for port in _offered(mesh, server):
            aim, number = target_number(port, server), port_number(port)
            if aim is not None:
                listening.add(aim)
            if aim is not None and number is not None:
                led_to.setdefault(number, set()).add(aim)
    return _Ports(listening, led_to)


def _offered(mesh: MeshView, server: Workload) -> Iterator[Node]:
    for service in services_of(mesh, server)[:_MOST]:
        yield from service.each("spec.ports[]")
