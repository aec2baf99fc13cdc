"""How counts and texts of a cluster are put into sentences."""

__all__ = ["counted", "told"]

_LONGEST = 160


def counted(number: int, noun: str) -> str:
    """A number and its noun: `1 pod`, `3 pods`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def told(text: str) -> str:
    """A text that a cluster gave, on one line, without a full stop at its end, and cut where it is long."""
    line = " ".join(text[: 4 * _LONGEST].split()).rstrip(".")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
