"""Shapes of constraints about which fields may, must or must not stand beside each other."""

from collections.abc import Collection, Iterator

from service_mesh.catalog.constraints.constraint import Break, Check, Manner, has, read_at
from service_mesh.catalog.wording import quoted

__all__ = [
    "EXCLUSIVE",
    "FORBIDDEN",
    "REQUIRED",
    "all_of",
    "at_least_one",
    "at_most_one",
    "exactly_one",
    "exactly_one_beside",
    "excludes",
    "or_list",
]

EXCLUSIVE = "SC130"
REQUIRED = "SC131"
FORBIDDEN = "SC132"


def at_most_one(*names: str, filled: bool = False) -> Check:
    """Two of the fields never stand together; with `filled`, an empty text or list is as good as none."""

    def check(value: object) -> Iterator[Break]:
        given = [name for name in names if _is_given(value, name, filled=filled)]
        for name in given[1:]:
            yield _clash(name, given[0])

    return check


def at_least_one(*names: str, filled: bool = False) -> Check:
    """One of the fields is there; with `filled`, an empty text or list is as good as none."""

    def check(value: object) -> Iterator[Break]:
        if isinstance(value, dict) and not any(_is_given(value, name, filled=filled) for name in names):
            yield Break(REQUIRED, (), f"{or_list(names)} is missing", Manner.ABSENT)

    return check


def exactly_one(*names: str) -> Check:
    """One of the fields is there, and no other of them."""
    return all_of(at_least_one(*names), at_most_one(*names))


def exactly_one_beside(needed: Collection[str], *names: str) -> Check:
    """All of `needed` are there, and exactly one of `names`."""
    one = exactly_one(*names)

    def check(value: object) -> Iterator[Break]:
        for name in needed:
            if isinstance(value, dict) and not has(value, name):
                yield Break(REQUIRED, (), f"{quoted(name)} is missing", Manner.ABSENT)
        yield from one(value)

    return check


def excludes(names: Collection[str], others: Collection[str]) -> Check:
    """Where any of `names` stands, none of `others` does."""

    def check(value: object) -> Iterator[Break]:
        given = next((name for name in names if has(value, name)), None)
        if given is not None:
            for other in others:
                if has(value, other):
                    yield _clash(other, given)

    return check


def all_of(*checks: Check) -> Check:
    """Every one of the checks."""

    def check(value: object) -> Iterator[Break]:
        for each in checks:
            yield from each(value)

    return check


def or_list(names: Collection[str]) -> str:
    """Names in quotes, joined by `or`: `'a', 'b' or 'c'`."""
    *rest, last = (quoted(name) for name in names)
    return f"{', '.join(rest)} or {last}" if rest else last


def _is_given(value: object, name: str, *, filled: bool) -> bool:
    return has(value, name) and (not filled or bool(read_at(value, name)))


def _clash(name: str, other: str) -> Break:
    return Break(EXCLUSIVE, (name,), f"{quoted(name)} stands beside {quoted(other)}, which it excludes", other=(other,))
