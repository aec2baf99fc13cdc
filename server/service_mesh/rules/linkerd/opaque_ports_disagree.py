"""Service and the pods behind it disagree on whether a port is opaque.

## Why it matters
Clients go by the Service, the server's proxy by its pod. Where one side alone is told not to look for a protocol, the
other one waits for bytes that do not come when the server speaks first, up to ten seconds for each connection, or takes
what is HTTP for bytes.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: ledger, namespace: shop}
spec:
  selector: {app: ledger}
  ports: [{name: tcp, port: 4222, targetPort: 4222}]
---
apiVersion: v1
kind: Pod
metadata:
  name: ledger
  namespace: shop
  labels: {app: ledger}
  annotations: {config.linkerd.io/opaque-ports: "4222"}
spec:
  containers:
  - {name: ledger, image: example.com/ledger:1, ports: [{containerPort: 4222}]}
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
  name: ledger
  namespace: shop
  annotations: {config.linkerd.io/opaque-ports: "4222"}
spec:
  selector: {app: ledger}
  ports: [{name: tcp, port: 4222, targetPort: 4222}]
---
apiVersion: v1
kind: Pod
metadata:
  name: ledger
  namespace: shop
  labels: {app: ledger}
  annotations: {config.linkerd.io/opaque-ports: "4222"}
spec:
  containers:
  - {name: ledger, image: example.com/ledger:1, ports: [{containerPort: 4222}]}
```

## When it stays quiet
Both sides say the same, in ranges and names too, which Linkerd's own check does not read; both follow the default list;
a Server governs the port of the pods; the port has an `appProtocol`, which counts more for clients; headless Services;
pods that are not in the mesh for certain; a namespace that is not loaded, whose annotation may be meant for both.

## Fix safety
The port is offered for the annotation that the Service has; unsafe, because clients then see bytes instead of HTTP.
"""

from collections.abc import Iterator

from service_mesh.mesh.ports import is_headless, port_number, target_number
from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS, enrolment
from service_mesh.posture.linkerd.ports import (
    OPAQUE_PORTS,
    PORT_KINDS,
    PortSetting,
    opaque_of_pods,
    opaque_of_service,
)
from service_mesh.posture.linkerd.servers import governing
from service_mesh.posture.linkerd.settings import annotation
from service_mesh.rules.rule import rule

_MOST_WORKLOADS = 20


@rule(
    "LD180",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(SERVICE,),
    where=has_linkerd,
    reads=tuple(kind for kind in dict.fromkeys((*ENROLMENT_KINDS, *PORT_KINDS)) if kind != SERVICE),
    sources=(
        "linkerd/linkerd2: pkg/healthcheck/healthcheck.go",
        "https://linkerd.io/2/features/protocol-detection/",
    ),
    upstream=("linkerd-opaque-ports-definition",),
)
def opaque_ports_disagree(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each port of a Service that is opaque on one side alone."""
    if is_headless(resource):
        return
    for workload in workloads_of(mesh, resource)[:_MOST_WORKLOADS]:
        if not enrolment(mesh, workload).is_meshed:
            continue
        outer, inner = opaque_of_service(mesh, resource), opaque_of_pods(mesh, workload)
        if outer.missing or inner.missing or not (outer.is_annotated or inner.is_annotated):
            continue
        drafts = [*_compared(resource, workload, (outer, inner), mesh)]
        if drafts:
            yield from drafts
            return


def _compared(
    service: Resource, workload: Workload, said: tuple[PortSetting, PortSetting], mesh: MeshView
) -> Iterator[Draft]:
    outer, inner = said
    for port in service.each("spec.ports[]"):
        number, target = port_number(port), target_number(port, workload)
        protocol = port.get("protocol")
        if number is None or target is None or port.get("appProtocol") is not None:
            continue
        if (protocol is not None and protocol.text not in ("", "TCP")) or governing(mesh, workload, target).candidates:
            continue
        if (number in outer.ports) is not (target in inner.ports):
            yield _draft(port, (number, target), workload, is_outer=number in outer.ports)


def _draft(port: Node, numbers: tuple[int, int], workload: Workload, *, is_outer: bool) -> Draft:
    number, target = numbers
    written = annotation(port.resource.root, OPAQUE_PORTS)
    held = annotation(workload.template, OPAQUE_PORTS)
    related = (held.note("is what the pods say"),) if held is not None else ()
    if is_outer:
        message = f"port {number} is opaque for the Service, and port {target} of '{workload.title}' is not"
        return (written or port.get("port") or port).finding(message, related=related)
    message = f"port {target} of '{workload.title}' is opaque, and port {number} of the Service that leads to it is not"
    fix = Fix.replace(written, f"{written.text},{number}") if written is not None and written.text else None
    return (port.get("port") or port).finding(message, fix=fix, related=related)
