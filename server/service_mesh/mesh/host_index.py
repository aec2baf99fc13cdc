"""Finds what was said about a host, by wildcards too, without looking through everything that was said."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from service_mesh.model.hosts import is_wildcard, wildcards_over

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
        self._longest = 0
        for cluster, host, value in entries:
            if is_wildcard(host):
                self._longest = max(self._longest, len(host))
                self._wildcard.setdefault(cluster, {}).setdefault(host, []).append(value)
            else:
                self._exact.setdefault((cluster, host), []).append(value)

    def covering(self, cluster: str, host: str) -> Iterator[T]:
        """Values of every pattern that covers a host or a wildcard, the most specific pattern first."""
        yield from self._exact.get((cluster, host), ())
        wildcards = self._wildcard.get(cluster)
        if wildcards:
            for pattern in wildcards_over(host, self._longest):
                yield from wildcards.get(pattern, ())
