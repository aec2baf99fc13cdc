"""Port that is taken out of the mesh accepts plaintext in spite of STRICT.

## Why it matters
What `excludeInboundPorts` names goes past the proxy: no mTLS is asked for and no AuthorizationPolicy is enforced on
that port, whatever the PeerAuthentication says. Anybody who can reach the pod can talk to it.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "8080"}
    spec:
      containers:
      - {name: web, image: example.com/web:1, ports: [{containerPort: 8080}]}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - {name: web, image: example.com/web:1, ports: [{containerPort: 8080}]}
```

## When it stays quiet
The workload has no sidecar for certain, the port's mode is not STRICT, or no container declares the port.

## Fix safety
There is no fix: clients outside the mesh may need the port.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.posture.istio.peer_authentication import MODE_KINDS, MtlsMode, server_mode
from service_mesh.rules.rule import rule

_EXCLUDED = "traffic.sidecar.istio.io/excludeInboundPorts"


@rule(
    "IS239",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=tuple(sorted(WORKLOADS)),
    reads=(*ENROLMENT_KINDS, *MODE_KINDS),
    sources=(
        "istio/istio: tools/istio-iptables/pkg/capture/run.go",
        "https://istio.io/latest/docs/reference/config/annotations/",
    ),
)
def excluded_port_accepts_plaintext(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the annotation that takes a declared port with STRICT mTLS out of the mesh."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource:
        return
    annotations = workload.template.get("metadata.annotations")
    excluded = annotations.key(_EXCLUDED) if annotations is not None else None
    if excluded is None or enrolment(mesh, workload).mode is not Enrolled.SIDECAR:
        return
    for port in _declared(workload, excluded):
        answer = server_mode(mesh, workload, port)
        if answer.mode is MtlsMode.STRICT:
            message = f"port {port} goes past the proxy: it accepts plaintext from anybody, although its mode is STRICT"
            yield excluded.finding(message, related=answer.chain)


def _declared(workload: Workload, excluded: Node) -> list[int]:
    listed = {part.strip() for part in excluded.text.split(",", 100)}
    numbers = (port.get("containerPort") for port in workload.container_ports)
    found = {node.value for node in numbers if node is not None and isinstance(node.value, int)}
    return sorted(number for number in found if str(number) in listed)
