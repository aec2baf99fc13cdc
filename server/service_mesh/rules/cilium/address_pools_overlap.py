"""Pools of addresses for load balancers overlap.

## Why it matters
An address belongs to one pool. Where two pools share one, the operator takes the newer pool out of use, and a pool that
overlaps with itself in any case: Services that wait for an address from it get none.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: {name: edge}
spec: {blocks: [{cidr: 192.0.2.0/28}]}
---
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: {name: office}
spec: {blocks: [{start: 192.0.2.10, stop: 192.0.2.20}]}
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: {name: edge}
spec: {blocks: [{cidr: 192.0.2.0/28}]}
---
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: {name: office}
spec: {blocks: [{start: 192.0.2.16, stop: 192.0.2.20}]}
```

## When it stays quiet
A pool is switched off (`spec.disabled`); blocks that are no range of addresses; pools of different clusters. Each pool
is reported once.

## Fix safety
None is offered: which pool is to have the addresses is for whoever owns the network to say.
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_LOAD_BALANCER_IP_POOL
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.kubernetes.networks import network_of
from service_mesh.rules.rule import rule


class _Range(NamedTuple):
    """Addresses from the first to the last one, of one version of IP in one cluster."""

    cluster: str
    version: int
    first: int
    last: int
    node: Node


@rule(
    "CI150",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(CILIUM_LOAD_BALANCER_IP_POOL,),
    needs=("blocks", "cidrs"),
    sources=(
        "cilium/cilium: operator/pkg/lbipam/lbipam.go",
        "https://docs.cilium.io/en/stable/network/lb-ipam/",
    ),
)
def address_pools_overlap(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the block of a pool that overlaps with an older pool or with another block of its own."""
    found = mesh.index(_conflicts).get(resource.key)
    if found is not None:
        own, other = found
        related = (other.note("has the addresses too"),)
        if other.resource.key == resource.key:
            message = "the block overlaps with another one of the pool, so the pool gives no address"
        else:
            message = f"the block overlaps with pool '{other.resource.name}', so the newer pool gives no address"
        yield own.finding(message, related=related)


def _conflicts(mesh: MeshView) -> Mapping[ResourceKey, tuple[Node, Node]]:
    """Pool that loses -> its block and the one that it overlaps with."""
    found: dict[ResourceKey, tuple[Node, Node]] = {}
    held: _Range | None = None
    for one in sorted(_ranges(mesh), key=lambda each: each[:4]):
        if held is None or held[:2] != one[:2] or one.first > held.last:
            held = one
            continue
        loser, winner = sorted((one, held), key=_age, reverse=True)
        found.setdefault(loser.node.resource.key, (loser.node, winner.node))
        held = max(held, one, key=lambda each: each.last)
    return found


def _age(one: _Range) -> tuple[str, str, str]:
    pool = one.node.resource
    return (pool.root.text_at("metadata.creationTimestamp"), pool.name, one.node.pointer)


def _ranges(mesh: MeshView) -> Iterator[_Range]:
    for pool in mesh.of_kind(CILIUM_LOAD_BALANCER_IP_POOL):
        disabled = pool.get("spec.disabled")
        if disabled is not None and disabled.value is True:
            continue
        for node in (*pool.each("spec.blocks[]"), *pool.each("spec.cidrs[]")):
            yield from _range(pool.cluster, node)


def _range(cluster: str, node: Node) -> Iterator[_Range]:
    if cidr := node.text_at("cidr"):
        network = network_of(cidr)
        if network is not None:
            first, last = int(network.network_address), int(network.broadcast_address)
            yield _Range(cluster, network.version, first, last, node)
        return
    try:
        start = ip_address(node.text_at("start")[:64])
        stop = ip_address((node.text_at("stop") or node.text_at("start"))[:64])
    except ValueError:
        return
    if start.version == stop.version and int(start) <= int(stop):
        yield _Range(cluster, start.version, int(start), int(stop), node)
