"""One text for plain values that are equal, so that equal ones are found by a look-up."""

import json

__all__ = ["canonical"]

# Made once: json.dumps makes an encoder for each call with options, which costs more than the small values do.
_ENCODER = json.JSONEncoder(sort_keys=True, default=str)


def canonical(value: object) -> str:
    """The text of plain data, the same for equal data whatever the order of its fields."""
    return _ENCODER.encode(value)
