"""Ports are to require an identity, and the annotation does not count there.

## Why it matters
`config.linkerd.io/proxy-require-identity-inbound-ports` tightens the default policies `all-unauthenticated` and
`cluster-unauthenticated`. On a port that a Server governs, the Server alone decides, and under `audit` everybody gets
in all the same.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
  annotations: {config.linkerd.io/proxy-require-identity-inbound-ports: "8080"}
spec:
  containers:
  - name: app
    image: cart
    ports:
    - {name: http, containerPort: 8080}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
  accessPolicy: all-unauthenticated
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
  annotations: {config.linkerd.io/proxy-require-identity-inbound-ports: "8080"}
spec:
  containers:
  - name: app
    image: cart
    ports:
    - {name: http, containerPort: 8080}
```

## When it stays quiet
The port is under a default policy that the annotation tightens, or that asks for an identity already; the Server that
governs it lets in nobody without one; it is not known which Server governs it. The annotation on a namespace is left
out, and a list that cannot be read has a rule of its own.

## Fix safety
None is offered: the Server or the annotation may be what is meant.
"""

from collections.abc import Iterator

from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of
from service_mesh.model.finding import Draft, Note
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authorizations import AUTHORIZATION_KINDS, port_access
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS
from service_mesh.posture.linkerd.policy import REQUIRE_IDENTITY, InboundPolicy
from service_mesh.posture.linkerd.port_lists import ports_in
from service_mesh.posture.linkerd.settings import annotation
from service_mesh.rules.linkerd._policies import MADE_OF_PODS, meshed_workload
from service_mesh.rules.rule import rule

_MOST = 64


@rule(
    "LD159",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=MADE_OF_PODS,
    where=has_linkerd,
    reads=tuple(kind for kind in dict.fromkeys((*AUTHORIZATION_KINDS, *ENROLMENT_KINDS)) if kind not in MADE_OF_PODS),
    needs=("annotations",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/workload.rs",
        "https://linkerd.io/2/reference/proxy-configuration/",
    ),
)
def require_identity_ineffective(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report listed ports where clients without identity get in all the same."""
    found = workload_of(mesh, resource)
    node = annotation(found.template, REQUIRE_IDENTITY) if found is not None else None
    if node is None or not node.text.strip():
        return
    workload = meshed_workload(mesh, resource)
    if workload is None:
        return
    ports = ports_in(node.text) or ()
    listed = [port for first, last in ports for port in range(first, min(last, first + _MOST) + 1)][:_MOST]
    for port in listed:
        reason, related = _open_for(mesh, workload, port)
        if reason:
            message = f"port {port} lets in clients without an identity all the same: {reason}"
            yield node.finding(message, related=related)
            return


def _open_for(mesh: MeshView, workload: Workload, port: int) -> tuple[str, tuple[Note, ...]]:
    access = port_access(mesh, workload, port)
    server = access.governing.server
    if server is not None:
        open_to = [one for one in access.granted.authorizations if one.takes_plaintext and not one.missing]
        return (f"'{server.title}' governs it", (open_to[0].node.note("lets them in"),)) if open_to else ("", ())
    if access.default is not None and access.default.policy is InboundPolicy.AUDIT:
        return "the default policy is 'audit'", access.default.chain[-1:]
    return "", ()
