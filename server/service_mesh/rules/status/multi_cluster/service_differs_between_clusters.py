"""Service of one name differs between two clusters of a mesh.

## Why it matters
Istio takes Services of one name and namespace in the clusters of a mesh for one service. Where their ports or their
headlessness differ, clients get the ports of one and the endpoints of all, and calls fail from one cluster only.

## Wrong
```text
cluster east: Service shop/cart, port 80 leads to 8080
cluster west: Service shop/cart, port 8080 leads to 8080
```

## Right
```text
cluster east: Service shop/cart, port 80 leads to 8080
cluster west: Service shop/cart, port 80 leads to 8080
```

## When it stays quiet
Neither cluster has a remote secret that names the other one. Node ports may differ, which Istio's analyzer complains
of, since each cluster gives out its own; so may labels, selectors, addresses and the type.

## Fix safety
No fix is offered: which cluster is right cannot be told.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SECRET, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told
from service_mesh.rules.status.multi_cluster._members import MEMBER_KINDS, is_remote_secret, peers


@rule(
    "ST508",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(SERVICE,),
    reads=MEMBER_KINDS,
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/multicluster/service.go",
        "https://istio.io/latest/docs/ops/configuration/traffic-management/multicluster/",
    ),
    upstream=("IST0170",),
)
def service_differs_between_clusters(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report what of a Service differs from the same Service of a cluster that is joined with its own."""
    for cluster in mesh.index(_joined).get(resource.cluster, ()):
        other = mesh.find(SERVICE, resource.namespace, resource.name, cluster)
        what = _difference(resource, other) if other is not None else ""
        if other is not None and what:
            message = f"{what} of the Service differ from those in cluster '{told(cluster)}', which is of the same mesh"
            related = (_node(other, what).note("is the one it is compared with"),)
            yield _node(resource, what).problem(message, kubectl.get_yaml(resource), related=related)
            return


def _joined(mesh: MeshView) -> Mapping[str, tuple[str, ...]]:
    """Cluster -> clusters of its mesh that come before it by name: of a pair the later one is told."""
    found: dict[str, set[str]] = {}
    for secret in mesh.of_kind(SECRET):
        for peer in peers(mesh, secret) if is_remote_secret(secret) else ():
            first, second = sorted((peer.home.cluster, peer.other.cluster))
            found.setdefault(second, set()).add(first)
    return {cluster: tuple(sorted(others)) for cluster, others in found.items()}


def _difference(one: Resource, other: Resource) -> str:
    if _is_headless(one) != _is_headless(other):
        return "addresses"
    return "ports" if _ports(one) != _ports(other) else ""


def _ports(service: Resource) -> list[tuple[object, ...]]:
    return sorted((_port(node) for node in service.each("spec.ports[]")), key=repr)


def _port(node: Node) -> tuple[object, ...]:
    number, target = node.get("port"), node.get("targetPort")
    value = number.value if number is not None else None
    leads_to = target.value if target is not None and target.value is not None else value
    return node.text_at("name"), value, leads_to, node.text_at("protocol") or "TCP", node.text_at("appProtocol")


def _is_headless(service: Resource) -> bool:
    return service.root.text_at("spec.clusterIP") == "None"


def _node(service: Resource, what: str) -> Node:
    path = "spec.ports" if what == "ports" else "spec.clusterIP"
    return service.get(path) or service.get("spec") or service.root
