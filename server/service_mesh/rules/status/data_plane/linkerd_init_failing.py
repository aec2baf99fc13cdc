"""Init container of Linkerd fails, so that the pod does not start.

## Why it matters
`linkerd-init` redirects the pod's traffic to the proxy, and `linkerd-network-validator` tests that the CNI plugin did.
While one of them fails, the application's containers are not started at all.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, creationTimestamp: "2026-11-19T12:00:00Z"}
spec:
  initContainers: [{name: linkerd-network-validator, image: proxy}]
  containers: [{name: cart, image: cart}]
status:
  phase: Pending
  initContainerStatuses:
  - name: linkerd-network-validator
    image: proxy
    imageID: ""
    ready: false
    restartCount: 7
    state: {waiting: {reason: CrashLoopBackOff}}
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, creationTimestamp: "2026-11-19T12:00:00Z"}
spec:
  initContainers: [{name: linkerd-network-validator, image: proxy}]
  containers: [{name: cart, image: cart}]
status:
  phase: Running
  initContainerStatuses:
  - name: linkerd-network-validator
    image: proxy
    imageID: ""
    ready: true
    restartCount: 0
    state: {terminated: {exitCode: 0}}
```

## When it stays quiet
The pod is finished, being deleted or younger than three minutes, it belongs to the mesh itself, or the CNI plugin that
it waits for is not there, which is said instead. Pods of one workload are said once.

## Fix safety
No fix: rights of the pod, the kernel of the node or the CNI plugin keep it, and the log tells which.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.components import components_in
from service_mesh.mesh.pod_states import Trouble, container_status, is_meant_to_run, is_settled, trouble
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, DAEMON_SET, POD
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.linkerd.installation import installation
from service_mesh.rules.rule import rule
from service_mesh.rules.status.data_plane._linkerd import Group, grouped, is_component, next_for

_NAMES = ("linkerd-init", "linkerd-network-validator")


@rule(
    "ST238",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(POD,),
    reads=(CONFIG_MAP, *(kind for kind in WORKLOAD_KINDS if kind != POD)),
    sources=(
        "linkerd/linkerd2: charts/partials/templates/_proxy-init.tpl",
        "linkerd/linkerd2: charts/partials/templates/_network-validator.tpl",
    ),
)
def linkerd_init_failing(pod: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of each workload that an init container of Linkerd holds up."""
    found = mesh.index(_failing).get(pod.key)
    held = _trouble(pod) if found is not None else None
    if found is None or held is None:
        return
    workload, group = found
    name, said = held
    message = f"'{name}' of {group.said} '{workload.title}' {said.text}"
    yield said.node.problem(message, next_for(pod, name, said))


def _failing(mesh: MeshView) -> Mapping[ResourceKey, tuple[Workload, Group]]:
    pods = [pod for pod in mesh.of_kind(POD) if is_meant_to_run(pod) and not is_component(mesh, pod)]

    def failing(pod: Resource) -> Node | None:
        held = _trouble(pod)
        if held is None or not is_settled(mesh, pod) or _lacks_plugin(mesh, pod.cluster):
            return None
        return held[1].node

    return grouped(mesh, pods, failing)


def _trouble(pod: Resource) -> tuple[str, Trouble] | None:
    for name in _NAMES:
        status = container_status(pod, name)
        said = trouble(status) if status is not None else None
        if said is not None:
            return name, said
    return None


def _lacks_plugin(mesh: MeshView, cluster: str) -> bool:
    found = installation(mesh, cluster)
    if found is None or found.value("cniEnabled") is not True or not mesh.is_listed(DAEMON_SET, cluster):
        return False
    return not any(part.role == "linkerd-cni" for part in components_in(mesh, cluster))
