"""Addresses and address ranges as CEL values: maps, since the library knows no types of ours.

Source: k8s.io/apiserver, pkg/cel/library/ip.go and cidr.go.
"""

import ipaddress
from collections.abc import Mapping

from service_mesh.catalog.constraints.forms import is_ip

__all__ = ["cidr", "cidr_contains", "ip", "ip_family", "ip_is", "is_canonical_ip", "is_cidr", "masked", "prefix_length"]

Value = Mapping[str, object]
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Range = ipaddress.IPv4Interface | ipaddress.IPv6Interface


def ip(text: str) -> Value:
    """An address.

    Raises:
        ValueError: The text is none.
    """
    if not is_ip(text):
        raise ValueError("no IP address")
    return {"ip": str(ipaddress.ip_address(text))}


def cidr(text: str) -> Value:
    """An address range; an address of its own stays in it.

    Raises:
        ValueError: The text is none.
    """
    return {"cidr": str(_interface(text))}


def is_cidr(text: str) -> bool:
    """Whether a text is an address range."""
    try:
        _interface(text)
    except ValueError:
        return False
    return True


def is_canonical_ip(text: str) -> bool:
    """Whether an address is written in its shortest form.

    Raises:
        ValueError: The text is no address.
    """
    return ip(text)["ip"] == text


def ip_family(value: Value) -> int:
    """4 or 6."""
    return _address(value).version


def ip_is(value: Value, quality: str) -> bool:
    """Whether an address has a quality: `unspecified`, `loopback`, `link_local` (unicast or multicast), `global`."""
    address = _address(value)
    if quality == "link_local_multicast":
        return address.is_multicast and _is_link_local(address)
    if quality == "link_local_unicast":
        return address.is_link_local
    if quality == "global_unicast":
        is_other = address.is_unspecified or address.is_loopback or address.is_multicast or address.is_link_local
        return not is_other and str(address) != "255.255.255.255"
    return address.is_loopback if quality == "loopback" else address.is_unspecified


def _is_link_local(address: _Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return address in ipaddress.ip_network("224.0.0.0/24")
    return address.packed[1] & 0x0F == 2


def cidr_contains(value: Value, other: Value | str) -> bool:
    """Whether a range holds an address or all of another range; a text is read as one or the other."""
    network = _range(value).network
    if isinstance(other, str):
        other = cidr(other) if "/" in other else ip(other)
    if "ip" in other:
        address = _address(other)
        return address.version == network.version and address in network
    inner = _range(other).network
    if isinstance(network, ipaddress.IPv4Network):
        return isinstance(inner, ipaddress.IPv4Network) and inner.subnet_of(network)
    return isinstance(inner, ipaddress.IPv6Network) and inner.subnet_of(network)


def masked(value: Value) -> Value:
    """The range with the bits behind its prefix cleared."""
    return {"cidr": str(_range(value).network)}


def prefix_length(value: Value) -> int:
    """Bits of the prefix of a range."""
    return _range(value).network.prefixlen


def _interface(text: str) -> _Range:
    address, slash, bits = text.partition("/")
    if (
        not slash
        or not is_ip(address)
        or not bits.isdecimal()
        or not bits.isascii()
        or (bits[0] == "0" and bits != "0")
    ):
        raise ValueError("no address range")
    return ipaddress.ip_interface(text)


def _address(value: Value) -> _Address:
    return ipaddress.ip_address(str(value["ip"]))


def _range(value: Value) -> _Range:
    return ipaddress.ip_interface(str(value["cidr"]))
