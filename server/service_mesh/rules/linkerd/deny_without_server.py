"""Port that a Service serves is closed by the default policy, and no Server opens it.

## Why it matters
Under a default policy of `deny` a port refuses every client until a Server selects it and somebody is authorized on
that. A policy for the namespace does not help: it counts on Servers alone.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - name: app
    image: cart
    ports:
    - {name: http, containerPort: 8080}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: http}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - name: app
    image: cart
    ports:
    - {name: http, containerPort: 8080}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: http}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
```

## When it stays quiet
A Server selects the port, whomever it lets in; no loaded Service leads to it; it passes the proxy by; the workload is
not meshed for certain, or the default policy is not known. Where Servers may lie in what is not loaded, the finding is
reported as not checked.

## Fix safety
None is offered: a Server and an authorization for its clients, or another default policy, are choices.
"""

from collections.abc import Iterator

from service_mesh.mesh.ports import target_number
from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authorizations import AUTHORIZATION_KINDS, port_access
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS, enrolment
from service_mesh.posture.linkerd.policy import InboundPolicy, default_policy
from service_mesh.posture.linkerd.ports import META_PORTS, skipped_inbound
from service_mesh.rules.linkerd._policies import MADE_OF_PODS
from service_mesh.rules.rule import rule


@rule(
    "LD157",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=MADE_OF_PODS,
    where=has_linkerd,
    reads=tuple(
        kind for kind in dict.fromkeys((*AUTHORIZATION_KINDS, *ENROLMENT_KINDS, SERVICE)) if kind not in MADE_OF_PODS
    ),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "https://linkerd.io/2/reference/authorization-policy/#default-policy",
    ),
)
def deny_without_server(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the ports of a workload that nobody can reach."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource:
        return
    if not enrolment(mesh, workload).is_meshed or default_policy(mesh, workload).policy is not InboundPolicy.DENY:
        return
    skipped = skipped_inbound(mesh, workload)
    served = (
        {} if skipped.missing else {port: node for port, node in _served(mesh, workload) if port not in skipped.ports}
    )
    found = {port: port_access(mesh, workload, port) for port in served}
    closed = [
        port for port, access in found.items() if access.governing.server is None and not access.governing.candidates
    ]
    if closed:
        access, port = found[closed[0]], served[closed[0]]
        listed = ", ".join(str(number) for number in closed[:5])
        message = f"default policy 'deny' closes port {listed} to every client, and no Server selects it"
        related = (*access.chain[-1:], port.note("leads to the port"))
        node = resource.get("metadata.name") or resource.root
        yield node.finding(message, related=related, partial=bool(access.governing.missing))


def _served(mesh: MeshView, workload: Workload) -> Iterator[tuple[int, Node]]:
    for service in services_of(mesh, workload):
        for port in service.each("spec.ports[]"):
            number = target_number(port, workload)
            if number is not None and number not in META_PORTS:
                yield number, port
