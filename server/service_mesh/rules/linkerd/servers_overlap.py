"""Several Servers select one port of the same pods.

## Why it matters
One Server governs a port: the oldest one, and of two of the same second the one whose name comes first. The others are
passed over with a warning in the policy controller's log, and what is authorized for them counts for nothing there.
Files carry no time, so which of them will count depends on which was applied first. Up to Linkerd 2.17 the admission
webhook refuses the second one.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart-http, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: 8080
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart-api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: 8080
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart-http, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: 8080
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart-admin, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: 9090
```

## When it stays quiet
No loaded workload has a port that both select, and neither do the labels of one ask for all that the labels of the
other ask for, on the same port; this one is the oldest, as a cluster tells. Servers select pods of their own namespace
only.

## Fix safety
None is offered: which of them is meant is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.selection import SelectorIndex
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.age import oldest_first
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_SERVER
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.model.selectors import Selector
from service_mesh.posture.linkerd.servers import governed_ports, server_selector, workloads_of_server
from service_mesh.rules.rule import rule


@rule(
    "LD135",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(LINKERD_SERVER,),
    reads=WORKLOAD_KINDS,
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "linkerd/linkerd2: policy-controller/runtime/src/admission.rs",
    ),
)
def servers_overlap(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Server that another one displaces, or may."""
    node = resource.get("spec.port")
    if node is None:
        return
    found = next(_on_workloads(mesh, resource), None) or next(_by_labels_alone(mesh, resource), None)
    if found is not None:
        first, where = found
        ordered = oldest_first([first, resource])
        if ordered is None:
            end = "only the older object counts, and the files do not tell which"
        else:
            end = f"'{ordered[0].title}' comes first and counts alone"
        message = f"'{first.title}' selects the same port{where}: {end}"
        yield node.finding(message, related=(first.root.note("selects the same port"),))


def _on_workloads(mesh: MeshView, server: Resource) -> Iterator[tuple[Resource, str]]:
    """The Server that comes first where this one does not, and a port where they meet."""
    for workload in workloads_of_server(mesh, server):
        for port, governed in governed_ports(mesh, workload).items():
            if server in governed.candidates[1:]:
                yield governed.candidates[0], f" {port} of '{workload.title}'"


def _by_labels_alone(mesh: MeshView, server: Resource) -> Iterator[tuple[Resource, str]]:
    selector, port = server_selector(server), server.get("spec.port")
    if port is None or not _is_of_labels(selector):
        return
    for other in mesh.index(_by_labels).matching(server.cluster, _room(server, port), selector.equal):
        is_alike = server_selector(other) == selector
        if other is not server and _comes_first(mesh, other, server, is_alike=is_alike):
            yield other, " of the same pods" if is_alike else " of all its pods"


def _comes_first(mesh: MeshView, other: Resource, server: Resource, *, is_alike: bool) -> bool:
    """Whether another Server displaces this one, or may: of two that are alike the later in the input is told of."""
    ordered = oldest_first([other, server])
    if ordered is not None:
        return ordered[0] is other
    places = mesh.index(_places)
    return not is_alike or places[other.key] < places[server.key]


def _by_labels(mesh: MeshView) -> SelectorIndex[Resource]:
    return SelectorIndex(
        (server.cluster, _room(server, port), server_selector(server), server)
        for server in mesh.of_kind(LINKERD_SERVER)
        if (port := server.get("spec.port")) is not None and _is_of_labels(server_selector(server))
    )


def _places(mesh: MeshView) -> Mapping[ResourceKey, int]:
    return {server.key: place for place, server in enumerate(mesh.of_kind(LINKERD_SERVER))}


def _is_of_labels(selector: Selector) -> bool:
    return not selector.nothing and not selector.requirements


def _room(server: Resource, port: Node) -> str:
    """Where Servers can meet: the namespace, and the port as it is written."""
    return f"{server.namespace}/{port.value!r}"
