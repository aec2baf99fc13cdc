"""Service keeps the addresses of clients outside, and its port lets in the cluster's networks alone.

## Why it matters
With `externalTrafficPolicy: Local` a connection from outside reaches the pod with the client's own address. The
policies `cluster-unauthenticated` and `cluster-authenticated`, and a ServerAuthorization that names no networks, are
about addresses of the cluster: private ones, as Linkerd is installed by default. "Unauthenticated" there does not mean
"everybody", and clients from public addresses are refused.

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
  type: LoadBalancer
  externalTrafficPolicy: Local
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
  accessPolicy: cluster-unauthenticated
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
  type: LoadBalancer
  externalTrafficPolicy: Local
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
  accessPolicy: all-unauthenticated
```

## When it stays quiet
The Service does not keep addresses, since clients then come in with the address of a node; somebody is let in from a
network that is not private; nobody is let in without an identity, which has a rule of its own; the workload is not
meshed for certain, or what is authorized is not known. It is a note: clients outside may have private addresses too.

## Fix safety
None is offered: which networks clients come from is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.ports import target_number
from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authorizations import port_access, route_authorizations
from service_mesh.posture.linkerd.clients import Authorization
from service_mesh.posture.linkerd.transport import TRANSPORT_KINDS, Accepts, accepted
from service_mesh.rules.rule import rule

_OPEN_TYPES = ("NodePort", "LoadBalancer")


@rule(
    "LD156",
    category=Category.SECURITY,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    about=(SERVICE,),
    where=has_linkerd,
    reads=tuple(kind for kind in TRANSPORT_KINDS if kind != SERVICE),
    needs=("externalTrafficPolicy",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/defaults.rs",
        "linkerd/linkerd2: policy-controller/grpc/src/inbound.rs",
        "https://kubernetes.io/docs/tutorials/services/source-ip/",
    ),
)
def outside_addresses_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Service whose clients keep addresses that its workload does not let in."""
    if resource.root.text_at("spec.type") not in _OPEN_TYPES:
        return
    node = resource.get("spec.externalTrafficPolicy")
    if node is None or node.text != "Local":
        return
    for port in resource.each("spec.ports[]"):
        for workload in workloads_of(mesh, resource):
            number = target_number(port, workload)
            found = _private(mesh, workload, number) if number is not None else None
            if found is not None:
                who = f"port {number} of '{workload.title}'"
                message = f"keeps the addresses of clients outside, and {who} lets in private networks alone"
                yield node.finding(message, related=(found.node.note("lets them in"),))
                return


def _private(mesh: MeshView, workload: Workload, port: int) -> Authorization | None:
    """What lets clients without identity in to a port, if it is private networks alone."""
    mode = accepted(mesh, workload, port)
    if mode is None or mode.mode is not Accepts.PERMISSIVE:
        return None
    access = port_access(mesh, workload, port)
    parts = access.granted, *(route_authorizations(mesh, route) for route in access.routes)
    found = [one for part in parts for one in part.authorizations if one.takes_plaintext]
    is_known = not any(part.missing for part in parts) and not any(one.missing for one in found)
    return found[0] if found and is_known and all(map(_is_private, found)) else None


def _is_private(authorization: Authorization) -> bool:
    return not any(one.network.is_global for one in authorization.networks or ())
