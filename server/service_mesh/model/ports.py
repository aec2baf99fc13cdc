"""Port numbers that stand in texts: a text may have any length, and Python refuses to read the longest ones."""

__all__ = ["LAST_PORT", "port_in"]

LAST_PORT = 65535

_DIGITS = 20
"""More digits than any number has that a field for ports could hold; leading zeros included."""


def port_in(text: str) -> int | None:
    """The number that a text of decimal digits stands for; None for any other text and for numbers no port can have."""
    if not (text.isascii() and text.isdecimal()) or len(text) > _DIGITS:
        return None
    number = int(text)
    return number if number <= LAST_PORT else None
