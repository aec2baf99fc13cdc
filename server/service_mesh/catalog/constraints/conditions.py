"""Shapes of constraints that tie a field to the value of another, most of all the branches of a union to its type."""

from collections.abc import Callable, Collection, Iterator

from service_mesh.catalog.constraints.constraint import Break, Check, Manner, has, items_of, read_at
from service_mesh.catalog.constraints.presence import FORBIDDEN, REQUIRED, all_of, or_list
from service_mesh.catalog.wording import quoted

__all__ = ["each_item", "needed_for", "not_for", "only_for", "pair_among", "set_exactly_for", "when"]


def needed_for(key: str, values: Collection[str], name: str, *, filled: bool = False) -> Check:
    """Where `key` has one of the values, the field `name` is there.

    Args:
        key: The deciding field.
        values: Its values.
        name: The field that is needed then.
        filled: Whether an empty text or list is as good as none.
    """

    def check(value: object) -> Iterator[Break]:
        chosen = read_at(value, key)
        if not isinstance(chosen, str) or chosen not in values:
            return
        if not has(value, name):
            text = f"{quoted(name)} is missing for {key} {quoted(chosen)}"
            yield Break(REQUIRED, (), text, Manner.ABSENT, (key,))
        elif filled and not read_at(value, name):
            yield Break(REQUIRED, (name,), f"{quoted(name)} is empty for {key} {quoted(chosen)}", other=(key,))

    return check


def only_for(key: str, values: Collection[str], name: str, *, filled: bool = False) -> Check:
    """The field `name` stands only where `key` has one of the values.

    Args:
        key: The deciding field; where it is absent the field may not stand.
        values: Its values.
        name: The field that is allowed then.
        filled: Whether an empty text or list is as good as none, and may stand.
    """

    def check(value: object) -> Iterator[Break]:
        if not has(value, name) or (filled and not read_at(value, name)):
            return
        chosen = read_at(value, key)
        if chosen not in values:
            given = f"{key} {quoted(chosen)}" if chosen is not None else f"no {key}"
            text = f"{quoted(name)} stands beside {given}, it belongs to {key} {or_list(values)}"
            yield Break(FORBIDDEN, (name,), text, other=(key,))

    return check


def not_for(key: str, values: Collection[str], name: str, *, filled: bool = False) -> Check:
    """The field `name` does not stand where `key` has one of the values.

    Args:
        key: The deciding field.
        values: Its values.
        name: The field that is refused then.
        filled: Whether an empty text or list is as good as none, and may stand.
    """

    def check(value: object) -> Iterator[Break]:
        chosen = read_at(value, key)
        if not has(value, name) or chosen not in values or (filled and not read_at(value, name)):
            return
        text = f"{quoted(name)} stands beside {key} {quoted(chosen)}, which takes none"
        yield Break(FORBIDDEN, (name,), text, other=(key,))

    return check


def set_exactly_for(key: str, chosen: str, name: str) -> Check:
    """The field `name` stands where `key` has the value, and nowhere else."""
    return all_of(needed_for(key, (chosen,), name), only_for(key, (chosen,), name))


def pair_among(first: str, second: str, pairs: Collection[tuple[str, str]], text: str) -> Check:
    """Two fields together have one of the pairs of values; a map without one of the two breaks it.

    Args:
        first: A field.
        second: The other field.
        pairs: Their values.
        text: What a pair is when it is none of them.
    """

    def check(value: object) -> Iterator[Break]:
        if not isinstance(value, dict):
            return
        for name in (first, second):
            if not has(value, name):
                yield Break(REQUIRED, (), f"{quoted(name)} is missing", Manner.ABSENT)
                return
        if (value[first], value[second]) not in pairs:
            shown = f"{first} {quoted(value[first])} with {second} {quoted(value[second])}"
            yield Break("SC135", (second,), f"{shown} {text}", other=(first,))

    return check


def when(is_so: Callable[[object], bool], check: Check) -> Check:
    """The check, asked only of values of which something is so."""

    def checked(value: object) -> Iterator[Break]:
        if is_so(value):
            yield from check(value)

    return checked


def each_item(check: Check) -> Check:
    """The check, asked of every item of a list."""

    def checked(value: object) -> Iterator[Break]:
        for index, item in enumerate(items_of(value)):
            for found in check(item):
                other = None if found.other is None else (index, *found.other)
                yield Break(found.code, (index, *found.path), found.text, found.manner, other)

    return checked
