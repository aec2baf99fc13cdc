"""NetworkPolicy is one that the API server refuses.

## Why it matters
The policy is not created, or the old one stays in force: pods that it was to close are open, or those that it was to
let in stay out.

## Wrong
```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from:
    - ipBlock:
        cidr: 10.0.0.0/16
        except: [10.1.0.0/24]
```

## Right
```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from:
    - ipBlock:
        cidr: 10.0.0.0/16
        except: [10.0.1.0/24]
```

## When it stays quiet
Policies that were read from a cluster, which took them; values of a wrong type and unknown protocols and directions,
which the schema reports where it knows them.

## Fix safety
An address without the length of its prefix is offered as a block of one address, which is what was meant. It is unsafe:
the policy comes into force, which changes who can call whom. The rest is for the author.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, ip_address

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NETWORK_POLICY
from service_mesh.model.networks import Network, contains
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.kubernetes.networks import network_of
from service_mesh.rules.kubernetes._policies import blocks, peers
from service_mesh.rules.kubernetes._ports import port_fault
from service_mesh.rules.rule import rule

_SLOPPY = re.compile(r"(?:^|\.)0[0-9]")
"""Numbers with zeros in front, which the API server takes in blocks for the sake of old objects."""

_TYPES = ("Ingress", "Egress")
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_KINDS = ("podSelector", "namespaceSelector", "ipBlock")


@rule(
    "K8111",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(NETWORK_POLICY,),
    needs=("from", "to", "ports", "policyTypes"),
    sources=("kubernetes/kubernetes: pkg/apis/networking/validation/validation.go",),
)
def policy_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each port, peer and direction that makes the API server refuse the policy."""
    if resource.is_from_cluster:
        return
    for item in resource.each("spec.policyTypes[]"):
        if item.text and item.text not in _TYPES:
            yield item.finding(f"'{item.text[:40]}' is no direction: 'Ingress' and 'Egress' are")
    for direction in ("ingress", "egress"):
        for port in resource.each(f"spec.{direction}[].ports[]"):
            yield from _port(port)
    for peer in peers(resource):
        yield from _peer(peer)
    for block in blocks(resource):
        yield from _block(block)


def _port(port: Node) -> Iterator[Draft]:
    said = port.text_at("protocol")
    if said and said not in _PROTOCOLS and (protocol := port.get("protocol")) is not None:
        yield protocol.finding(f"'{said[:40]}' is no protocol of a policy: {', '.join(_PROTOCOLS)} are")
    fault = port_fault(port.value_at("port"))
    if fault and (number := port.get("port")) is not None:
        yield number.finding(f"port '{number.value!s:.80}' {fault}")
    end = port.get("endPort") if port.value_at("endPort") is not None else None
    if end is not None and (wrong := _end_fault(port.get("port"), end)):
        yield end.finding(wrong)


def _end_fault(number: Node | None, end: Node) -> str:
    """What is wrong with the end of a range of ports, empty if nothing is."""
    if number is None or number.value is None:
        return "'endPort' ends a range that has no 'port' to begin at"
    if number.text:
        return f"'endPort' ends a range of numbers, and 'port' is the name '{number.text[:40]}'"
    if fault := port_fault(end.value, may_be_name=False):
        return f"port {end.value!s:.20} {fault}"
    first, last = number.number, end.number
    is_backwards = first is not None and last is not None and last < first
    return f"the range ends at {last!s:.20}, before it begins at {first!s:.20}" if is_backwards else ""


def _peer(peer: Node) -> Iterator[Draft]:
    if not isinstance(peer.value, dict):
        return
    held = [name for name in _KINDS if peer.value.get(name) is not None]
    if not held and not set(peer.value) - set(_KINDS):
        yield peer.finding("the peer names nobody: neither pods, nor namespaces, nor a block of addresses")
    elif len(held) > 1 and "ipBlock" in held:
        yield (peer.get("ipBlock") or peer).finding(f"a peer with 'ipBlock' has no '{held[0]}' beside it")


def _block(block: Node) -> Iterator[Draft]:
    cidr = block.get("cidr")
    if cidr is None or not cidr.text:
        return
    network = _network(cidr.text)
    if network is None and _SLOPPY.search(cidr.text):
        return
    if network is None:
        yield cidr.finding(f"'{cidr.text[:60]}' is no block of addresses such as '10.0.0.0/16'", fix=_single(cidr))
        return
    for exception in block.each("except[]"):
        inner = _network(exception.text)
        if inner is None:
            if exception.text and not _SLOPPY.search(exception.text):
                message = f"'{exception.text[:60]}' is no block of addresses such as '10.0.0.0/16'"
                yield exception.finding(message, fix=_single(exception))
        elif inner == network or not contains(network, inner):
            why = "takes all of it away" if contains(inner, network) else "lies outside of it"
            yield exception.finding(f"the exception from '{cidr.text}' {why}", related=(cidr.note("is the block"),))


def _network(text: str) -> Network | None:
    return network_of(text) if "/" in text else None


def _single(node: Node) -> Fix | None:
    try:
        address = ip_address(node.text[:64])
    except ValueError:
        return None
    block = f"{node.text}/{32 if isinstance(address, IPv4Address) else 128}"
    return Fix.replace(node, block, title=f"write '{block}'")
