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

from collections.abc import Iterator

from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.selection import policy_selector, selected, services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import PEER_AUTHENTICATION, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


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
    entries = [node for node in resource.each("spec.portLevelMtls{}") if str(node.path[-1]).isdecimal()]
    servers = selected(mesh, policy_selector(resource), resource.namespace, resource.cluster) if entries else ()
    for entry in entries:
        number = int(str(entry.path[-1]))
        if number not in {aim for server in servers for aim in _listening(mesh, server)}:
            yield from _judged(mesh, entry, number, servers)


def _judged(mesh: MeshView, entry: Node, number: int, servers: tuple[Workload, ...]) -> Iterator[Draft]:
    aims = {
        aim
        for server in servers
        for port in _offered(mesh, server)
        if port_number(port) == number and (aim := target_number(port, server)) is not None
    }
    if aims:
        shown = ", ".join(map(str, sorted(aims)))
        taken = {str(node.path[-1]) for node in entry.resource.each("spec.portLevelMtls{}")}
        fix = Fix.rename(entry, shown) if len(aims) == 1 and shown not in taken else None
        message = f"port {number} is the Service's and leads to container port {shown}, so the entry changes nothing"
        yield entry.finding(message, fix=fix, anchor=Anchor.KEY)


def _offered(mesh: MeshView, server: Workload) -> Iterator[Node]:
    for service in services_of(mesh, server):
        yield from service.each("spec.ports[]")


def _listening(mesh: MeshView, server: Workload) -> Iterator[int | float | None]:
    """The container ports that are declared or that a Service leads to."""
    yield from (node.number for port in server.container_ports if (node := port.get("containerPort")) is not None)
    yield from (target_number(port, server) for port in _offered(mesh, server))
