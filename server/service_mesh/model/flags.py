"""Switches as Go reads them out of text: environment of istiod, annotations of policies."""

__all__ = ["parse_bool"]

_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})
_FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})


def parse_bool(text: str) -> bool | None:
    """The value of a switch, or None for every other text (Go: strconv.ParseBool)."""
    if text in _TRUE:
        return True
    return False if text in _FALSE else None
