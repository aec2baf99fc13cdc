"""Regular expressions of Linkerd, which are those of Rust's `regex` crate: what certainly is none."""

import re

__all__ = ["expression_fault"]

_LOOK_AROUND = re.compile(r"(?<!\\)(?:\\\\)*\(\?<?[=!]")
_BACK_REFERENCE = re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]")


def expression_fault(expression: str) -> str:
    """Say what makes a text no expression for Rust, as the end of a sentence; nothing where that is not certain.

    (https://docs.rs/regex/latest/regex/#syntax)
    """
    if _LOOK_AROUND.search(expression):
        return "look-around, which Linkerd's expressions do not have"
    if _BACK_REFERENCE.search(expression):
        return "a back-reference, which Linkerd's expressions do not have"
    return "brackets that do not match" if _is_unbalanced(expression) else ""


def _is_unbalanced(expression: str) -> bool:
    """Whether round brackets certainly do not match; not decided where a class or a comment may hold some."""
    bare = re.sub(r"\\.", "", expression, flags=re.DOTALL)
    if "[" in bare or "#" in bare:
        return "[" in bare and "]" not in bare
    depth = 0
    for character in bare:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return True
    return depth > 0
