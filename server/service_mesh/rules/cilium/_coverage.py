"""Whether one item of a direction's list is about everything that another one is about: peers, ports, ICMP."""

import json
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import NamedTuple

from service_mesh.model.node import Node
from service_mesh.rules.cilium._ports import port_number

__all__ = ["covers_peers", "covers_ports", "has_same_ports"]

_PEERS = ("Endpoints", "CIDR", "CIDRSet", "Entities", "Nodes", "FQDNs", "Services", "Groups")
_OUTSIDE = frozenset({"CIDR", "CIDRSet", "FQDNs"})


class _Port(NamedTuple):
    """A port or a range of ports; `name` is empty where it has a number."""

    name: str
    first: int
    last: int
    protocol: str


def covers_peers(wide: Node, narrow: Node) -> bool:
    """Tell whether the peers of an item are surely among those of another.

    The entity `all` covers everything, `world` every range and name, a range those inside it, and otherwise the same
    entry has to stand in both. False also where nothing is known for certain.
    (`cilium/cilium: pkg/policy/api/entity.go`, `pkg/policy/api/ingress.go`)
    """
    held, asked = _peers(wide), _peers(narrow)
    if not held:
        return _speaks(wide)
    entities = {entry.text for entry in held.get("Entities", ())}
    if "all" in entities:
        return True
    return bool(asked) and all(_has(held, entities, name, one) for name, items in asked.items() for one in items)


def covers_ports(wide: Node, narrow: Node) -> bool:
    """Tell whether the ports and ICMP types of an item are surely among those of another."""
    if not _speaks(wide):
        return True
    if not _speaks(narrow):
        return False
    kinds = {_written(one) for one in wide.each("icmps[].fields[]")}
    if any(_written(one) not in kinds for one in narrow.each("icmps[].fields[]")):
        return False
    held = tuple(_ports(wide, "toPorts[].ports[]"))
    return all(any(_holds(one, asked) for one in held) for asked in _ports(narrow, "toPorts[].ports[]"))


def has_same_ports(wide: Node, narrow: Node) -> bool:
    """Tell whether each port of an item of `toPorts` stands in another one too, for the same protocol or for any."""
    held, asked = tuple(_ports(wide, "ports[]")), tuple(_ports(narrow, "ports[]"))
    return bool(asked) and all(any(_is_same(one, port) for one in held) for port in asked)


def _speaks(item: Node) -> bool:
    return any(True for name in ("toPorts[]", "icmps[]") for _ in item.each(name))


def _peers(item: Node) -> dict[str, tuple[Node, ...]]:
    found = ((name, item.get(f"{start}{name}")) for name in _PEERS for start in ("from", "to"))
    return {name: node.items for name, node in found if node is not None and node.value is not None}


def _has(held: dict[str, tuple[Node, ...]], entities: set[str], name: str, asked: Node) -> bool:
    if name in _OUTSIDE and "world" in entities:
        return True
    if any(_written(one) == _written(asked) for one in held.get(name, ())):
        return True
    inner = _range(asked)
    ranges = (_range(one) for kind in ("CIDR", "CIDRSet") for one in held.get(kind, ()) if one.get("except") is None)
    return inner is not None and any(_is_inside(inner, outer) for outer in ranges)


def _written(node: Node) -> str:
    return json.dumps(node.value, sort_keys=True, default=str)


def _range(node: Node) -> IPv4Network | IPv6Network | None:
    cidr = node.get("cidr")
    try:
        return ip_network((cidr.text if cidr is not None else node.text)[:64], strict=False)
    except ValueError:
        return None


def _is_inside(inner: IPv4Network | IPv6Network, outer: IPv4Network | IPv6Network | None) -> bool:
    if outer is None or inner.version != outer.version:
        return False
    first, last = int(outer.network_address), int(outer.broadcast_address)
    return first <= int(inner.network_address) and int(inner.broadcast_address) <= last


def _ports(node: Node, path: str) -> Iterator[_Port]:
    for one in node.each(path):
        port, end, protocol = one.get("port"), one.get("endPort"), one.get("protocol")
        spoken = protocol.text.upper() if protocol is not None and protocol.text else "ANY"
        text = str(port.value) if port is not None else "0"
        first = port_number(text)
        last = end.value if end is not None and type(end.value) is int and end.value else first
        yield _Port(text, -1, -1, spoken) if first is None else _Port("", first, last or first, spoken)


def _holds(wide: _Port, narrow: _Port) -> bool:
    if wide.protocol not in ("ANY", narrow.protocol):
        return False
    if wide.name or narrow.name:
        return wide.name == narrow.name or (not wide.name and wide.first == 0)
    return wide.first == 0 or (narrow.first != 0 and wide.first <= narrow.first and narrow.last <= wide.last)


def _is_same(wide: _Port, narrow: _Port) -> bool:
    return wide[:3] == narrow[:3] and wide.protocol in ("ANY", narrow.protocol)
