"""A control plane runs a single pod in a cluster of several nodes.

## Why it matters
While that pod is moved to another node or updated, nothing does its work: pods are not injected, certificates and
configuration are not handed out. Where a disruption budget asks for one pod at all times, its node cannot be drained.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  replicas: 1
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {replicas: 1, readyReplicas: 1}
---
apiVersion: v1
kind: Node
metadata: {name: worker-1}
---
apiVersion: v1
kind: Node
metadata: {name: worker-2}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  replicas: 2
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {replicas: 2, readyReplicas: 2}
---
apiVersion: v1
kind: Node
metadata: {name: worker-1}
---
apiVersion: v1
kind: Node
metadata: {name: worker-2}
```

## When it stays quiet
Fewer than two nodes take ordinary pods. Only what the mesh cannot do without is looked at: istiod, Linkerd's
destination, identity and proxy injector, Cilium's operator. The pod is not ready (ST101), or an autoscaler of the
Deployment asks for more than one. Linkerd was installed to be highly available: then it is told as a fault of that
(ST148).

## Fix safety
No fix: how much redundancy is worth has to be decided.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, Component, component_of
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, DEPLOYMENT, HORIZONTAL_POD_AUTOSCALER, NODE, POD_DISRUPTION_BUDGET
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import installation
from service_mesh.rules.rule import rule
from service_mesh.rules.status.control_plane._redundancy import budgets_of, floor, workers
from service_mesh.rules.status.control_plane._replicas import replicas

_NEEDED = frozenset({"istiod", "destination", "identity", "proxy-injector", "operator"})
_SEVERAL = 2


@rule(
    "ST116",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(DEPLOYMENT,),
    reads=(*COMPONENT_KINDS, CONFIG_MAP, HORIZONTAL_POD_AUTOSCALER, NODE, POD_DISRUPTION_BUDGET),
    sources=(
        "https://istio.io/latest/docs/ops/best-practices/deployment/",
        "https://linkerd.io/2/features/ha/",
    ),
)
def replica_single(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a control plane of one pod in a cluster whose nodes could take more."""
    component = component_of(mesh, resource)
    found = replicas(component) if component is not None else None
    if component is None or found is None or not _is_needed(mesh, component):
        return
    nodes = workers(mesh, resource.cluster)
    if (found.wanted, found.ready) != (1, 1) or nodes < _SEVERAL or floor(mesh, component) > 1:
        return
    budget = next(budgets_of(mesh, component), None)
    blocked = f", and disruption budget '{budget.name}' keeps its node from being drained" if budget is not None else ""
    node = resource.get("spec.replicas") or resource.get("spec") or resource.root
    message = f"'{resource.name}' is a single pod in a cluster of {nodes} nodes{blocked}"
    yield node.problem(message, kubectl.describe(resource))


def _is_needed(mesh: MeshView, component: Component) -> bool:
    if component.role not in _NEEDED or component.extension:
        return False
    linkerd = installation(mesh, component.cluster) if component.mesh == "linkerd" else None
    return linkerd is None or linkerd.value("highAvailability") is not True
