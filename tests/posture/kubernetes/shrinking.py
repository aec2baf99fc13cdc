"""Makes a world in which two evaluators differ as small as it can be while they still do."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.posture.kubernetes.naive import Object

__all__ = ["Dispute", "shrunk"]

Dispute = tuple[str, str]
"""The verdicts of the posture and of the naive evaluator, where they differ."""

_KEPT = frozenset(
    {"apiVersion", "kind", "metadata", "name", "namespace", "action", "priority", "protocol", "operator", "key"}
)
"""Fields that the naive evaluators take for granted."""


def shrunk(objects: Sequence[Object], dispute: Callable[[Sequence[Object]], Dispute | None]) -> list[Object]:
    """The same dispute in as few objects, rules, fields and values as it needs."""
    current, held = list(objects), dispute(objects)
    found: list[Object] | None = current
    while found is not None:
        current = found
        found = next((one for one in _smaller(current) if _still(one, dispute) == held), None)
    return current


def _still(objects: list[Object], dispute: Callable[[Sequence[Object]], Dispute | None]) -> Dispute | None:
    try:
        return dispute(objects)
    except (AssertionError, AttributeError, KeyError, IndexError, StopIteration, TypeError, ValueError):
        return None  # what the call needs, or what the naive one takes for granted, is gone


def _smaller(objects: list[Object]) -> Iterator[list[Object]]:
    for index in range(len(objects)):
        yield [*objects[:index], *objects[index + 1 :]]
    for index, one in enumerate(objects):
        yield from ([*objects[:index], less, *objects[index + 1 :]] for less in _without(one))


def _without(value: Any) -> Iterator[Any]:
    """A value with one of its parts left out, the greater parts first."""
    if isinstance(value, dict):
        for key, held in value.items():
            if key not in _KEPT:
                yield {other: kept for other, kept in value.items() if other != key}
            yield from ({**value, key: less} for less in _without(held))
    elif isinstance(value, list):
        for index, held in enumerate(value):
            yield [*value[:index], *value[index + 1 :]]
            yield from ([*value[:index], less, *value[index + 1 :]] for less in _without(held))
