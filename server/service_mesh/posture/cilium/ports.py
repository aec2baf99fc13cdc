"""Ports, ICMP and rules for requests in one item of a Cilium policy."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.model.node import Node
from service_mesh.posture.kubernetes.flows import Flow
from service_mesh.posture.kubernetes.ports import is_named_port
from service_mesh.posture.logic import any_of

__all__ = ["Opening", "is_on_port", "openings"]

_ICMP = {"ICMP": "IPv4", "ICMPV6": "IPv6"}
_FAMILIES = frozenset(_ICMP)
_ANY = frozenset({"TCP", "UDP", "SCTP"})
_NUMBER = re.compile(r"[0-9]{1,5}")


class Opening(NamedTuple):
    """What an item says on the port of a connection.

    Attributes:
        node: The item of `toPorts`, or the item of the direction's list where it is about all ports.
        answer: Whether the port is one of these; None where it is not known.
        rules: What every request has to meet: `rules` or `serverNames`; None where every request passes.
    """

    node: Node
    answer: bool | None
    rules: Node | None = None


def openings(item: Node, flow: Flow) -> Iterator[Opening]:
    """What an item of a direction's list says on the port of a connection; nothing where it is about other ports.

    Without ports and without ICMP it is about all of both.
    (`cilium/cilium: pkg/policy/api/l4.go`, `pkg/policy/api/icmp.go`)
    """
    ports, icmps = tuple(item.each("toPorts[]")), tuple(item.each("icmps[]"))
    if not ports and not icmps:
        yield Opening(item, True)
    if flow.protocol.upper() in _FAMILIES:
        yield from _for_icmp(icmps, flow)
        return
    for port_rule in ports:
        answer = is_on_port(port_rule, flow)
        if answer is not False:
            yield Opening(port_rule, answer, _restriction(port_rule))


def _for_icmp(icmps: tuple[Node, ...], flow: Flow) -> Iterator[Opening]:
    for one in icmps:
        answer = any_of(_is_icmp(field, flow) for field in one.each("fields[]"))
        if answer is not False:
            yield Opening(one, answer)


def is_on_port(port_rule: Node, flow: Flow) -> bool | None:
    """Tell whether the port of a connection is one of an item of `toPorts`."""
    return any_of(_is_port(port, flow) for port in port_rule.each("ports[]"))


def _is_port(port: Node, flow: Flow) -> bool | None:
    protocol, number, end = port.get("protocol"), port.get("port"), port.get("endPort")
    spoken = protocol.text.upper() if protocol is not None and protocol.text else "ANY"
    if flow.protocol not in (_ANY if spoken == "ANY" else {spoken}):
        return False
    text = str(number.value) if number is not None else "0"
    if not _NUMBER.fullmatch(text):
        return is_named_port(flow.server, text, flow)
    first = int(text)
    if first == 0:
        return True
    last = end.number if end is not None and end.number else first
    return first <= flow.port <= last


def _restriction(port_rule: Node) -> Node | None:
    rules = port_rule.get("rules")
    if rules is not None and isinstance(rules.value, dict) and any(rules.value.values()):
        return rules
    names = port_rule.get("serverNames")
    return names if names is not None and names.items else None


def _is_icmp(field: Node, flow: Flow) -> bool | None:
    family, kind = field.get("family"), field.get("type")
    if (family.text if family is not None and family.text else "IPv4") != _ICMP[flow.protocol.upper()]:
        return False
    if kind is None:
        return False
    if kind.text and not kind.text.isdecimal():
        return None  # a name: which type it is stands in the agent
    return str(kind.value) == str(flow.port)
