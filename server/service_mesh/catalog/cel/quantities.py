"""Quantities of Kubernetes, `500m` or `1Gi`, as CEL values.

Source: k8s.io/apimachinery, pkg/api/resource/quantity.go; k8s.io/apiserver, pkg/cel/library/quantity.go.
"""

import re
from collections.abc import Mapping
from fractions import Fraction

from service_mesh.catalog.formats import FORMATS

__all__ = ["amount_of", "is_quantity", "quantity", "quantity_from"]

Value = Mapping[str, object]

_PARTS = re.compile(r"([+-]?[0-9.]+)([A-Za-z]*)([+-]?[0-9]*)")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_LONGEST = 64
_LARGEST_POWER = 100


def is_quantity(text: str) -> bool:
    """Whether a text is a quantity."""
    return len(text) <= _LONGEST and FORMATS["quantity"](text) and abs(_power(text)) <= _LARGEST_POWER


def quantity(text: str) -> Value:
    """A quantity; two of the same amount are equal however they are written.

    Raises:
        ValueError: The text is none.
    """
    if not is_quantity(text):
        raise ValueError("no quantity")
    number, suffix, _ = _parts(text)
    power = Fraction(2) ** _BINARY[suffix] if suffix in _BINARY else Fraction(10) ** _power(text)
    return quantity_from(Fraction(number) * power)


def quantity_from(amount: Fraction) -> Value:
    """A quantity of an amount."""
    return {"quantity": f"{amount.numerator}/{amount.denominator}"}


def amount_of(value: Value) -> Fraction:
    """The amount of a quantity."""
    return Fraction(str(value["quantity"]))


def _parts(text: str) -> tuple[str, str, str]:
    match = _PARTS.fullmatch(text)
    return (match[1], match[2], match[3]) if match else ("0", "", "")


def _power(text: str) -> int:
    _, suffix, exponent = _parts(text)
    if exponent:
        return int(exponent)
    return _DECIMAL.get(suffix, 0)
