"""Finds the metrics that a query of Prometheus asks for, so that rules can hold them against what meshes report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["PROGRAM", "Matcher", "Series", "quantiles_compared", "series"]

PROGRAM = "promql"
"""Stands for the program where a query in text is handed on as a command: its first word, the query its second."""

_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`"
_TOKEN = re.compile(rf"{_STRING}|#[^\n]*|(?<![\w.:])(?P<name>[A-Za-z_:][\w:]*)|(?P<braces>\{{)")
_BRACES = re.compile(rf"\s*\{{(?P<inside>(?:{_STRING}|[^{{}}\"'`])*)\}}")
_LABELS = re.compile(r"\s*\([^()]*\)")
_CALL = re.compile(r"\s*(?:\(|(?:by|without)\b)", re.IGNORECASE)
_MATCHER = re.compile(rf"(?<!\w)([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*({_STRING})")
_LISTS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_WORDS = frozenset({"and", "or", "unless", "offset", "bool", "inf", "nan", "atan2"})
_QUANTILE = re.compile(r"\bhistogram_quantile\s*\(")
_CALL_LENGTH = 4_000
_BRACKET = re.compile(rf"{_STRING}|#[^\n]*|[()]")
_BOUND = re.compile(r"\s*(?:>=?|<=?)\s*(?:bool\s+)?(\d+(?:\.\d*)?|\.\d+)(?![\w.]|\s*[*/])")


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on a label: `label`, one of `=`, `!=`, `=~`, `!~`, and the text compared with."""

    label: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Series:
    """One selector of a query: the metric, with an empty name where only labels choose, and its conditions."""

    metric: str
    matchers: tuple[Matcher, ...]

    @property
    def labels(self) -> frozenset[str]:
        """Labels that conditions are set on."""
        return frozenset(matcher.label for matcher in self.matchers)

    def asks(self, label: str, value: str) -> bool:
        """Whether one condition is that a label has exactly this value."""
        return Matcher(label, "=", value) in self.matchers


def series(query: str) -> Iterator[Series]:
    """Every selector of a query, in order.

    Strings, comments, functions and the lists of labels behind `by` and `on` are passed over. Text that is no query
    yields words of it as metrics: ask only for names that you know.
    """
    place = 0
    while (token := _TOKEN.search(query, place)) is not None:
        place = token.end()
        name = token["name"]
        if name is None and token["braces"] is None:
            continue
        if name and name.lower() in _LISTS:
            listed = _LABELS.match(query, place)
            place = listed.end() if listed else place
        elif name is None or (name.lower() not in _WORDS and not _CALL.match(query, place)):
            braces = _BRACES.match(query, place if name else token.start())
            place = braces.end() if braces else place
            yield _series(name or "", braces["inside"] if braces else "")


def quantiles_compared(query: str) -> Iterator[tuple[str, float]]:
    """The text of each `histogram_quantile(…)` that is compared with a number, and the number."""
    for call in _QUANTILE.finditer(query):
        depth, end = 1, None
        for bracket in _BRACKET.finditer(query, call.end(), call.end() + _CALL_LENGTH):
            depth += {"(": 1, ")": -1}.get(bracket[0], 0)
            if depth == 0:
                end = bracket.end()
                break
        bound = _BOUND.match(query, end) if end is not None else None
        if bound is not None:
            yield query[call.start() : end], float(bound[1])


def _series(name: str, inside: str) -> Series:
    found = tuple(Matcher(label, operator, text[1:-1]) for label, operator, text in _MATCHER.findall(inside))
    named = next((one.value for one in found if one.label == "__name__" and one.operator == "="), "")
    return Series(name or named, found)
