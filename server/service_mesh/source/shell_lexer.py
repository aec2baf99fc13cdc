"""Cuts shell text into words and operators without running any of it, so that commands in guides can be looked at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple

__all__ = ["Lexer", "Sign", "Token"]

_PLAIN = re.compile(r"[^\s'\"\\$`;&|()<>{#]+(?:#+[^\s'\"\\$`;&|()<>{#]*)*")
_BLANK = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\n\s*")
_QUOTED = re.compile(r"[^\"\\$`]+")
_DOLLAR = re.compile(r"\$(?:\{(?:[^{}\n]|\{[^{}\n]*\})*\}|\w+|[@*#?$!-])?")
_MOUSTACHE = re.compile(r"\{\{[^{}\n]{0,200}\}\}|\{")
_ANGLE = re.compile(r"<[A-Za-z$_][\w$.:/-]{0,60}(?: [\w$.:/-]{1,60}){0,6}>")
_REDIRECT = re.compile(r"<<<|<<-?|<&|<>|<|>>|>&|>\||>")
_CONTROL = re.compile(r"&&|\|\||\|&|;;&?|;&|&>>?|[;&|]")
_DELIMITER = re.compile(r"[A-Za-z_][\w.-]*\Z")
_JOIN = re.compile(r"\\\r?\n")
_DEPTH = 60


class Sign(Enum):
    """What a token is."""

    WORD = auto()
    CONTROL = auto()
    REDIRECT = auto()
    NEWLINE = auto()
    OPEN = auto()
    CLOSE = auto()
    HEREDOC = auto()


class Token(NamedTuple):
    """A piece of shell text.

    The tokens of a substitution stand before the word that holds it, between OPEN and CLOSE.

    Attributes:
        sign: What it is.
        start: Offset of its first character; of a here-document, of its body.
        end: Offset behind its last character.
        text: A word without its quotes, an operator, what opens a group, or `literal` for a here-document whose
            body the shell leaves as it is.
    """

    sign: Sign
    start: int
    end: int
    text: str


@dataclass(slots=True)
class _Frame:
    """A group that is open: what closes it and the word that is being put together in it."""

    closer: str
    begin: int = -1
    parts: list[str] = field(default_factory=list)
    quoted: bool = False


class Lexer:
    """Reads a range of a text once, from left to right, in time proportional to its length.

    Anything can be given to it: quotes that are never closed are plain characters, groups end with the range. Put
    `position` somewhere else and ask for the tokens again to leave lines out.

    Args:
        text: The whole text; offsets of tokens count in it.
        start: First offset to read.
        end: Offset to stop at.
        prompted: Lines that go on may start with the prompt `> `.
    """

    def __init__(self, text: str, start: int, end: int, *, prompted: bool = False) -> None:
        self.position = start
        self._text = text
        self._end = end
        self._prompted = prompted
        self._last_single = text.rfind("'", start, end)
        self._last_double = text.rfind('"', start, end)
        self._frames = [_Frame("")]
        self._delimiter_next = False
        self._here: list[tuple[str, bool]] = []
        self._out: list[Token] = []

    @property
    def nested(self) -> bool:
        """Whether a group or a double-quoted string is open."""
        return len(self._frames) > 1 or self._frames[-1].quoted

    def tokens(self) -> Iterator[Token]:
        """Yield every token from `position` on; what reaches the end of the range is closed there."""
        self._frames = [_Frame("")]
        self._here.clear()
        self._delimiter_next = False
        out = self._out = []
        while self.position < self._end:
            if self._frames[-1].quoted:
                self._quoted()
            else:
                self._bare()
            if out:
                yield from out
                out.clear()
        while len(self._frames) > 1:
            self._close(0)
        self._flush()
        yield from out

    def _bare(self) -> None:
        text, at = self._text, self.position
        plain = _PLAIN.match(text, at, self._end)
        if plain:
            self._add(at, plain[0], plain.end())
            return
        char = text[at]
        if char == "\n":
            self._newline()
        elif char.isspace():
            self._flush()
            blank = _BLANK.match(text, at, self._end)
            self.position = blank.end() if blank else at + 1
        elif char == "#":
            self._comment()
        elif char in ";&|":
            self._operator(_CONTROL, Sign.CONTROL)
        elif char in "<>":
            self._angle()
        elif char in "()":
            self._parenthesis(char)
        else:
            self._special(char)

    def _comment(self) -> None:
        at = self.position
        if self._frames[-1].begin >= 0:
            self._add(at, "#", at + 1)
        else:
            end = self._text.find("\n", at, self._end)
            self.position = end if end >= 0 else self._end

    def _special(self, char: str) -> None:
        """A character that has a meaning inside a word."""
        text, at = self._text, self.position
        if char == "'" and at < self._last_single:
            close = text.find("'", at + 1, self._end)
            self._add(at, text[at + 1 : close], close + 1)
        elif char == '"' and at < self._last_double:
            self._add(at, "", at + 1)
            self._frames[-1].quoted = True
        elif char == "\\":
            self._escape()
        elif char == "$":
            self._dollar()
        elif char == "`":
            self._backtick()
        else:
            piece = _MOUSTACHE.match(text, at, self._end)
            self._add(at, piece[0] if piece else char, piece.end() if piece else at + 1)

    def _quoted(self) -> None:
        text, at = self._text, self.position
        run = _QUOTED.match(text, at, self._end)
        if run:
            self._add(at, run[0], run.end())
        elif text[at] == '"':
            self._frames[-1].quoted = False
            self.position = at + 1
        elif text[at] == "\\":
            self._escape()
        elif text[at] == "$":
            self._dollar()
        else:
            self._backtick()

    def _dollar(self) -> None:
        text, at = self._text, self.position
        if text.startswith("$((", at):
            self._open(at, "))", 3)
        elif text.startswith("$(", at):
            self._open(at, ")", 2)
        else:
            piece = _DOLLAR.match(text, at, self._end)
            self._add(at, piece[0] if piece else "$", piece.end() if piece else at + 1)

    def _backtick(self) -> None:
        at = self.position
        if self._frames[-1].closer == "`" and not self._frames[-1].quoted:
            self._close(1)
        elif any(frame.closer == "`" for frame in self._frames):
            self._add(at, "`", at + 1)
        else:
            self._open(at, "`", 1)

    def _angle(self) -> None:
        text, at = self._text, self.position
        placeholder = _ANGLE.match(text, at, self._end)
        if placeholder:
            self._add(at, placeholder[0], placeholder.end())
        elif text.startswith(("<(", ">("), at):
            self._open(at, ")", 2)
        elif self._frames[-1].closer == "))":
            self._flush()
            self.position = at + 1
        else:
            self._operator(_REDIRECT, Sign.REDIRECT)

    def _operator(self, pattern: re.Pattern[str], sign: Sign) -> None:
        self._flush()
        found = pattern.match(self._text, self.position, self._end)
        operator = found[0] if found else self._text[self.position]
        start, self.position = self.position, self.position + len(operator)
        self._delimiter_next = operator in {"<<", "<<-"}
        redirects = sign is Sign.REDIRECT or operator in {"&>", "&>>"}
        self._out.append(Token(Sign.REDIRECT if redirects else sign, start, self.position, operator))

    def _parenthesis(self, char: str) -> None:
        at, frame = self.position, self._frames[-1]
        if char == "(":
            if frame.begin < 0 and self._text.startswith("((", at):
                self._open(at, "))", 2)
            else:
                array = frame.begin >= 0 and bool(frame.parts) and frame.parts[-1].endswith("=")
                self._open(at, ")", 1, kind="array" if array else "(")
        elif frame.closer == "))" and self._text.startswith("))", at):
            self._close(2)
        elif frame.closer in {")", "))"}:
            self._close(1)
        else:
            self._flush()
            self.position = at + 1
            self._out.append(Token(Sign.CONTROL, at, at + 1, ")"))

    def _open(self, at: int, closer: str, width: int, kind: str = "") -> None:
        kind = kind or ("((" if closer == "))" else closer if closer == "`" else "$(")
        if len(self._frames) >= _DEPTH:
            self._add(at, self._text[at : at + width], at + width)
            return
        if kind == "(" or (kind == "((" and self._text[at] == "("):
            self._flush()
        else:
            self._add(at, "$(…)", at + width)
        self.position = at + width
        self._frames.append(_Frame(closer))
        self._out.append(Token(Sign.OPEN, at, self.position, kind))

    def _close(self, width: int) -> None:
        self._flush()
        self._frames.pop()
        start, self.position = self.position, self.position + width
        self._out.append(Token(Sign.CLOSE, start, self.position, ""))

    def _escape(self) -> None:
        text, at = self._text, self.position
        join = _JOIN.match(text, at, self._end)
        if join:
            self.position = join.end()
            self._continue_line()
        else:
            self._add(at, text[at + 1 : min(at + 2, self._end)] or "\\", min(at + 2, self._end))

    def _newline(self) -> None:
        """End a line; the here-documents that it announced follow it and are reported before it."""
        self._flush()
        at, self.position = self.position, self.position + 1
        for delimiter, literal in self._here:
            self._out.append(self._here_document(delimiter, literal))
        if not self._here and not self._prompted:
            run = _LINES.match(self._text, at, self._end)
            self.position = run.end() if run else self.position
        self._here.clear()
        self._out.append(Token(Sign.NEWLINE, at, at + 1, "\n"))
        self._continue_line()

    def _here_document(self, delimiter: str, literal: bool) -> Token:
        """Guides indent whole blocks, so the delimiter may be indented."""
        close = re.compile(rf"^[ \t]*{re.escape(delimiter)}[ \t]*\r?$", re.MULTILINE)
        found = close.search(self._text, self.position, self._end)
        start, end = self.position, found.start() if found else self._end
        self.position = min(found.end() + 1, self._end) if found else self._end
        return Token(Sign.HEREDOC, start, end, "literal" if literal else "")

    def _continue_line(self) -> None:
        if self._prompted and self._text.startswith("> ", self.position):
            self.position += 2

    def _add(self, start: int, text: str, end: int) -> None:
        frame = self._frames[-1]
        if frame.begin < 0:
            frame.begin = start
        frame.parts.append(text)
        self.position = end

    def _flush(self) -> None:
        frame = self._frames[-1]
        if frame.begin < 0:
            return
        word = Token(Sign.WORD, frame.begin, self.position, "".join(frame.parts))
        frame.begin, frame.parts, frame.quoted = -1, [], False
        if self._delimiter_next:
            self._delimiter_next = False
            if _DELIMITER.match(word.text):
                self._here.append((word.text, self._text[word.start] in "'\"\\"))
        self._out.append(word)
