"""Words of texts for people: names of strangers made harmless, counts with their nouns."""

from collections.abc import Sequence

__all__ = ["clean", "number", "some"]


def clean(text: str) -> str:
    """Names and snippets come from strangers: no control character of theirs reaches the terminal."""
    return "".join(c if c.isprintable() else " " if c == "\t" else "\ufffd" for c in text)


def number(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def some(names: Sequence[str], count: int, most: int = 2) -> str:
    """The first of some names, and how many more of `count` there are."""
    shown = names[:most]
    more = max(count, len(names)) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
