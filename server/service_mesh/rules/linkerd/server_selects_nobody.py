"""Server selects no workload of its namespace.

## Why it matters
A Server that selects nothing protects nothing: the port that it was written for stays under the default policy, which
lets in everybody unless the installation says otherwise. Servers look in their own namespace only.

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
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: carts}}
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
A workload is selected, or an ExternalWorkload. Where the namespace is not loaded as a whole, the finding is reported as
not checked; where the input has nothing at all in the cluster that could be selected, it is only counted so.

## Fix safety
None is offered: labels and selector are both written by hand.
"""

from collections.abc import Iterator

from service_mesh.mesh.known_names import holds_any
from service_mesh.mesh.selection import SelectorIndex
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import EXTERNAL_WORKLOAD, LINKERD_SERVER
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.model.selectors import label_selector
from service_mesh.posture.linkerd.servers import workloads_of_server
from service_mesh.rules.rule import rule

_PODS, _MACHINES = "spec.podSelector", "spec.externalWorkloadSelector"


@rule(
    "LD136",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(LINKERD_SERVER,),
    reads=(*WORKLOAD_KINDS, EXTERNAL_WORKLOAD),
    needs=("podSelector", "externalWorkloadSelector"),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/server.rs",
        "https://linkerd.io/2/reference/authorization-policy/#server",
    ),
)
def server_selects_nobody(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a selector that matches nothing in the namespace."""
    pods, machines = resource.get(_PODS), resource.get(_MACHINES)
    partial = not mesh.is_complete(resource.namespace, resource.cluster)
    tacit = not holds_any(mesh, (*WORKLOAD_KINDS, EXTERNAL_WORKLOAD), resource.cluster)
    if pods is not None and isinstance(pods.value, dict):
        if not workloads_of_server(mesh, resource):
            yield pods.finding(f"selects no workload of namespace '{resource.namespace}'", partial=partial, tacit=tacit)
    elif machines is not None and isinstance(machines.value, dict) and resource.key not in mesh.index(_of_machines):
        yield machines.finding(
            f"selects no ExternalWorkload of namespace '{resource.namespace}'", partial=partial, tacit=tacit
        )


def _of_machines(mesh: MeshView) -> frozenset[ResourceKey]:
    """The Servers that select an ExternalWorkload."""
    chosen = ((one, one.get(_MACHINES)) for one in mesh.of_kind(LINKERD_SERVER))
    servers = SelectorIndex(
        (one.cluster, one.namespace, label_selector(node), one.key) for one, node in chosen if node is not None
    )
    machines = mesh.of_kind(EXTERNAL_WORKLOAD)
    return frozenset(key for one in machines for key in servers.matching(one.cluster, one.namespace, one.labels))
