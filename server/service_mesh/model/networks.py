"""Ranges of addresses, compared the same way for every mesh."""

from ipaddress import IPv4Network, IPv6Network

__all__ = ["Network", "contains"]

Network = IPv4Network | IPv6Network


def contains(outer: Network, inner: Network) -> bool:
    """Whether every address of `inner` is one of `outer`; never across IP versions."""
    if isinstance(outer, IPv4Network):
        return isinstance(inner, IPv4Network) and inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and inner.subnet_of(outer)
