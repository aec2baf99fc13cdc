"""Networks of clients, and the exceptions within them."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Annotated

from pydantic import AfterValidator

from service_mesh.generate.parameters.names import Cidr

__all__ = ["Network", "contains", "is_in", "parsed"]

_Parsed = IPv4Network | IPv6Network


def parsed(text: str) -> _Parsed:
    """A network that was judged already."""
    return ip_network(text)


def contains(outer: str, inner: str) -> bool:
    """Whether all addresses of a network are in another one."""
    one, other = parsed(inner), parsed(outer)
    if isinstance(one, IPv4Network) and isinstance(other, IPv4Network):
        return one.subnet_of(other)
    return isinstance(one, IPv6Network) and isinstance(other, IPv6Network) and one.subnet_of(other)


def is_in(address: str, networks: Iterable[str]) -> bool:
    """Whether an address is in one of some networks."""
    return any(ip_address(address) in parsed(one) for one in networks)


def _judged(text: str) -> str:
    try:
        found = ip_network(text, strict=False)
    except ValueError:
        raise ValueError("this is no address and no network: write 203.0.113.0/24") from None
    if "/" in text and text.lower() != str(found):
        raise ValueError(f"this has bits beside its prefix, or is not the short form: write {found}")
    return str(found)


Network = Annotated[Cidr, AfterValidator(_judged)]
"""A network, or one address, which is a network of one."""
