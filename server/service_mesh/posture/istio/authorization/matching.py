"""The forms in which policies write texts: exact, `x*`, `*x`, `*`, and the few that end in a regular expression."""

import re

__all__ = ["has_other_syntax", "host_matches", "text_matches", "wild_matches"]

_SYNTAX = re.compile(r"[\\^$+?()\[\]{}|]")


def text_matches(pattern: str, text: str) -> bool:
    """Tell whether a text is meant: `*` is any text but an empty one, and stands for more only at one end.

    (`istio/istio: pilot/pkg/security/authz/matcher/string.go`, StringMatcherWithPrefix; `istio/ztunnel: src/rbac.rs`,
    StringMatch)
    """
    if pattern == "*":
        return bool(text)
    if pattern.startswith("*"):
        return text.endswith(pattern[1:])
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern


def host_matches(pattern: str, host: str) -> bool:
    """Tell whether a host is meant, whatever its letter case; a port behind it has to be written too.

    (`istio/istio: pilot/pkg/security/authz/matcher/header.go`, HostMatcher)
    """
    return pattern == "*" or text_matches(pattern.lower(), host.lower())


def has_other_syntax(pattern: str) -> bool:
    """Tell whether a pattern holds syntax of regular expressions beside `*` and `.`."""
    return _SYNTAX.search(pattern) is not None


def wild_matches(pattern: str, text: str) -> bool:
    """Tell whether a whole text is meant by a pattern with `*` for any text and `.` for any character.

    Istio puts some texts into regular expressions unquoted, so a dot in them is no dot. Pieces are looked for from the
    left one after the other, which takes no more than the product of both lengths.
    """
    head, *rest = pattern.split("*")
    if not rest:
        return _fits(head, text)
    *middle, tail = rest
    place, end = len(head), len(text) - len(tail)
    if place > end or not _fits(head, text[:place]) or not _fits(tail, text[end:]):
        return False
    for piece in middle:
        found = _find(piece, text, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return True


def _fits(piece: str, text: str) -> bool:
    if "." not in piece:
        return piece == text
    return len(piece) == len(text) and all(one in (".", other) for one, other in zip(piece, text, strict=True))


def _find(piece: str, text: str, start: int, end: int) -> int:
    if "." not in piece:
        return text.find(piece, start, end)
    places = range(start, end - len(piece) + 1)
    return next((place for place in places if _fits(piece, text[place : place + len(piece)])), -1)
