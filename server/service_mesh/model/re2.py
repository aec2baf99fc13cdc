"""Finds what makes a text no regular expression for Go and RE2, whose syntax Python's `re` does not share."""

import re
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["regex_fault"]

_FLAGS = re.compile(r"\(\?[imsU]*(?:-[imsU]+)?([:)])")
_NAMED = re.compile(r"\(\?P?<[A-Za-z0-9_]+>")
_COUNT = re.compile(r"\{(0|[1-9][0-9]{0,6})(?:(,)(0|[1-9][0-9]{0,6})?)?\}")
_BRACED = re.compile(r"\\[pPx]\{[^}]{0,64}\}")
_POSIX = re.compile(r"\[:\^?[a-z]+:\]")
_ESCAPES = frozenset("aftnrvAbBdDsSwWzQxpP0")
_MOST_REPEATS = 1000


@dataclass(slots=True)
class _Scan:
    """How far a text was read.

    Attributes:
        text: The text.
        at: Index of the next character.
        depth: Open groups.
        has_operand: Whether something stands there to be repeated.
        was_repeat: Whether the last thing was a repetition.
    """

    text: str
    at: int = 0
    depth: int = 0
    has_operand: bool = False
    was_repeat: bool = False


def regex_fault(text: str) -> str:
    """Say why neither Go nor RE2 can compile a text, or nothing.

    Looks for what both refuse for certain: lookaround, back references, unknown escapes, open groups and classes,
    repetition of nothing or of a repetition, counts above 1000. Names of Unicode classes are not looked up.

    Source: https://github.com/google/re2/wiki/Syntax; golang/go: src/regexp/syntax/parse.go.

    Returns:
        The fault in a few words, empty if none is certain.
    """
    scan = _Scan(text)
    while scan.at < len(text):
        was_repeat, before = scan.was_repeat, scan.at
        scan.was_repeat = False
        read = _READERS.get(text[scan.at])
        if read is None:
            scan.at, scan.has_operand = scan.at + 1, True
        elif fault := read(scan) or ("a repetition is repeated" if was_repeat and scan.was_repeat else ""):
            return fault
        assert scan.at > before
    return "a group is not closed" if scan.depth else ""


def _open(scan: _Scan) -> str:
    if scan.text.startswith("(?", scan.at):
        if match := _FLAGS.match(scan.text, scan.at):
            scan.at = match.end()
            if match[1] == ")":
                return ""
        elif match := _NAMED.match(scan.text, scan.at):
            scan.at = match.end()
        else:
            form = scan.text[scan.at : scan.at + 4 if scan.text.startswith("(?<", scan.at) else scan.at + 3]
            return f"'{form}' is not supported"
    else:
        scan.at += 1
    scan.depth, scan.has_operand = scan.depth + 1, False
    return ""


def _close(scan: _Scan) -> str:
    if not scan.depth:
        return "a group is closed that was not opened"
    scan.at, scan.depth, scan.has_operand = scan.at + 1, scan.depth - 1, True
    return ""


def _alternate(scan: _Scan) -> str:
    scan.at, scan.has_operand = scan.at + 1, False
    return ""


def _repeat(scan: _Scan) -> str:
    sign = scan.text[scan.at]
    scan.at += 1
    return _repeated(scan, sign)


def _counted(scan: _Scan) -> str:
    match = _COUNT.match(scan.text, scan.at)
    if match is None:
        scan.at, scan.has_operand = scan.at + 1, True
        return ""
    low, high = int(match[1]), int(match[3]) if match[3] else int(match[1])
    scan.at = match.end()
    if max(low, high) > _MOST_REPEATS or low > high:
        return f"the count '{match[0]}' is not valid"
    return _repeated(scan, match[0])


def _repeated(scan: _Scan, sign: str) -> str:
    if scan.text.startswith("?", scan.at):
        scan.at += 1
    scan.was_repeat = True
    return "" if scan.has_operand else f"'{sign}' stands behind nothing to repeat"


def _escape(scan: _Scan) -> str:
    text, scan.has_operand = scan.text, True
    sign = text[scan.at + 1 : scan.at + 2]
    if sign == "Q":
        end = text.find(r"\E", scan.at)
        scan.at = len(text) if end < 0 else end + 2
        return ""
    if fault := _escape_fault(text, scan.at):
        return fault
    match = _BRACED.match(text, scan.at)
    scan.at = match.end() if match else scan.at + 2
    return ""


def _escape_fault(text: str, at: int) -> str:
    sign, behind = text[at + 1 : at + 2], text[at + 2 : at + 3]
    if not sign:
        return "a backslash ends it"
    if sign in "123456789" and not (sign < "8" and behind and behind in "01234567"):
        return f"the back reference '\\{sign}' is not supported"
    is_unknown = sign.isascii() and sign.isalpha() and sign not in _ESCAPES
    return f"the escape '\\{sign}' is not supported" if is_unknown else ""


def _class(scan: _Scan) -> str:
    text = scan.text
    at = scan.at + (2 if text.startswith("[^", scan.at) else 1)
    first = at
    while at < len(text) and (text[at] != "]" or at == first):
        if fault := _range_fault(text, at):
            return fault
        # Behind a hyphen '[' is the end of a range and opens no '[:name:]'.
        is_end = at > first and text[at - 1] == "-"
        match = None if is_end else _POSIX.match(text, at) or _BRACED.match(text, at)
        at = match.end() if match else at + (2 if text[at] == "\\" else 1)
    if at >= len(text):
        return "a class is not closed"
    scan.at, scan.has_operand = at + 1, True
    return ""


def _range_fault(text: str, at: int) -> str:
    low, dash, high = text[at], text[at + 1 : at + 2], text[at + 2 : at + 3]
    is_plain = low not in "\\[-" and dash == "-" and high not in ("", "\\", "[", "]") and text[at - 1] not in "-\\"
    return f"the range '{low}-{high}' runs backwards" if is_plain and low > high else ""


_READERS: dict[str, Callable[[_Scan], str]] = {
    "(": _open,
    ")": _close,
    "|": _alternate,
    "*": _repeat,
    "+": _repeat,
    "?": _repeat,
    "{": _counted,
    "\\": _escape,
    "[": _class,
}
