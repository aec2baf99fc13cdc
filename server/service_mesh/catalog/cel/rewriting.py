"""Bridges what Kubernetes' CEL has and the library has not: names of fields that CEL cannot spell, optional answers."""

import re

__all__ = ["escaped", "nesting_of", "with_optional_answers"]

_RESERVED = frozenset(
    "true false null in as break const continue else for function if import let loop package namespace return".split()  # noqa: SIM905  # a list of words reads better so
)
_SPELT = re.compile(r"[A-Za-z_./-][A-Za-z0-9_./-]*")
_VALIDATE = re.compile(r"format\.\w+\(\)\.validate\(")
_MACRO = re.compile(r"\.(?:all|exists|exists_one|map|filter|sortBy)\s*\(")
_STRING = re.compile(r"""r?("{3}|'{3}|"|')""", re.IGNORECASE)


def escaped(name: str) -> str:
    """A field's name as rules spell it: `__namespace__`, `x__dash__y`; empty where rules cannot reach the field.

    Source: k8s.io/apiserver, pkg/cel/escaping.go.
    """
    if name in _RESERVED:
        return f"__{name}__"
    if not _SPELT.fullmatch(name):
        return ""
    text = name.replace("__", "__underscores__").replace(".", "__dot__")
    return text.replace("-", "__dash__").replace("/", "__slash__")


def with_optional_answers(text: str) -> str:
    """The rule with every `format.NAME().validate(X)` answering an optional, which no function of ours can."""
    blank = _without_strings(text)
    match = _VALIDATE.search(blank)
    while match:
        end = _closing(blank, match.end())
        name = text[match.start() : match.end() - len("validate(")]
        text = f"{text[: match.start()]}optional.ofNonZeroValue({name}violations({text[match.end() : end]}){text[end:]}"
        blank = _without_strings(text)
        match = _VALIDATE.search(blank)
    return text


def nesting_of(text: str) -> int:
    """How deep the macros of a rule walk lists inside one another."""
    blank, depth, deepest = _without_strings(text), 0, 0
    opened: list[bool] = []
    starts = {match.end() - 1 for match in _MACRO.finditer(blank)}
    for index, letter in enumerate(blank):
        if letter == "(":
            opened.append(index in starts)
            depth += opened[-1]
            deepest = max(deepest, depth)
        elif letter == ")" and opened:
            depth -= opened.pop()
    return deepest


def _without_strings(text: str) -> str:
    """The text with the inside of its strings blanked out, every character at its place."""
    out, position = [], 0
    while match := _STRING.search(text, position):
        end = _string_end(text, match)
        out.append(text[position : match.start()] + "_" * (end - match.start()))
        position = end
    return "".join(out) + text[position:]


def _string_end(text: str, match: re.Match[str]) -> int:
    quote, is_raw, position = match[1], match[0][0] in "rR", match.end()
    while position < len(text):
        if text[position] == "\\" and not is_raw:
            position += 2
        elif text.startswith(quote, position):
            return position + len(quote)
        else:
            position += 1
    return len(text)


def _closing(blank: str, position: int) -> int:
    depth = 1
    for index in range(position, len(blank)):
        depth += {"(": 1, ")": -1}.get(blank[index], 0)
        if depth == 0:
            return index
    return len(blank)
