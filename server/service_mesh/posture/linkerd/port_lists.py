"""Lists of ports in annotations, read in the two ways of Linkerd: the policy controller's and that of the injector."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_mesh.model.ports import port_in

__all__ = ["PortList", "ports_in", "ranges_in"]

_NUMBER = re.compile(r"\+?[0-9]{1,20}")
_MOST_ENTRIES = 4096


@dataclass(frozen=True, slots=True)
class PortList:
    """Ports as ranges.

    Attributes:
        ranges: First and last port of each range, in the order they are written.
        unreadable: The entries that mean no port and are passed over.
    """

    ranges: tuple[tuple[int, int], ...] = ()
    unreadable: tuple[str, ...] = ()

    def __contains__(self, port: object) -> bool:
        return isinstance(port, int) and any(first <= port <= last for first, last in self.ranges)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self.ranges)

    def __bool__(self) -> bool:
        return bool(self.ranges)


def ports_in(text: str) -> PortList | None:
    """The ports of a list as the policy controller reads it; None where one entry is none, since then all are lost.

    Numbers and ranges from 1 to 65535, separated by commas, with blanks around; empty entries are passed over. Names
    of ports are not read.
    (`linkerd/linkerd2: policy-controller/k8s/index/src/ports.rs`, parse_portset)
    """
    ranges = []
    for entry in text.split(",")[:_MOST_ENTRIES]:
        if not entry.strip():
            continue
        found = _strict_range(entry)
        if found is None:
            return None
        ranges.append(found)
    return PortList(tuple(ranges))


def ranges_in(text: str, names: Mapping[str, int] | None = None) -> PortList:
    """The ports of a list as the injector and the destination controller read it, entry by entry.

    Names of container ports stand for their number, and a name that looks like a range is a name.
    (`linkerd/linkerd2: pkg/util/parsing.go`, ParseContainerOpaquePorts; `pkg/util/port_range.go`, ParsePortRange)

    Args:
        text: The annotation or chart value.
        names: Container port -> number.
    """
    ranges, unreadable = [], []
    for entry in map(str.strip, text.removesuffix(",").split(",")[:_MOST_ENTRIES]):
        number = (names or {}).get(entry)
        found = (number, number) if number is not None else _loose_range(entry)
        if found is not None:
            ranges.append(found)
        elif entry:
            unreadable.append(entry)
    return PortList(tuple(ranges), tuple(unreadable))


def _strict_range(entry: str) -> tuple[int, int] | None:
    first, dash, last = entry.partition("-")
    low, high = _port(first.strip()), _port((last if dash else first).strip())
    return None if not low or not high or low > high else (low, high)


def _loose_range(entry: str) -> tuple[int, int] | None:
    bounds = entry.split("-")
    if len(bounds) > 2:  # a lower and an upper bound at most
        return None
    low, high = _port(bounds[0].strip()), _port(bounds[-1].strip())
    return None if low is None or high is None or low > high else (low, high)


def _port(text: str) -> int | None:
    return port_in(text.removeprefix("+")) if _NUMBER.fullmatch(text) else None
