"""Shapes of constraints on lists: items that may not repeat or not stand together."""

from collections.abc import Callable, Iterator, Mapping

from service_mesh.catalog.constraints.constraint import Break, Check, Manner, items_of
from service_mesh.catalog.constraints.presence import EXCLUSIVE
from service_mesh.catalog.wording import quoted

__all__ = ["REPEATED", "at_most_once", "lone_item", "not_together", "or_empty", "total_at_most", "unique", "unique_by"]

REPEATED = "SC134"

Item = Mapping[str, object]
Key = Callable[[Item], object]


def unique(key: Key, text: str, name: str = "") -> Check:
    """No two items have the same key.

    Args:
        key: The key of an item; an item whose key is None is passed over.
        text: What they share, such as `the name`.
        name: The field of the item that is to blame; empty for the item itself.
    """

    def check(value: object) -> Iterator[Break]:
        seen: dict[object, int] = {}
        for index, item in enumerate(items_of(value)):
            own = key(item) if isinstance(item, dict) else None
            if own is None:
                continue
            first = seen.setdefault(own, index)
            if first != index:
                path = (index, name) if name and isinstance(item, dict) and name in item else (index,)
                yield Break(REPEATED, path, f"{{item}} has {text} of {{other}}", Manner.ITEMS, (first,))

    return check


def unique_by(name: str) -> Check:
    """No two items have the same value in a field; items without it are passed over."""

    def key(item: Item) -> object:
        value = item.get(name)
        return value if isinstance(value, str | int | float) else None

    return unique(key, f"the {name}", name)


def at_most_once(name: str, chosen: str, key: str = "type") -> Check:
    """One item at most has a value in a field.

    Args:
        name: What an item is called.
        chosen: The value.
        key: The field.
    """

    def check(value: object) -> Iterator[Break]:
        found = [i for i, item in enumerate(items_of(value)) if isinstance(item, dict) and item.get(key) == chosen]
        for index in found[1:]:
            text = f"{name} of {key} {quoted(chosen)} stands here a second time"
            yield Break(REPEATED, (index, key), text, other=(found[0], key))

    return check


def not_together(name: str, one: str, other: str, key: str = "type") -> Check:
    """Items with the one and the other value in a field do not stand in one list."""

    def check(value: object) -> Iterator[Break]:
        kinds = [item.get(key) if isinstance(item, dict) else None for item in items_of(value)]
        if one in kinds and other in kinds:
            first, last = sorted((kinds.index(one), kinds.index(other)))
            text = f"{name} of {key} {quoted(kinds[last])} stands beside one of {key} {quoted(kinds[first])}"
            yield Break(EXCLUSIVE, (last, key), text, other=(first, key))

    return check


def lone_item(item: str) -> Check:
    """An item stands alone or not at all."""

    def check(value: object) -> Iterator[Break]:
        items = items_of(value)
        if len(items) > 1 and item in items:
            yield Break(EXCLUSIVE, (items.index(item),), f"{quoted(item)} stands beside other items")

    return check


def total_at_most(name: str, most: int) -> Check:
    """The lists in a field of all items have no more than so many items together."""

    def check(value: object) -> Iterator[Break]:
        total = sum(len(items_of(item.get(name))) for item in items_of(value) if isinstance(item, dict))
        if total > most:
            yield Break("SC123", (), f"all {quoted(name)} together are {total}, more than {most}")

    return check


def or_empty(item: Item, name: str) -> object:
    """A field of an item, where absent, empty and zero are the same."""
    value = item.get(name)
    return value if isinstance(value, str | int) and value else None
