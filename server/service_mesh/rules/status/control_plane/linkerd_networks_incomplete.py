"""Networks that Linkerd was told of do not hold every address of the cluster.

## Why it matters
A proxy asks for the destination of an address only if it lies in `clusterNetworks`. To all others it opens a plain
connection: no mutual TLS, no policy by identity, no balancing, and nothing says so. They are also not trusted as part
of the cluster by policies for `cluster-…` clients.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "clusterNetworks: 10.0.0.0/8"}
---
apiVersion: v1
kind: Node
metadata: {name: node-a}
spec: {podCIDR: 11.4.0.0/24}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "clusterNetworks: 10.0.0.0/8,11.0.0.0/8"}
---
apiVersion: v1
kind: Node
metadata: {name: node-a}
spec: {podCIDR: 11.4.0.0/24}
```

## When it stays quiet
How Linkerd was installed is not loaded, a network in it cannot be read, or nodes, pods and Services name no address.
Pods in the node's network do not count.

## Fix safety
No fix: the value belongs to the installation, and proxies take it up when their pods are made anew.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from ipaddress import ip_network

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, NODE, POD, SERVICE, Kind
from service_mesh.model.kubectl import command
from service_mesh.model.networks import Network, contains
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import installation
from service_mesh.rules.rule import rule

_LONGEST = 64
_MOST_NETWORKS = 256


@rule(
    "ST142",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(CONFIG_MAP,),
    reads=(NODE, POD, SERVICE),
    sources=(
        "linkerd/linkerd2: pkg/healthcheck/healthcheck.go",
        "linkerd/linkerd2: charts/partials/templates/_proxy.tpl",
    ),
    upstream=("l5d-cluster-networks-cidr", "l5d-cluster-networks-pods"),
)
def linkerd_networks_incomplete(config: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report, once, that addresses of nodes, pods or Services lie outside of the networks."""
    found = installation(mesh, config.cluster)
    if found is None or found.node.resource.key != config.key:
        return
    written = found.text("clusterNetworks").split(",")[:_MOST_NETWORKS]
    networks = [_network(text.strip()) for text in written]
    known = [network for network in networks if network is not None]
    if not known or len(known) < len(networks):
        return
    for kind, address_of in _ADDRESSES:
        outside = list(_outside(mesh, config.cluster, kind, address_of, known))
        if outside:
            first, total = outside[0], len(outside)
            message = (
                f"'clusterNetworks' does not hold '{first.text}' of '{first.resource.title}'"
                f"{f' and {total - 1} more of its kind' if total > 1 else ''}"
            )
            note = first.note("lies outside of them")
            yield found.node.problem(message, command("linkerd", "check"), related=(note,))
            return


def _outside(
    mesh: MeshView, cluster: str, kind: Kind, address_of: Callable[[Resource], Node | None], known: list[Network]
) -> Iterator[Node]:
    for resource in mesh.of_kind(kind):
        node = address_of(resource) if resource.cluster == cluster else None
        address = _network(node.text) if node is not None else None
        if node is not None and address is not None and not any(contains(network, address) for network in known):
            yield node


def _pod_address(pod: Resource) -> Node | None:
    shared = pod.get("spec.hostNetwork")
    return None if shared is not None and shared.value is True else pod.get("status.podIP")


_ADDRESSES: tuple[tuple[Kind, Callable[[Resource], Node | None]], ...] = (
    (NODE, lambda node: node.get("spec.podCIDR")),
    (POD, _pod_address),
    (SERVICE, lambda service: service.get("spec.clusterIP")),
)
"""Kind -> where its address stands; `None` as the address of a headless Service is no address."""


@lru_cache(maxsize=4096)
def _network(text: str) -> Network | None:
    if not text or len(text) > _LONGEST:
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
