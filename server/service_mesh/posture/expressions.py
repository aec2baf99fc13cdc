"""Regular expressions of policies, which are other people's: answered where that takes little time for certain."""

import re

from service_mesh.model.re2 import regex_fault

__all__ = ["matches_whole"]

_LONGEST_PATTERN = 300
_LONGEST_TEXT = 1_000
_MOST_REPEATS = 2
_LITERAL = re.compile(r"[A-Za-z0-9/_\-~:,;=@%&!'\" ]*")
_REPEATS = re.compile(r"(?<!\\)[*+{]")
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_ODD = re.compile(r"\\[^dDwWsS.\\/?*+()\[\]{}|^$\-#&~]|\(\?|\[\[")


def matches_whole(pattern: str, text: str) -> bool | None:
    """Tell whether a pattern of RE2 matches a whole text; None where that is not answered here.

    Patterns that are long, repeat a group or have many repetitions could take for ever in an engine that goes back,
    and some syntax means something else to RE2.

    Args:
        pattern: The pattern.
        text: The text.
    """
    if _LITERAL.fullmatch(pattern):
        return pattern == text
    if len(pattern) > _LONGEST_PATTERN or len(text) > _LONGEST_TEXT or regex_fault(pattern):
        return None
    if len(_REPEATS.findall(pattern)) > _MOST_REPEATS or _REPEATED_GROUP.search(pattern) or _ODD.search(pattern):
        return None
    try:
        return re.fullmatch(pattern, text, re.ASCII) is not None
    except re.error:
        return None
