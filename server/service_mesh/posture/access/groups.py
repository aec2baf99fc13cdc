"""Sets of classes as bits of numbers, and how what policies look at divides them, without a look at every pair."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from service_mesh.mesh.view import MeshView
from service_mesh.posture.access.classes import Class
from service_mesh.posture.access.facts import Facts, facts
from service_mesh.posture.kubernetes.ends import End, of_workload

__all__ = ["Crowd", "crowd_of", "first_of", "grouped", "numbers_of"]

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Crowd:
    """The classes of a matrix, with sets of them by what they have in common.

    Attributes:
        classes: The classes.
        ends: The end that a sample of each is.
        facts: The facts of a sample of each.
        everyone: All of them.
        kinds: They by what no selector tells: cluster, kind of end, addresses.
        selected: Bit of `Look.selectors` -> those that have it.
        fitting: Number of a text that may mean an account -> those that it fits, one set for each way to fit.
        inside: Cluster and namespace -> those in it.
    """

    classes: tuple[Class, ...]
    ends: tuple[End, ...]
    facts: tuple[Facts, ...]
    everyone: int
    kinds: tuple[int, ...]
    selected: Mapping[int, int]
    fitting: Mapping[int, tuple[int, ...]]
    inside: Mapping[tuple[str, str], int]

    def divided(self, selectors: int, texts: int, places: Iterable[tuple[str, str]]) -> tuple[int, ...]:
        """All of them, divided so that no part holds two whom some selectors, texts or namespaces tell apart."""
        parts = self.kinds
        for bit in numbers_of(selectors):
            parts = _cut(parts, self.selected.get(bit, 0))
        for number in numbers_of(texts):
            for fit in self.fitting.get(number, ()):
                parts = _cut(parts, fit)
        for place in places:
            parts = _cut(parts, self.inside.get(place, 0))
        return parts


def crowd_of(mesh: MeshView, classes: tuple[Class, ...]) -> Crowd:
    """Sort classes by what they have in common."""
    ends = tuple(of_workload(one.sample) for one in classes)
    told = tuple(facts(mesh, one.sample) for one in classes)
    tokens = grouped(((token, number) for number, one in enumerate(told) for token in one.named))
    fitting: dict[int, list[int]] = {}
    for (text, _), fit in tokens.items():
        fitting.setdefault(text, []).append(fit)
    return Crowd(
        classes,
        ends,
        told,
        (1 << len(classes)) - 1,
        tuple(grouped((kind_of(ends[number], one), number) for number, one in enumerate(told)).values()),
        grouped((bit, number) for number, one in enumerate(told) for bit in numbers_of(one.selectors)),
        {text: tuple(fits) for text, fits in fitting.items()},
        grouped(((one.account.cluster, one.account.namespace), number) for number, one in enumerate(told)),
    )


def kind_of(end: End, told: Facts | None) -> tuple[object, ...]:
    """What tells an end from others that no selector tells."""
    is_loaded = told is not None and told.place[3]
    addresses = told.addresses if told is not None else None
    return end.cluster, end.entities, end.service_account is None, is_loaded, addresses


def grouped(entries: Iterable[tuple[K, int]]) -> dict[K, int]:
    """Sets of numbers by key."""
    found: dict[K, int] = {}
    for key, number in entries:
        found[key] = found.get(key, 0) | 1 << number
    return found


def numbers_of(mask: int) -> Iterator[int]:
    """The numbers in a set, the smallest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def first_of(mask: int) -> int:
    """The smallest number of a set that is not empty."""
    return (mask & -mask).bit_length() - 1


def _cut(parts: tuple[int, ...], by: int) -> tuple[int, ...]:
    if not by:
        return parts
    return tuple(half for part in parts for half in (part & by, part & ~by) if half)
