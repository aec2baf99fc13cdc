"""Answers with a third value that say what would settle them, so that nobody has to guess what to give."""

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["NO", "YES", "Answer", "all_of", "answer_of", "any_of", "negated", "unknown"]


class Answer(NamedTuple):
    """Yes, no, or not known.

    Attributes:
        value: The answer; None where it is not known.
        missing: What would have to be known, where it is not; never empty then.
    """

    value: bool | None
    missing: tuple[str, ...] = ()


YES = Answer(True)
NO = Answer(False)


def answer_of(value: bool | None, missing: str) -> Answer:
    """An answer of three values, with what is missing where it is not known."""
    return unknown(missing) if value is None else YES if value else NO


def unknown(missing: str) -> Answer:
    """An answer that is not known for want of something."""
    return Answer(None, (missing,))


def negated(answer: Answer) -> Answer:
    """The opposite; what is not known stays so."""
    return answer if answer.value is None else NO if answer.value else YES


def any_of(answers: Iterable[Answer]) -> Answer:
    """Whether one answer is yes, which ends the search; no for none at all."""
    missing: dict[str, None] = {}
    for answer in answers:
        if answer.value:
            return YES
        missing.update(dict.fromkeys(answer.missing))
    return Answer(None, tuple(missing)) if missing else NO


def all_of(answers: Iterable[Answer]) -> Answer:
    """Whether every answer is yes; one no ends the search, and none at all is yes."""
    missing: dict[str, None] = {}
    for answer in answers:
        if answer.value is False:
            return NO
        missing.update(dict.fromkeys(answer.missing))
    return Answer(None, tuple(missing)) if missing else YES
