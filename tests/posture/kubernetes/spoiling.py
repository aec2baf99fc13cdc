"""Objects with one of their values replaced by one of the wrong kind, for tests that nothing fails over them."""

from collections.abc import Iterator, Mapping

__all__ = ["spoilt"]

_ODD: tuple[object, ...] = (None, 7, True, [], {}, [None], "", "*", "9" * 5_000, "\ud800", "(" * 300, -1, float("nan"))


def spoilt(value: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """An object with one of its fields or items replaced, for each of them and each odd value."""
    for key, held in value.items():
        yield from ({**value, key: other} for other in (*_ODD, *_within(held)))


def _within(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        yield from spoilt(value)
    elif isinstance(value, list):
        for index, held in enumerate(value):
            yield from ([*value[:index], other, *value[index + 1 :]] for other in (*_ODD, *_within(held)))
