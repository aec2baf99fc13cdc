"""Logic with a third value: None stands for what the input does not tell."""

from collections.abc import Iterable

__all__ = ["all_of", "any_of"]


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Whether one answer is yes; None where none is and one is not known."""
    is_open = False
    for answer in answers:
        if answer:
            return True
        is_open = is_open or answer is None
    return None if is_open else False


def all_of(answers: Iterable[bool | None]) -> bool | None:
    """Whether every answer is yes; None where none is no and one is not known."""
    is_open = False
    for answer in answers:
        if answer is False:
            return False
        is_open = is_open or answer is None
    return None if is_open else True
