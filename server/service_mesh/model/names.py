"""The nearest of several names: the one way in which the project guesses what somebody meant."""

import re
from collections.abc import Iterable

__all__ = ["distance", "nearest"]

_MOST = 200
"""Names that are compared with one: of more, those with its first or last letters, or thousands would take minutes."""

_NUMBERS = re.compile("[0-9]+")


def distance(left: str, right: str, limit: int) -> int:
    """Edits between two names: insert, delete, replace, or swap two neighbours (optimal string alignment).

    Returns:
        The number of edits, or `limit + 1` as soon as it must be larger than `limit`.
    """
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def nearest(name: str, known: Iterable[str], *, unique: bool = False) -> str | None:
    """The known name that needs the fewest edits, if it is near enough to be what was meant.

    Near enough is one edit for up to four characters, two for up to nine, three above; case and `-_` do not count.
    Names that differ in their numbers alone, such as `v1` and `v2`, are meant to differ.

    Args:
        name: What was written.
        known: What could have been meant.
        unique: Answer only if no other name is as near.
    """
    wanted = _folded(name)[:80]
    limit = 1 if len(wanted) <= 4 else 2 if len(wanted) <= 9 else 3
    similar = {k for k in known if abs(len(_folded(k)) - len(wanted)) <= limit and k != name}
    if len(similar) > _MOST:
        ends = name[:3], name[-3:]
        similar = {k for k in similar if k[:3] == ends[0] or k[-3:] == ends[1]}
    others = (k for k in sorted(similar)[:_MOST] if not _numbered_alike(name, k))
    ranked = sorted((distance(wanted, _folded(k), limit), k) for k in others)
    if not ranked or ranked[0][0] > limit:
        return None
    if unique and len(ranked) > 1 and ranked[1][0] == ranked[0][0]:
        return None
    return ranked[0][1]


def _numbered_alike(left: str, right: str) -> bool:
    return _NUMBERS.sub("0", left) == _NUMBERS.sub("0", right)


def _folded(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
