"""Kernel of a node is older than Cilium needs.

## Why it matters
Since 1.18 Cilium loads programs that kernels before 5.10 refuse: the agent does not start, and without it no pod of the
node gets a network. Istio and Linkerd ask for nothing of the kind.

## Wrong
```yaml
apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {nodeInfo: {architecture: amd64, bootID: a, containerRuntimeVersion: "containerd://2.1.4",
  kernelVersion: 5.4.0-216-generic, kubeProxyVersion: v1.35.9, kubeletVersion: v1.35.9, machineID: a,
  operatingSystem: linux, osImage: Linux, systemUUID: a}}
```

## Right
```yaml
apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {nodeInfo: {architecture: amd64, bootID: a, containerRuntimeVersion: "containerd://2.1.4",
  kernelVersion: 6.8.0-85-generic, kubeProxyVersion: v1.35.9, kubeletVersion: v1.35.9, machineID: a,
  operatingSystem: linux, osImage: Linux, systemUUID: a}}
```

## When it stays quiet
The node does not tell its kernel, or runs another system than Linux. The kernel 4.18 of RHEL 8.10 is let pass: Cilium
names it as equal. Nodes with such a kernel are said once.

## Fix safety
No fix: nodes are replaced, or get a new kernel, one by one.
"""

import re
from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NODE
from service_mesh.model.kubectl import command
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told

_LEAST = (5, 10)
_NUMBERS = re.compile(r"(\d{1,4})\.(\d{1,4})\D?.*", re.DOTALL)
_EQUAL = re.compile(r"4\.18\.\d.*\.el8_(?:1\d)\b.*", re.DOTALL)


@rule(
    "ST701",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(NODE,),
    sources=("https://docs.cilium.io/en/stable/operations/system_requirements/",),
)
def kernel_too_old_for_cilium(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first node with such a kernel."""
    found = mesh.index(_too_old).get(resource.cluster, [])
    if found and found[0].resource is resource:
        others = f" and of {len(found) - 1} more" if len(found) > 1 else ""
        message = f"kernel of '{resource.name}'{others} is {told(found[0].text)}, and Cilium needs 5.10 or newer"
        yield found[0].problem(message, command("kubectl", "get", "nodes", "-o", "wide"))


def _too_old(mesh: MeshView) -> Mapping[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in sorted(mesh.of_kind(NODE), key=lambda one: one.name):
        kernel, system = node.get("status.nodeInfo.kernelVersion"), node.get("status.nodeInfo.operatingSystem")
        if kernel is not None and (system is None or system.text == "linux") and _is_too_old(kernel.text):
            found.setdefault(node.cluster, []).append(kernel)
    return found


def _is_too_old(kernel: str) -> bool:
    match = _NUMBERS.fullmatch(kernel) if len(kernel) < 200 and kernel.isascii() else None
    return match is not None and (int(match[1]), int(match[2])) < _LEAST and not _EQUAL.fullmatch(kernel)
