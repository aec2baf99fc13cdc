"""Port of a protocol in which the server speaks first is not opaque.

## Why it matters
Linkerd waits for the first bytes of a client to find out the protocol. In SMTP, MySQL or FTP the client waits for the
server, so that both wait until the detection times out after ten seconds, for each connection. The usual ports are
opaque by default; an `opaque-ports` annotation replaces that list, and what it does not repeat is lost.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: v1
kind: Service
metadata:
  name: database
  namespace: shop
  annotations: {config.linkerd.io/opaque-ports: "33060"}
spec:
  selector: {app: database}
  ports: [{name: mysql, port: 3306}, {name: mysqlx, port: 33060}]
---
apiVersion: v1
kind: Pod
metadata: {name: database, namespace: shop, labels: {app: database}}
spec:
  containers:
  - {name: database, image: mysql:8, ports: [{containerPort: 3306}]}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: v1
kind: Service
metadata:
  name: database
  namespace: shop
  annotations: {config.linkerd.io/opaque-ports: "3306,33060"}
spec:
  selector: {app: database}
  ports: [{name: mysql, port: 3306}, {name: mysqlx, port: 33060}]
---
apiVersion: v1
kind: Pod
metadata: {name: database, namespace: shop, labels: {app: database}}
spec:
  containers:
  - {name: database, image: mysql:8, ports: [{containerPort: 3306}]}
```

## When it stays quiet
The port is opaque, has an `appProtocol`, or is one that the pods take from the proxy; the Service has no pods that are
in the mesh for certain; its namespace is not loaded. Ports where the client speaks first, such as those of PostgreSQL
and Redis, which are found out soon enough.

## Fix safety
Adding the port to the annotation is offered; unsafe, because the port may carry something else.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Edit, Fix, Insert, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS, enrolment
from service_mesh.posture.linkerd.ports import OPAQUE_PORTS, PORT_KINDS, opaque_of_service, skipped_inbound
from service_mesh.posture.linkerd.settings import annotation
from service_mesh.rules.rule import rule

_SERVER_FIRST: Mapping[int, str] = {
    21: "FTP",
    22: "SSH",
    25: "SMTP",
    110: "POP3",
    143: "IMAP",
    587: "SMTP",
    3306: "MySQL",
}


@rule(
    "LD181",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(SERVICE,),
    where=has_linkerd,
    reads=tuple(kind for kind in dict.fromkeys((*ENROLMENT_KINDS, *PORT_KINDS)) if kind != SERVICE),
    needs=("ports",),
    sources=(
        "linkerd/linkerd2: charts/linkerd-control-plane/values.yaml",
        "https://linkerd.io/2/features/protocol-detection/#configuring-protocol-detection",
    ),
)
def server_first_port_detected(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each port of such a protocol whose protocol clients look for."""
    for port in resource.each("spec.ports[]"):
        number = port_number(port)
        if (
            number is not None
            and number in _SERVER_FIRST
            and port.get("appProtocol") is None
            and _is_detected(port, number, mesh)
        ):
            yield _told(port, number)


def _is_detected(port: Node, number: int, mesh: MeshView) -> bool:
    opaque = opaque_of_service(mesh, port.resource)
    if opaque.missing or number in opaque.ports:
        return False
    for workload in workloads_of(mesh, port.resource):
        if enrolment(mesh, workload).is_meshed:
            target, skipped = target_number(port, workload), skipped_inbound(mesh, workload)
            return not skipped.missing and target not in skipped.ports
    return False


def _told(port: Node, number: int) -> Draft:
    written = annotation(port.resource.root, OPAQUE_PORTS)
    message = f"port {number} is the one of {_SERVER_FIRST[number]}, where the server speaks first, and is not opaque"
    node = written or port.get("port") or port
    return node.finding(message, fix=_fix(port.resource, written, number))


def _fix(service: Resource, written: Node | None, number: int) -> Fix | None:
    edit: Edit | None = None
    held = service.get("metadata.annotations")
    if written is not None:
        edit = Replace(service, written.path, f"{written.text},{number}" if written.text else str(number))
    elif held is not None and isinstance(held.value, dict):
        edit = Insert(service, held.path, OPAQUE_PORTS, str(number))
    elif held is None and service.get("metadata") is not None:
        edit = Insert(service, ("metadata",), "annotations", {OPAQUE_PORTS: str(number)})
    return Fix(f"make port {number} opaque", False, (edit,)) if edit is not None else None
