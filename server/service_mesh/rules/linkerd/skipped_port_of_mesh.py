"""Connections to a meshed Service pass the client's proxy by.

## Why it matters
For the ports in `skip-outbound-ports` a pod connects as if it were not in the mesh: in plaintext, without an identity,
without retries and metrics, and policies that ask for an identity refuse it. For databases the port is better opaque:
still mutual TLS, only without a look at the protocol.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: database, namespace: shop}
spec:
  selector: {app: database}
  ports: [{port: 3306}]
---
apiVersion: v1
kind: Pod
metadata: {name: database, namespace: shop, labels: {app: database}}
spec:
  containers:
  - {name: database, image: mysql:8}
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels: {app: web}
  annotations: {config.linkerd.io/skip-outbound-ports: "3306"}
spec:
  containers:
  - {name: web, image: example.com/web:1}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: database, namespace: shop}
spec:
  selector: {app: database}
  ports: [{port: 3306}]
---
apiVersion: v1
kind: Pod
metadata: {name: database, namespace: shop, labels: {app: database}}
spec:
  containers:
  - {name: database, image: mysql:8}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers:
  - {name: web, image: example.com/web:1}
```

## When it stays quiet
Services of other namespaces: whether the pod connects to them is not known. The default ports of the chart; pods that
take the port from their own proxy too, with `skip-inbound-ports`; pods that are not in the mesh for certain; a Service
that the pod is behind itself.

## Fix safety
None is offered: that the port is skipped may be on purpose.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.selection import services_of, workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE, WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS, enrolment
from service_mesh.posture.linkerd.ports import SKIP_OUTBOUND, skipped_inbound, skipped_outbound
from service_mesh.posture.linkerd.settings import annotation
from service_mesh.rules.rule import rule

_MOST_WORKLOADS = 20


@rule(
    "LD182",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=tuple(sorted(WORKLOADS)),
    where=has_linkerd,
    reads=tuple(kind for kind in (SERVICE, *ENROLMENT_KINDS) if kind not in WORKLOADS),
    needs=(SKIP_OUTBOUND,),
    sources=(
        "linkerd/linkerd2: charts/partials/templates/_proxy-init.tpl",
        "https://linkerd.io/2/features/protocol-detection/#marking-ports-as-skip-ports",
    ),
)
def skipped_port_of_mesh(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a list of ports among which is one of a meshed Service of the same namespace."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource:
        return
    written = annotation(workload.template, SKIP_OUTBOUND)
    if written is None or not written.text or not enrolment(mesh, workload).is_meshed:
        return
    skipped = skipped_outbound(mesh, workload).ports
    own = services_of(mesh, workload)
    for number, port in mesh.index(_meshed_ports).get((resource.cluster, resource.namespace), {}).items():
        if number in skipped and port.resource not in own:
            message = (
                f"connections to port {number} of '{port.resource.title}' pass the proxy by, in plaintext, though its "
                "pods are in the mesh"
            )
            yield written.finding(message, related=(port.note("is the port"),))


def _meshed_ports(mesh: MeshView) -> Mapping[tuple[str, str], Mapping[int, Node]]:
    """Of each namespace, the ports of Services that lead into the mesh: number -> the port of the first Service."""
    found: dict[tuple[str, str], dict[int, Node]] = {}
    for service in mesh.of_kind(SERVICE):
        ports = found.setdefault((service.cluster, service.namespace), {})
        for port in service.each("spec.ports[]"):
            number = port_number(port)
            if number is not None and number not in ports and _is_meshed(port, mesh):
                ports[number] = port
    return found


def _is_meshed(port: Node, mesh: MeshView) -> bool:
    """Whether all pods behind a port are in the mesh, and take the port through their proxy."""
    servers = workloads_of(mesh, port.resource)[:_MOST_WORKLOADS]
    return bool(servers) and all(enrolment(mesh, one).is_meshed and _takes(port, one, mesh) for one in servers)


def _takes(port: Node, server: Workload, mesh: MeshView) -> bool:
    skipped = skipped_inbound(mesh, server)
    return not skipped.missing and target_number(port, server) not in skipped.ports
