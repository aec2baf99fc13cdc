"""An update of a mesh's node agent has not reached all nodes.

## Why it matters
Part of the nodes runs the old release or the old settings, and stays there: nothing is under way that would change it.

## Wrong
```yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  updateStrategy: {type: OnDelete}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec: {containers: [{name: cilium-agent, image: cilium/cilium:v1.18.4}]}
status:
  currentNumberScheduled: 3
  desiredNumberScheduled: 3
  numberMisscheduled: 0
  numberReady: 3
  updatedNumberScheduled: 1
```

## Right
```yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  updateStrategy: {type: OnDelete}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec: {containers: [{name: cilium-agent, image: cilium/cilium:v1.18.4}]}
status:
  currentNumberScheduled: 3
  desiredNumberScheduled: 3
  numberMisscheduled: 0
  numberReady: 3
  updatedNumberScheduled: 3
```

## When it stays quiet
Some agents are not ready: that is what holds the update up, and it is reported (ST101, ST103 to ST106, ST111). With
the strategy RollingUpdate, pods are not known or one of them is younger than ten minutes: the update goes on.

## Fix safety
No fix: pods of the strategy OnDelete are replaced one by one by whoever runs the nodes.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, component_of
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DAEMON_SET
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.control_plane._replicas import is_updating, replicas, whole
from service_mesh.rules.status.control_plane._troubles import has_trouble


@rule(
    "ST113",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(DAEMON_SET,),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: pkg/controller/daemon/update.go",
        "https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/",
    ),
)
def node_agent_outdated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a DaemonSet of a component whose pods are ready and not all of the newest template."""
    component, updated = component_of(mesh, resource), resource.get("status.updatedNumberScheduled")
    found, number = replicas(component) if component is not None else None, whole(updated)
    if component is None or found is None or updated is None or number is None:
        return
    if found.ready >= found.wanted > number and not has_trouble(mesh, component) and not is_updating(mesh, component):
        behind = found.wanted - number
        are = "is" if behind == 1 else "are"
        pods = f"{behind} of {found.wanted} pods of '{resource.name}'"
        message = f"{pods} {are} still to be updated, and no update is going on"
        yield updated.problem(message, kubectl.rollout_status(resource))
