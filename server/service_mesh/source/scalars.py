"""Scalars as the API server's decoder reads them, which is neither YAML 1.1 nor YAML 1.2.

kubectl and the API server decode YAML through sigs.k8s.io/yaml, whose parser is go-yaml v2 and whose result is turned
into JSON (kubernetes-sigs/yaml: yaml.go; yaml/go-yaml, branch v2: resolve.go and decode.go). So `y` and `off` are
booleans, `012`, `0o14`, `0x1f` and `1_000` are integers, `12:30`, dates and `0.1.2` stay strings, and a whole number
written as a float (`1e3`) arrives as an integer, because JSON has only one kind of number.
"""

import base64
import math
import re
from typing import NamedTuple

__all__ = ["TAG_PREFIX", "NonJsonValueError", "key_name", "resolve_plain", "resolve_tagged"]

TAG_PREFIX = "tag:yaml.org,2002:"
"""What `!!` stands for in front of a tag's name."""

_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
_NAN = (".nan", ".NaN", ".NAN")
_INFINITY = {sign + word: sign + "inf" for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")}
_NOT_JSON = {**dict.fromkeys(_NAN, math.nan), **{word: float(value) for word, value in _INFINITY.items()}}
_STARTS = frozenset("+-.0123456789")
# strconv.ParseInt with base 0, after the parser has taken every underscore away; `0b` may be followed by a sign,
# because the parser cuts that prefix off itself.
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[oO]?(?P<octal>[0-7]+)|0[bB](?P<binary>[01]+)"
    r"|(?P<decimal>0|[1-9][0-9]*))|0b(?P<signed>[-+][01]+)"
)
# The pattern that decides whether a float is tried at all (resolve.go: yamlStyleFloat).
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
# What starts with a point goes to strconv.ParseFloat as it is, which wants a digit on both sides of an underscore.
_FRACTION = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_BASES = {"hex": 16, "octal": 8, "binary": 2, "signed": 2, "decimal": 10}
_LONGEST_INTEGER = 200  # more digits than this are no 64-bit integer, whatever their base
_EXPONENT_FROM = 1e21  # encoding/json writes larger floats with an exponent, and they stay floats


class NonJsonValueError(ValueError):
    """A scalar that YAML has and JSON has not (infinity, not-a-number): the decoder refuses the document."""


class _Float(NamedTuple):
    """A number that was read as a float, before JSON makes an integer of it where it can."""

    value: float


def resolve_plain(text: str) -> object:
    """The value of an unquoted, untagged scalar.

    Returns:
        None, bool, int, float or the text itself.

    Raises:
        NonJsonValueError: The value cannot be carried in JSON.
    """
    return _as_json(_resolve(text), text)


def resolve_tagged(tag: str, text: str) -> object:
    """The value of a scalar that names its type, such as `!!int "12"`; a tag of another sort leaves a string.

    Args:
        tag: The long form of the tag.
        text: The scalar without its quotes.

    Raises:
        ValueError: The text is not of that type, or cannot be carried in JSON.
    """
    name = tag.removeprefix(TAG_PREFIX) if tag.startswith(TAG_PREFIX) else ""
    if name == "binary":
        compact = text.replace("\n", "").replace("\r", "")
        return base64.b64decode(compact, validate=True).decode("utf-8", "replace")
    types = _TAGGED.get(name)
    if types is None:
        return text
    value = _resolve(text)
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise ValueError(text)
    return _as_json(value, text)


def key_name(text: str) -> str | None:
    """The field name that an unquoted, untagged key becomes in JSON; None for null, which the decoder refuses.

    Numbers are written by their value: `0x10` is the field `16`, `1.50` the field `1.5`.
    """
    value = _resolve(text)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return _float_name(value.value) if isinstance(value, _Float) else str(value)


_TAGGED: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, _Float),
    "bool": (bool,),
    "null": (type(None),),
}


def _resolve(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _STARTS:
        return text
    if text in _NOT_JSON:
        return _Float(_NOT_JSON[text])
    if text[0] == ".":
        return _float(text) if _FRACTION.fullmatch(text) else text
    plain = text.replace("_", "")
    if match := _INTEGER.fullmatch(plain) if len(plain) <= _LONGEST_INTEGER else None:
        base = match.lastgroup or "decimal"
        value = int(match[base], _BASES[base]) * (-1 if match["sign"] == "-" else 1)
        if -(2**63) <= value < (2**63 if match["sign"] else 2**64):
            return value
    return _float(text) if _FLOAT.fullmatch(plain) else text


def _float(text: str) -> object:
    value = float(text.replace("_", ""))
    return text if math.isinf(value) else _Float(value)  # strconv.ParseFloat reports a range error: no number


def _as_json(value: object, text: str) -> object:
    if not isinstance(value, _Float):
        return value
    number = value.value
    if not math.isfinite(number):
        raise NonJsonValueError(text)
    return int(number) if number.is_integer() and abs(number) < _EXPONENT_FROM else number


def _float_name(value: float) -> str:
    """As strconv.FormatFloat(value, 'g', -1, 32), for up to six digits."""
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    return format(value, "g")
