"""The functions that Kubernetes adds to CEL and the library lacks, as plain Python functions with their types.

Source: k8s.io/apiserver, pkg/cel/library. Not had: `indexOf` and `lastIndexOf` of lists, `string()` of an address,
`format.named`, semantic versions, macros of two variables. A rule that uses one of them is not checked.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import cast

from service_mesh.catalog.cel import addresses
from service_mesh.catalog.cel.quantities import amount_of, is_quantity, quantity, quantity_from
from service_mesh.catalog.constraints.forms import is_ip
from service_mesh.catalog.constraints.urls import Url, parse_url
from service_mesh.catalog.formats import FORMATS

__all__ = ["FORMAT_NAMES", "OUT_OF_REACH", "Function", "functions"]

Value = Mapping[str, object]

OUT_OF_REACH = "beyond what is searched here"
"""Text of an error that says nothing about the object: the rule is not checked."""

_LONGEST_SEARCHED = 256
_REPEATED_GROUP = re.compile(r"\)[*+{?]")
_REPEATS = re.compile(r"(?<!\\)[*+{]")
_MOST_REPEATS = 3

_LABEL = r"[a-z0-9]+(?:-+[a-z0-9]+)*"
_DOTTED = rf"{_LABEL}(?:\.{_LABEL})*"
_NAMES: Mapping[str, tuple[str, int]] = {
    "dns1123Label": (_LABEL, 63),
    "dns1123Subdomain": (_DOTTED, 253),
    "dns1035Label": (r"[a-z][-a-z0-9]*(?<!-)", 63),
    "dns1123LabelPrefix": (rf"{_LABEL}-?", 63),
    "dns1123SubdomainPrefix": (rf"{_DOTTED}-?", 253),
    "dns1035LabelPrefix": (r"[a-z][-a-z0-9]*", 63),
    "qualifiedName": (rf"(?:{_DOTTED}/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{{0,61}}[A-Za-z0-9])?", 317),
    "labelValue": (r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?", 63),
}
_STRINGS = {"uri": "", "uuid": "uuid", "byte": "byte", "date": "date", "datetime": "datetime"}
FORMAT_NAMES = (*_NAMES, *_STRINGS)
"""Names behind `format.`."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function of CEL.

    Attributes:
        name: As rules write it.
        takes: Types: `string`, `int`, `list` or `map`; the library finds no function for a value of type `any`.
        gives: The type of the answer: one of these, `bool`, `double` or `any`.
        call: The function; a ValueError or KeyError of it is an error of the rule.
        is_member: Whether the first argument stands before the dot.
    """

    name: str
    takes: tuple[str, ...]
    gives: str
    call: Callable[..., object]
    is_member: bool = False


def functions() -> list[Function]:
    """Every function; overloads share a name."""
    return [*_urls(), *_addresses(), *_quantities(), *_lists(), *_sets(), *_texts()]


def _urls() -> list[Function]:
    parts: Mapping[str, Callable[[Value], object]] = {
        "getScheme": lambda url: url["scheme"],
        "getHost": lambda url: url["host"],
        "getHostname": lambda url: url["hostname"],
        "getPort": lambda url: url["port"],
        "getEscapedPath": lambda url: url["path"],
    }
    return [
        Function("url", ("string",), "map", _url),
        Function("isURL", ("string",), "bool", lambda text: parse_url(text) is not None),
        *(Function(name, ("map",), "string", part, is_member=True) for name, part in parts.items()),
    ]


def _url(text: str) -> Value:
    url = parse_url(text)
    if url is None:
        raise ValueError("no URL")
    return _url_value(url)


def _url_value(url: Url) -> Value:
    names = ("scheme", "host", "hostname", "port", "path")
    return {name: cast(str, getattr(url, name)) for name in names}


def _addresses() -> list[Function]:
    qualities = {
        "isUnspecified": "unspecified",
        "isLoopback": "loopback",
        "isLinkLocalMulticast": "link_local_multicast",
        "isLinkLocalUnicast": "link_local_unicast",
        "isGlobalUnicast": "global_unicast",
    }
    member = partial(Function, is_member=True)
    return [
        Function("isIP", ("string",), "bool", is_ip),
        Function("ip", ("string",), "map", addresses.ip),
        member("ip", ("map",), "map", lambda value: addresses.ip(str(value["cidr"]).partition("/")[0])),
        Function("ip.isCanonical", ("string",), "bool", addresses.is_canonical_ip),
        member("family", ("map",), "int", addresses.ip_family),
        *(
            member(name, ("map",), "bool", partial(_has_quality, quality=quality))
            for name, quality in qualities.items()
        ),
        Function("isCIDR", ("string",), "bool", addresses.is_cidr),
        Function("cidr", ("string",), "map", addresses.cidr),
        *(
            member(name, ("map", kind), "bool", addresses.cidr_contains)
            for name in ("containsIP", "containsCIDR")
            for kind in ("map", "string")
        ),
        member("masked", ("map",), "map", addresses.masked),
        member("prefixLength", ("map",), "int", addresses.prefix_length),
    ]


def _has_quality(value: Value, quality: str) -> bool:
    return addresses.ip_is(value, quality)


def _quantities() -> list[Function]:
    member = partial(Function, is_member=True)
    return [
        Function("quantity", ("string",), "map", quantity),
        Function("isQuantity", ("string",), "bool", is_quantity),
        member("sign", ("map",), "int", lambda value: (amount_of(value) > 0) - (amount_of(value) < 0)),
        member("isInteger", ("map",), "bool", lambda value: amount_of(value).denominator == 1),
        member("asInteger", ("map",), "int", _as_integer),
        member("asApproximateFloat", ("map",), "double", lambda value: float(amount_of(value))),
        *(member("add", ("map", kind), "map", _sum) for kind in ("map", "int")),
        *(member("sub", ("map", kind), "map", _difference) for kind in ("map", "int")),
        member("compareTo", ("map", "map"), "int", _compare),
        member("isGreaterThan", ("map", "map"), "bool", lambda one, other: _compare(one, other) > 0),
        member("isLessThan", ("map", "map"), "bool", lambda one, other: _compare(one, other) < 0),
    ]


def _as_integer(value: Value) -> int:
    amount = amount_of(value)
    if amount.denominator != 1:
        raise ValueError("no whole number")
    return int(amount)


def _sum(one: Value, other: Value | int) -> Value:
    return quantity_from(amount_of(one) + _amount(other))


def _difference(one: Value, other: Value | int) -> Value:
    return quantity_from(amount_of(one) - _amount(other))


def _amount(value: Value | int) -> Fraction:
    return Fraction(value) if isinstance(value, int) else amount_of(value)


def _compare(one: Value, other: Value) -> int:
    difference = amount_of(one) - amount_of(other)
    return (difference > 0) - (difference < 0)


def _lists() -> list[Function]:
    member = partial(Function, is_member=True)
    return [
        member("isSorted", ("list",), "bool", _is_sorted),
        member("sum", ("list",), "any", lambda items: sum(items)),
        member("min", ("list",), "any", lambda items: min(items)),
        member("max", ("list",), "any", lambda items: max(items)),
    ]


def _is_sorted(items: Sequence[float]) -> bool:
    return all(one <= other for one, other in pairwise(items))


def _sets() -> list[Function]:
    two = ("list", "list")
    return [
        Function("sets.contains", two, "bool", _contains),
        Function("sets.equivalent", two, "bool", lambda one, other: _contains(one, other) and _contains(other, one)),
        Function("sets.intersects", two, "bool", lambda one, other: any(item in other for item in one)),
    ]


def _contains(items: Sequence[object], others: Sequence[object]) -> bool:
    return all(other in items for other in others)


def _texts() -> list[Function]:
    member = partial(Function, is_member=True)
    made = [Function(f"format.{name}", (), "map", partial(_format, name)) for name in FORMAT_NAMES]
    return [
        member("violations", ("map", "string"), "list", _violations),
        member("find", ("string", "string"), "string", _find),
        member("findAll", ("string", "string"), "list", _find_all),
        member("findAll", ("string", "string", "int"), "list", _find_all),
        *made,
    ]


def _format(name: str) -> Value:
    return {"format": name}


def _violations(value: Value, text: str) -> list[str]:
    """What is wrong with a text; empty where it has the form."""
    name = str(value["format"])
    if name == "uri":
        is_so = parse_url(text) is not None
    elif name in _STRINGS:
        is_so = FORMATS[_STRINGS[name]](text)
    else:
        pattern, longest = _NAMES[name]
        is_so = len(text) <= longest and re.fullmatch(pattern, text) is not None
    return [] if is_so else [f"no {name}"]


def _find(text: str, pattern: str) -> str:
    found = _regex(text, pattern).search(text)
    return found[0] if found else ""


def _find_all(text: str, pattern: str, most: int = -1) -> list[str]:
    found = [match[0] for match in _regex(text, pattern).finditer(text)]
    return found if most < 0 else found[:most]


def _regex(text: str, pattern: str) -> re.Pattern[str]:
    """The pattern, if Python's engine, which goes back and tries again, comes to an end with it soon."""
    is_short = len(text) <= _LONGEST_SEARCHED and len(pattern) <= _LONGEST_SEARCHED
    if not is_short or _REPEATED_GROUP.search(pattern) or len(_REPEATS.findall(pattern)) > _MOST_REPEATS:
        raise ValueError(OUT_OF_REACH)
    return re.compile(pattern)
