"""Pods on the network of their node ask for a mesh that does not take them.

## Why it matters
Redirecting the traffic of such a pod would redirect that of the node, so the injectors of Istio and Linkerd pass it
over whatever its labels say, and so does ambient mode. It runs without a proxy, in plaintext and under no identity.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: agent
  namespace: shop
  annotations: {linkerd.io/inject: enabled}
spec:
  hostNetwork: true
  containers: [{name: app, image: "agent:1"}]
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: agent
  namespace: shop
  annotations: {linkerd.io/inject: enabled}
spec:
  containers: [{name: app, image: "agent:1"}]
```

## When it stays quiet
The pods do not ask themselves and only their namespace does; they opt out; a container that leaves its image to the
injector, which IS233 reports.

## Fix safety
None is offered: whether the pods need the network of the node or the mesh is for the author to choose.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_ASKING = {
    ("labels", "sidecar.istio.io/inject"): frozenset({"true"}),
    ("labels", "istio.io/dataplane-mode"): frozenset({"ambient"}),
    ("annotations", "sidecar.istio.io/inject"): frozenset({"true"}),
    ("annotations", "linkerd.io/inject"): frozenset({"enabled", "ingress"}),
}
_FILLED_IN = "auto"


@rule(
    "K8107",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=tuple(sorted(WORKLOADS)),
    reads=WORKLOAD_KINDS,
    needs=("hostNetwork",),
    sources=(
        "istio/istio: pkg/kube/inject/inject.go (injectRequired)",
        "istio/istio: cni/pkg/util/podutil.go",
        "linkerd/linkerd2: pkg/inject/report.go",
    ),
)
def host_network_not_injected(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the label or annotation that asks in vain."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource or not workload.uses_host_network:
        return
    asking = _asking(workload)
    network = workload.template.get("spec.hostNetwork")
    if asking is None or network is None or any(one.text_at("image") == _FILLED_IN for one in workload.containers):
        return
    message = f"'{asking.path[-1]}' asks for the mesh, which does not take pods on the network of their node"
    yield asking.finding(message, related=(network.note("shares the network of the node"),))


def _asking(workload: Workload) -> Node | None:
    for (place, name), values in _ASKING.items():
        holder = workload.template.get(f"metadata.{place}")
        node = holder.key(name) if holder is not None else None
        if node is not None and node.text in values:
            return node
    return None
