r"""Regular expressions in the words of the validator: classes such as `\d` are ASCII to the API server, not Unicode.

Source: https://pkg.go.dev/regexp/syntax (Perl character classes, all ASCII-only).
"""

import re

__all__ = ["ascii_classes"]

_SETS = {"d": "0-9", "s": "\\t\\n\\f\\r ", "w": "0-9A-Za-z_"}
_TOKEN = re.compile(r"\\(?P<escaped>.)|(?P<open>\[\^?\]?)|(?P<close>\])", re.DOTALL)


def ascii_classes(regex: str) -> str:
    r"""The expression with `\d`, `\s`, `\w` and, outside of brackets, their opposites spelt out.

    Besides meaning what they mean to the API server, spelt-out classes compile many times faster where they are many.
    """
    is_inside = False

    def spelt(match: re.Match[str]) -> str:
        nonlocal is_inside
        letter = match["escaped"]
        if letter is None:
            is_inside = bool(match["open"]) or (is_inside and not match["close"])
            return match[0]
        if letter in _SETS:
            return _SETS[letter] if is_inside else f"[{_SETS[letter]}]"
        if letter.lower() in _SETS and letter.isupper() and not is_inside:
            return f"[^{_SETS[letter.lower()]}]"
        return match[0]

    return _TOKEN.sub(spelt, regex)
