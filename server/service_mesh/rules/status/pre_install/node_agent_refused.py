"""Namespace's pod security refuses the agents that a mesh needs on nodes.

## Why it matters
`istio-cni`, ztunnel and `linkerd-cni` write into folders of the node and enter the network of pods. The standards
`baseline` and `restricted` allow neither: the API server refuses their pods, and their DaemonSet has none.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: istio-system
  labels: {pod-security.kubernetes.io/enforce: baseline}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: istio-system
  labels: {pod-security.kubernetes.io/enforce: privileged}
```

## When it stays quiet
No agent of a mesh is in the namespace, and it is none that charts put one into. Before a mesh is there it is a note:
Istio with sidecars alone needs no agent.

## Fix safety
No fix: the standard of a namespace is for whoever set it.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, components_in, installed
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.kubectl import get_yaml
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.pre_install._pod_security import enforced

_HOMES = {"istio-system": "istio", "linkerd-cni": "linkerd"}


@rule(
    "ST710",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(NAMESPACE,),
    reads=COMPONENT_KINDS,
    sources=(
        "kubernetes/kubernetes: staging/src/k8s.io/pod-security-admission/policy/check_hostPathVolumes.go",
        "https://istio.io/latest/docs/setup/additional-setup/pod-security-admission/",
        "https://linkerd.io/2/features/cni/",
    ),
)
def node_agent_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a namespace with such an agent, or one that is meant for it while its mesh is not there."""
    label = enforced(resource)
    if label is None:
        return
    agents = [
        one.resource.name
        for one in components_in(mesh, resource.cluster)
        if one.is_on_nodes and one.resource.namespace == resource.name
    ]
    head = f"namespace '{resource.name}' enforces '{label.text}', which refuses"
    if agents:
        yield label.problem(f"{head} pods of '{min(agents)}'", get_yaml(resource))
    elif resource.name in _HOMES and _HOMES[resource.name] not in installed(mesh, resource.cluster):
        yield label.problem(
            f"{head} agents on nodes that a mesh may put there", get_yaml(resource), severity=Severity.INFO
        )
