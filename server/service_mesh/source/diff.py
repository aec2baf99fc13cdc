"""Changes as a unified diff that `patch` and `git apply` take."""

from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

__all__ = ["HIDDEN", "unified_diff"]

HIDDEN = "(a line that is not shown)"
"""What stands in a diff instead of a line that is shown to nobody."""

_CONTEXT = 3
_NO_NEWLINE = "\\ No newline at end of file\n"
_Opcode = tuple[str, int, int, int, int]


class _ByDocument(SequenceMatcher[str]):
    """Matches documents one to one: matching takes quadratic time, and an edit adds or removes no document."""

    def __init__(self, before: list[str], after: list[str]) -> None:
        super().__init__()
        self._before = before
        self._after = after

    def get_opcodes(self) -> list[_Opcode]:  # type: ignore[override]  # the base class narrows the tags to literals
        starts_a, starts_b = _starts(self._before), _starts(self._after)
        if len(starts_a) != len(starts_b):
            starts_a, starts_b = [0, len(self._before)], [0, len(self._after)]
        opcodes: list[_Opcode] = []
        for (i1, i2), (j1, j2) in zip(pairwise(starts_a), pairwise(starts_b), strict=True):
            for tag, x1, x2, y1, y2 in _matched(self._before[i1:i2], self._after[j1:j2]):
                if opcodes and tag == opcodes[-1][0] == "equal":
                    _, x1, _, y1, _ = opcodes.pop()
                    opcodes.append((tag, x1, i1 + x2, y1, j1 + y2))
                else:
                    opcodes.append((tag, i1 + x1, i1 + x2, j1 + y1, j1 + y2))
        return opcodes


def unified_diff(
    name: str,
    before: str,
    after: str,
    first_line: int = 0,
    *,
    hidden: tuple[Collection[int], Collection[int]] = ((), ()),
) -> str:
    """The change of one text with three lines of context; empty where nothing changed.

    Args:
        name: The file's name; quoted as git does where it holds quotes, backslashes or characters without a shape.
        before: The text as it was.
        after: The text as it is to be.
        first_line: Lines above both texts in the file, where they are a part of it.
        hidden: 0-based lines of both texts that are not shown; a diff with such lines can be read and not applied.
    """
    old, new = (f"{side}/{name.lstrip('/')}" for side in "ab")
    a, b = _lines(before), _lines(after)
    if a == b:
        return ""
    lines = [f"--- {_quoted(old)}\n", f"+++ {_quoted(new)}\n"]
    groups = list(_ByDocument(a, b).get_grouped_opcodes(_CONTEXT))
    a, b = (_without(text, left_out) for text, left_out in zip((a, b), hidden, strict=True))
    for group in groups:
        lines += _hunk(group, a, b, first_line)
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in lines)


def _without(lines: list[str], hidden: Collection[int]) -> list[str]:
    return [f"{HIDDEN}\n" if number in hidden else line for number, line in enumerate(lines)] if hidden else lines


def _matched(a: list[str], b: list[str]) -> Iterator[_Opcode]:
    if a == b:
        yield "equal", 0, len(a), 0, len(b)
    else:
        yield from SequenceMatcher(None, a, b).get_opcodes()


def _starts(lines: Sequence[str]) -> list[int]:
    return [0, *(number for number, line in enumerate(lines) if number and line.startswith("---")), len(lines)]


def _hunk(group: Sequence[_Opcode], a: list[str], b: list[str], first_line: int) -> Iterator[str]:
    _, first_a, _, first_b, _ = group[0]
    _, _, last_a, _, last_b = group[-1]
    yield f"@@ -{_range(first_line, first_a, last_a)} +{_range(first_line, first_b, last_b)} @@\n"
    for tag, i1, i2, j1, j2 in group:
        if tag == "equal":
            yield from (f" {line}" for line in a[i1:i2])
        else:
            yield from (f"-{line}" for line in a[i1:i2])
            yield from (f"+{line}" for line in b[j1:j2])


def _range(above: int, start: int, stop: int) -> str:
    length = stop - start
    first = above + (start + 1 if length else start)
    return str(first) if length == 1 else f"{first},{length}"


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
