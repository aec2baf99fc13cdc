"""Finds what was said about a host, by wildcards too, without looking through everything that was said."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from service_mesh.model.hosts import is_wildcard

__all__ = ["HostIndex"]

T = TypeVar("T")


class HostIndex(Generic[T]):
    """Values by cluster and host pattern.

    Args:
        entries: Cluster, host or wildcard, and value; values of one pattern keep their order.
    """

    def __init__(self, entries: Iterable[tuple[str, str, T]]) -> None:
        self._exact: dict[tuple[str, str], list[T]] = {}
        self._wildcard: dict[str, dict[str, list[T]]] = {}
        for cluster, host, value in entries:
            if is_wildcard(host):
                self._wildcard.setdefault(cluster, {}).setdefault(host, []).append(value)
            else:
                self._exact.setdefault((cluster, host), []).append(value)
        self._lengths = {
            cluster: sorted({len(pattern) - 1 for pattern in wildcards}, reverse=True)
            for cluster, wildcards in self._wildcard.items()
        }

    def covering(self, cluster: str, host: str) -> Iterator[T]:
        """Values of every pattern that covers a host or a wildcard, the most specific pattern first.

        Only ends of the host that are as long as some pattern are looked up.
        """
        yield from self._exact.get((cluster, host), ())
        rest = host[1:] if is_wildcard(host) else host
        for length in self._lengths.get(cluster, ()):
            if length <= len(rest):
                yield from self._wildcard[cluster].get("*" + rest[len(rest) - length :], ())
