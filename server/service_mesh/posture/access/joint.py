"""Classes of two matrices cut against each other: workloads that are alike before a change and after it."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from service_mesh.mesh.workloads import Workload
from service_mesh.model.resource import ResourceKey
from service_mesh.posture.access.classes import Class
from service_mesh.posture.access.groups import grouped, numbers_of

__all__ = ["Joint", "joint_of"]

Pair = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Joint:
    """The cut classes, numbered from 0.

    Attributes:
        pairs: Numbers of the class of each before and after; None where its members are in one of the two alone.
        members: The workloads of each, as they are after the change, or before it where they are gone.
    """

    pairs: tuple[Pair, ...]
    members: tuple[tuple[Workload, ...], ...]
    _parts: tuple[Mapping[int | None, int], Mapping[int | None, int]]
    _cut: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def everyone(self) -> int:
        """All of them."""
        return (1 << len(self.pairs)) - 1

    def cut(self, place: int, mask: int) -> int:
        """The cut classes that are in a set of classes of one side.

        Args:
            place: 0 for the side before, 1 for the side after.
            mask: The set.
        """
        key = place, mask
        found = self._cut.get(key)
        if found is None:
            found = 0
            parts = self._parts[place]
            for number in numbers_of(mask):
                found |= parts[number]
            self._cut[key] = found
        return found

    def workloads(self, mask: int) -> tuple[Workload, ...]:
        """The members of a set."""
        return tuple(one for number in numbers_of(mask) for one in self.members[number])


def joint_of(
    before: Iterable[Class], after: Iterable[Class], apart: Callable[[ResourceKey], Hashable] = lambda _: None
) -> Joint:
    """Cut the classes of two matrices against each other.

    Args:
        before: Those before a change.
        after: Those after it.
        apart: What else tells workloads apart.
    """
    numbers: tuple[dict[ResourceKey, int], ...] = ({}, {})
    known: dict[ResourceKey, Workload] = {}
    for place, classes in zip(numbers, (before, after), strict=True):
        for one in classes:
            for member in one.members:
                place[member.key] = one.number
                known[member.key] = member
    members: dict[tuple[Pair, Hashable], list[Workload]] = {}
    for key, workload in known.items():
        members.setdefault(((numbers[0].get(key), numbers[1].get(key)), apart(key)), []).append(workload)
    pairs = tuple(pair for pair, _ in members)
    old, new = (grouped((pair[place], number) for number, pair in enumerate(pairs)) for place in (0, 1))
    return Joint(pairs, tuple(map(tuple, members.values())), (old, new))
