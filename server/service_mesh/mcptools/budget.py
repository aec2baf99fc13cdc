"""Answers have a ceiling in tokens, kept without a tokenizer: bytes are enough if the ratio is on the safe side.

The two ratios were measured with the o200k vocabulary: answers of this server take 3.7 to 3.9 bytes per token; the
densest ASCII text found (random printable characters) takes 1.33, text outside ASCII down to 1.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from service_mesh.mcptools.tool import Answer

__all__ = ["DEFAULT_TOKENS", "HARD_CAP", "about", "at_most", "fits", "largest", "leading", "wire"]

T = TypeVar("T")

DEFAULT_TOKENS = 2_000
"""What an answer takes, about, unless more is asked for."""

HARD_CAP = 20_000
"""What no answer exceeds, whatever is in the manifests."""


def wire(data: object) -> str:
    """Data as it is counted: JSON without blanks."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def about(text: str) -> int:
    """Tokens that a usual answer of this length takes."""
    return len(text.encode(errors="replace")) * 2 // 7


def at_most(text: str) -> int:
    """Tokens that no text of this length exceeds."""
    total = len(text.encode(errors="replace"))
    ascii_only = sum(map(str.isascii, text)) if not text.isascii() else total
    return ascii_only * 4 // 5 + (total - ascii_only) + 1


def fits(answer: Answer, tokens: int) -> bool:
    """Tell whether text and data each stay within `tokens` (about) and within the hard cap (surely)."""
    forms = (answer.text, wire(answer.data))
    return all(about(form) <= tokens and at_most(form) <= HARD_CAP for form in forms)


def largest(count: int, accepted: Callable[[int], bool]) -> int:
    """The largest number from 0 to `count` that is accepted, where a number is accepted if a larger one is."""
    low, high = 0, count
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if accepted(middle) else (low, middle - 1)
    return low


def leading(items: Sequence[T], tokens: int, as_data: Callable[[T], Any]) -> tuple[T, ...]:
    """The first items that surely take no more than `tokens` together."""
    kept: list[T] = []
    for item in items:
        tokens -= at_most(wire(as_data(item)))
        if tokens < 0:
            break
        kept.append(item)
    return tuple(kept)
