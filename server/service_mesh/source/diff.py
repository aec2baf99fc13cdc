"""Changes as a unified diff that `patch` and `git apply` take."""

import difflib

__all__ = ["unified_diff"]

_NO_NEWLINE = "\\ No newline at end of file\n"


def unified_diff(name: str, before: str, after: str) -> str:
    """The change of one text with three lines of context; empty where nothing changed.

    Args:
        name: The file's name; quoted as git does where it holds quotes, backslashes or characters without a shape.
        before: The text as it was.
        after: The text as it is to be.
    """
    old, new = (f"{side}/{name.lstrip('/')}" for side in "ab")
    lines = difflib.unified_diff(_lines(before), _lines(after), _quoted(old), _quoted(new))
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in lines)


def _lines(text: str) -> list[str]:
    """Lines by LF alone: a diff knows no other line break, and a CR before it is part of the line."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _quoted(name: str) -> str:
    if name.isprintable() and not set('"\\') & set(name):
        return f"{name}\t" if " " in name else name  # git ends such a name with a tab
    return '"' + "".join(_escaped(character) for character in name) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\{byte:03o}" for byte in character.encode("utf-8", "backslashreplace"))
