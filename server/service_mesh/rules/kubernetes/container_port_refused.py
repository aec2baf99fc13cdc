"""Port of a container is one that the API server refuses.

## Why it matters
A container's port has a name of at most 15 characters that no other port of the container has. Otherwise the pod, or
the object that makes it, is refused, and what was to be rolled out never starts.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop}
spec:
  containers:
  - name: app
    image: "cart:1"
    ports:
    - {name: http-management-api, containerPort: 9090}
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop}
spec:
  containers:
  - name: app
    image: "cart:1"
    ports:
    - {name: http-mgmt, containerPort: 9090}
```

## When it stays quiet
The same name in two containers of a pod, which is taken; objects that were read from a cluster; values of a wrong type,
which the schema reports.

## Fix safety
None is offered: Services and policies use the name.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.kubernetes._ports import are_usual, is_set, port_fault
from service_mesh.rules.rule import rule


@rule(
    "K8105",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=tuple(sorted(WORKLOADS)),
    reads=WORKLOAD_KINDS,
    needs=("containerPort",),
    sources=("kubernetes/kubernetes: pkg/apis/core/validation/validation.go (validateContainerPorts)",),
)
def container_port_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each name or number of a container's port that is refused."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource or resource.is_from_cluster:
        return
    for container in workload.containers:
        if isinstance(container.value, dict) and are_usual(container.value.get("ports"), "containerPort", "hostPort"):
            continue
        names: dict[str, Node] = {}
        for port in container.each("ports[]"):
            yield from _name(port, names)
            yield from _numbers(port, workload)


def _name(port: Node, names: dict[str, Node]) -> Iterator[Draft]:
    name = port.get("name")
    if name is None or not name.text:
        return
    if fault := port_fault(name.text):
        yield name.finding(f"port name '{name.text[:80]}' {fault}")
    elif name.text in names:
        related = (names[name.text].note("has the name already"),)
        yield name.finding(f"two ports of the container are named '{name.text}'", related=related)
    else:
        names[name.text] = name


def _numbers(port: Node, workload: Workload) -> Iterator[Draft]:
    number, outer = port.get("containerPort"), port.get("hostPort")
    if number is not None and (fault := port_fault(number.value, may_be_name=False)):
        yield number.finding(f"port {number.value!s:.20} {fault}")
        return
    if outer is None or not is_set(outer):
        return
    if fault := port_fault(outer.value, may_be_name=False):
        yield outer.finding(f"port {outer.value!s:.20} {fault}")
    elif workload.uses_host_network and number is not None and outer.value != number.value:
        yield outer.finding("in the network of the node the port of the host has to be that of the container")
