"""Global service of a Cilium Cluster Mesh exists in one cluster only.

## Why it matters
A global service joins the pods behind the Services of one name and namespace in all connected clusters that mark them
`service.cilium.io/global: "true"`. With one such Service there is nothing to join: no other cluster reaches it by that
name, and nothing takes over when its pods fail.

## Wrong
```text
cluster east: Service shop/api with service.cilium.io/global: "true"
cluster west: no Service shop/api, or one without the annotation
```

## Right
```text
cluster east: Service shop/api with service.cilium.io/global: "true"
cluster west: Service shop/api with service.cilium.io/global: "true"
```

## When it stays quiet
No connected cluster was read, a connected cluster is not among those that were read, or not all Services of one were.

## Fix safety
No fix: whether the service belongs into the other clusters is a decision.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_clusters import CLUSTER_KINDS, connected_configs, remote_names
from service_mesh.mesh.cilium_config import CiliumConfig, cilium_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.kubectl import command
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_MARKS = ("service.cilium.io/global", "io.cilium/global-service")


@rule(
    "ST524",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(SERVICE,),
    reads=CLUSTER_KINDS,
    sources=(
        "cilium/cilium: pkg/annotation/k8s.go",
        "https://docs.cilium.io/en/stable/network/clustermesh/services/",
    ),
)
def global_service_alone(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a service that is to be shared and that nothing shares."""
    mark = _mark(resource)
    others = mesh.once(_others, resource.cluster) if mark is not None else ()
    if mark is None or not others:
        return
    theirs = (mesh.find(SERVICE, resource.namespace, resource.name, one.resource.cluster) for one in others)
    if any(one is not None and _mark(one) is not None for one in theirs):
        return
    names = ", ".join(f"'{one.text('cluster-name')}'" for one in others[:3]) + (", …" if len(others) > 3 else "")
    message = f"service '{resource.name}' is global, and no connected cluster ({names}) has one of its name that is"
    next_command = command("kubectl", "-n", resource.namespace, "get", f"service/{resource.name}", "-o", "yaml")
    yield mark.problem(message, next_command)


def _mark(service: Resource) -> Node | None:
    annotations = service.get("metadata.annotations")
    found = (annotations.key(name) for name in _MARKS) if annotations is not None else ()
    return next((one for one in found if one is not None and one.text.strip().lower() == "true"), None)


def _others(mesh: MeshView, cluster: str) -> tuple[CiliumConfig, ...]:
    """The connected clusters, if all of them were read with their Services."""
    config = cilium_config(mesh, cluster)
    found = tuple(connected_configs(mesh, config)) if config is not None else ()
    known = {one.text("cluster-name") for one in found}
    is_whole = remote_names(mesh, cluster).keys() <= known
    return found if is_whole and all(mesh.is_listed(SERVICE, one.resource.cluster) for one in found) else ()
