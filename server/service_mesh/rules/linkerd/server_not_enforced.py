"""Server selects workloads that no proxy of Linkerd stands before.

## Why it matters
Servers are enforced by the proxies of the pods they select. Pods that are not in the mesh take every connection on the
port, from everybody, whatever is authorized, and nothing says so.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
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
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
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
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
```

## When it stays quiet
It is not known whether the workloads are meshed. Where some of them are and others are not, it is a note that names one
of the others.

## Fix safety
None is offered: putting workloads into the mesh is a step of its own.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_SERVER
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.posture.linkerd.servers import workloads_of_server
from service_mesh.rules.rule import rule


@rule(
    "LD139",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(LINKERD_SERVER,),
    reads=ENROLMENT_KINDS,
    needs=("podSelector",),
    sources=("linkerd/linkerd2: pkg/inject/report.go", "https://linkerd.io/2/features/server-policy/"),
)
def server_not_enforced(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Server whose workloads are not meshed, or one of them."""
    node = resource.get("spec.podSelector")
    answers = [(one, enrolment(mesh, one)) for one in workloads_of_server(mesh, resource) if not one.is_machine]
    bare = [(workload, found) for workload, found in answers if found.mode is Enrolled.NONE]
    if node is None or not bare:
        return
    workload, found = bare[0]
    if len(bare) == len(answers):
        more = f" and {len(bare) - 1} more are" if len(bare) > 1 else " is"
        message = f"'{workload.title}'{more} not in the mesh, so no proxy enforces the Server"
        yield node.finding(message, related=found.chain[-1:])
    else:
        message = f"also selects '{workload.title}', which is not in the mesh, so no proxy enforces the Server there"
        yield node.finding(message, related=found.chain[-1:], severity=Severity.INFO)
