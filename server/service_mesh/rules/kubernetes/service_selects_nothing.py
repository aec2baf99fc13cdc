"""Service selects labels that no workload of its namespace has.

## Why it matters
The Service gets an address and a name in DNS and no endpoint. Connections are refused, and a proxy of a mesh answers
503, though everything that was applied was accepted.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: carts}
  ports:
  - {name: http, port: 80}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers: [{name: app, image: "cart:1"}]
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers: [{name: app, image: "cart:1"}]
```

## When it stays quiet
No selector, as for endpoints by hand; ExternalName; a namespace that is not loaded as a whole, or without any workload;
a label that no workload of the namespace uses with any value, since operators make pods of their own, unless everything
is loaded; labels that controllers give, such as those of Knative, of a Gateway's pods and of Flagger's primary ones; a
Service that is shared with other clusters by an annotation of Cilium, or whose pods run in another loaded cluster; one
that a Rollout names, which DL133 speaks of; `kube-system`.

## Fix safety
Offered for a single label with one near value in use; unsafe, because traffic begins to flow.
"""

from collections.abc import Iterator

from service_mesh.mesh.selection import service_selector
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workloads_in
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ROLLOUT, SERVICE
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.kubernetes._selecting import SELECTING_KINDS, selects_nothing
from service_mesh.rules.rule import rule

_SHARED = ("service.cilium.io/", "io.cilium/")
_SYSTEM = "kube-system"
_STRATEGY = "spec.strategy."
_PLACES = (
    "canary.canaryService",
    "canary.stableService",
    "canary.pingPong.pingService",
    "canary.pingPong.pongService",
    "blueGreen.activeService",
    "blueGreen.previewService",
)


@rule(
    "K8101",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(SERVICE,),
    needs=("selector",),
    reads=SELECTING_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/controller/endpointslice/endpointslice_controller.go",
        "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
    ),
)
def service_selects_nothing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the selector of a Service that surely has no endpoint."""
    node, selector = resource.get("spec.selector"), service_selector(resource)
    if node is None or resource.namespace == _SYSTEM or any(key.startswith(_SHARED) for key in resource.annotations):
        return
    if not selects_nothing(mesh, selector, resource.namespace, resource.cluster):
        return
    if (resource.cluster, resource.namespace, resource.name) not in mesh.index(_rolled_out):
        message = (
            f"no workload of namespace '{resource.namespace}' has labels '{selector.text}', so it has no endpoints"
        )
        yield node.finding(message, fix=_fix(node, mesh))


def _rolled_out(mesh: MeshView) -> frozenset[tuple[str, str, str]]:
    named = ((rollout, rollout.get(_STRATEGY + place)) for rollout in mesh.of_kind(ROLLOUT) for place in _PLACES)
    return frozenset((rollout.cluster, rollout.namespace, name.text) for rollout, name in named if name is not None)


def _fix(node: Node, mesh: MeshView) -> Fix | None:
    labels = tuple(node.each("{}"))
    if len(labels) != 1 or not labels[0].text:
        return None
    (label,) = labels
    there = workloads_in(mesh, label.resource.namespace, label.resource.cluster)
    used = {value for one in there if isinstance(value := one.labels.get(str(label.path[-1])), str)}
    near = nearest(label.text, used, unique=True)
    return Fix.replace(label, near, title=f"select '{near}'") if near else None
