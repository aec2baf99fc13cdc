"""Finds the commands of a shell block or script, so that what a guide tells people to run can be checked, never run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from service_mesh.model.command import Command, Word
from service_mesh.model.origin import Location, SourceText
from service_mesh.source.markdown import PROGRAMS, CodeBlock
from service_mesh.source.shell_lexer import Lexer, Sign, Token

__all__ = ["LIMIT", "commands", "heredoc_blocks"]

LIMIT = 262_144
"""Characters of a block that are read; what stands behind them is left out. No guide has a block of that size."""

_PROMPT = re.compile(
    r"^[ \t]*(?:(?:\([\w.-]+\) )?(?:\[?[\w.-]+@[^\s$#]+(?: [^\s$#]+)?\]?)?\$ +(?=\S)"
    r"|> (?=(?:" + "|".join(PROGRAMS) + r") ))",
    re.MULTILINE,
)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=")
_MANIFEST = re.compile(r"^(?:apiVersion|kind):\s", re.MULTILINE)
_EXPANSION = re.compile(r"(?<!\\)(?:\$[\w{(]|`)")
_LEADS = frozenset({"if", "then", "elif", "else", "while", "until", "do", "!", "{", "}", "coproc"})
_PASSES = frozenset({"for", "select", "case", "esac", "fi", "done", "in", "function", "[[", "[", "]]"})
_WRAPPERS = {
    "sudo": (frozenset("ughpCTUDRrt"), 0),
    "time": (frozenset("fo"), 0),
    "watch": (frozenset("nq"), 0),
    "xargs": (frozenset("InPLdasE"), 0),
    "env": (frozenset("uCS"), 0),
    "timeout": (frozenset("sk"), 1),
    "nice": (frozenset("n"), 0),
    "nohup": (frozenset(""), 0),
    "exec": (frozenset("a"), 0),
    "command": (frozenset(""), 0),
}
"""Programs that run the command behind their flags -> their short flags with a value, and their own arguments."""

_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ash"})
_NESTING = 4
_SNIPPET = 200


def commands(source: SourceText) -> Iterator[Command]:
    """Yield the simple commands of a shell block or script, those inside substitutions and quoted scripts too.

    Keywords, assignments that stand alone and programs that only run another one (sudo, watch, xargs, env, …) are left
    out; assignments before a program are kept beside its words. A command
    that is given as a string to a shell inside a container or on another machine keeps the words that lead there:
    `kubectl exec POD -- sh -c 'cilium status'` yields `kubectl exec POD -- cilium status` besides itself.

    In a block with prompts only the lines behind a prompt are commands. Placeholders such as `<pod>`, `${NS}` or
    `{{ x }}` are words. Nothing is raised, whatever the text. At most `LIMIT` characters are read.
    """
    return _Reader(source).commands()


def heredoc_blocks(source: SourceText) -> Iterator[CodeBlock]:
    """Yield the here-documents that hold manifests.

    Their language is `yaml`; `yaml-template` where the shell would put values in, so that the text alone is not what
    is applied.
    """
    reader = _Reader(source)
    for _ in reader.commands():
        pass
    for body in reader.bodies:
        text = source.text[body.start : body.end]
        if _MANIFEST.search(text):
            filled = not body.text and _EXPANSION.search(text)
            line = source.text.count("\n", 0, body.start)
            block = SourceText(source.name, text, source.line_offset + line, source.column_offset)
            yield CodeBlock("yaml-template" if filled else "yaml", block)


@dataclass(slots=True)
class _Group:
    """The list of commands of one group: the words so far and the pipeline that they belong to.

    Attributes:
        kind: What opened it.
        prefix: The words that lead to the place where it runs.
        expanded: It stood in double quotes, so that another shell ran its substitutions before.
        told: It is such a substitution: its commands were found where that other shell reads.
    """

    kind: str
    prefix: tuple[Word, ...]
    expanded: bool = False
    told: bool = False
    words: list[Token] = field(default_factory=list)
    pipeline: list[list[Token]] = field(default_factory=list)
    skip: bool = False

    def inner(self, token: Token, first: str) -> "_Group":
        """The group that a token opens whose first character is `first`."""
        return _Group(token.text, self.prefix, self.expanded, self.told or (self.expanded and first in "$`"))


class _Reader:
    """Puts the tokens of one text together to commands."""

    def __init__(self, source: SourceText) -> None:
        self.bodies: list[Token] = []
        self._source = source
        self._line_start, self._line_end, self._line_number = 0, -1, 0
        self._snippet = ""

    def commands(self) -> Iterator[Command]:
        text = self._source.text
        end = min(len(text), LIMIT)
        prompt = _PROMPT.search(text, 0, end)
        lexer = Lexer(text, 0, end, prompted=prompt is not None)
        if prompt is None:
            yield from self._read(lexer, _Group("", ()), 0)
        while prompt is not None:
            lexer.position = prompt.end()
            yield from self._read(lexer, _Group("", ()), 0, one=True)
            prompt = _PROMPT.search(text, lexer.position, end)

    def _read(self, lexer: Lexer, top: _Group, depth: int, *, one: bool = False) -> Iterator[Command]:
        """Read to the end of the range, or of the first complete line if `one` is wanted."""
        groups = [top]
        piped = False
        for token in lexer.tokens():
            group = groups[-1]
            if token.sign is Sign.OPEN:
                if token.text == "(":
                    if group.words and group.words[-1].end == token.start:
                        group.words.clear()  # the name of a function that is being defined
                    yield from self._end(group, depth)
                groups.append(group.inner(token, self._source.text[token.start]))
            elif token.sign is Sign.CLOSE:
                yield from self._end(groups.pop(), depth)
            elif token.sign is Sign.HEREDOC:
                self.bodies += [] if group.told else [token]
            elif token.sign is Sign.NEWLINE:
                if not (piped and not group.words):
                    yield from self._end(group, depth)
                    if one and not lexer.nested and not self._goes_on(lexer):
                        return
                continue
            else:
                yield from self._take(group, token, depth)
            piped = token.text in {"|", "|&", "&&", "||"} and token.sign is Sign.CONTROL
        yield from self._end(top, depth)

    def _goes_on(self, lexer: Lexer) -> bool:
        """Tell whether the line that was just read went on behind the prompt `> `."""
        return self._source.text.startswith("> ", lexer.position - 2) and lexer.position >= 2

    def _take(self, group: _Group, token: Token, depth: int) -> Iterator[Command]:
        if token.sign is Sign.WORD:
            if not group.skip:
                group.words.append(token)
            group.skip = False
        elif token.sign is Sign.REDIRECT:
            if group.words and group.words[-1].end == token.start and group.words[-1].text.isdigit():
                group.words.pop()
            group.skip = True
        elif token.text in {"|", "|&"}:
            group.pipeline.append(group.words)
            group.words = []
        elif token.text == ")":
            group.words.clear()
        else:
            yield from self._end(group, depth)

    def _end(self, group: _Group, depth: int) -> Iterator[Command]:
        """Close the pipeline of a group and yield its commands."""
        stages = [*group.pipeline, group.words]
        group.pipeline, group.words, group.skip = [], [], False
        if group.told or group.kind in {"((", "array"}:
            return
        reader: Command | None = None
        made: list[Command] = []
        kept = [bare for stage in stages if (bare := _bare(stage))[1]]
        for variables, words in reversed(kept):
            built = (*group.prefix, *(self._word(token) for token in words))
            reader = Command(built, reader, tuple(self._word(token) for token in variables))
            made.append(reader)
        yield from reversed(made)
        if depth < _NESTING:
            for _, words in kept:
                yield from self._scripts(group, words, depth)

    def _scripts(self, group: _Group, words: list[Token], depth: int) -> Iterator[Command]:
        """The commands inside arguments that are themselves a script."""
        text = self._source.text
        lead, script = _script(words)
        if script is None:
            return
        quote = text[script.start]
        if quote in "'\"" and script.end - script.start > 2 and text[script.end - 1] == quote:
            place = (*group.prefix, *(self._word(token) for token in lead))
            inner = _Group("", place, group.expanded or quote == '"')
            yield from self._read(Lexer(text, script.start + 1, script.end - 1), inner, depth + 1)

    def _word(self, token: Token) -> Word:
        if not self._line_start <= token.start <= self._line_end:
            self._seek(token.start)
        source = self._source
        line = source.line_offset + self._line_number + 1
        column = source.column_offset + token.start - self._line_start + 1
        return Word(token.text, Location(source.name, 1, line, column, self._snippet))

    def _seek(self, offset: int) -> None:
        """Make the line of an offset the current one."""
        text = self._source.text
        if offset >= self._line_start:
            self._line_number += text.count("\n", self._line_start, offset)
        else:
            self._line_number -= text.count("\n", offset, self._line_start)
        self._line_start = text.rfind("\n", 0, offset) + 1
        end = text.find("\n", self._line_start)
        self._line_end = end if end >= 0 else len(text)
        self._snippet = text[self._line_start : min(self._line_end, self._line_start + _SNIPPET)].rstrip("\r")


def _bare(words: list[Token]) -> tuple[list[Token], list[Token]]:
    """The assignments of a command, and it without them, keywords and programs that only run another one."""
    variables: list[Token] = []
    at = 0
    while at < len(words):
        text = words[at].text
        if text in _PASSES:
            return [], []
        if text in _LEADS or _ASSIGNMENT.match(text):
            variables += [] if text in _LEADS else [words[at]]
            at += 1
            continue
        inner = _unwrapped(words, at)
        if inner == at:
            return variables, words[at:]
        at = inner
    return [], []


def _unwrapped(words: list[Token], at: int) -> int:
    """Where the command behind a wrapper starts; `at` if the word is no wrapper or wraps nothing that can be seen."""
    known = _WRAPPERS.get(words[at].text)
    if known is None:
        return at
    valued, own = known
    inner = at + 1
    while inner < len(words) and words[inner].text.startswith("-"):
        flag = words[inner].text
        inner += 2 if len(flag) == 2 and flag[1] in valued else 1
    inner += own
    if inner >= len(words) or " " in words[inner].text:
        return at
    return inner


def _script(words: list[Token]) -> tuple[tuple[Token, ...], Token | None]:
    """An argument that is a script: the words that lead to the place where it runs, and the argument."""
    texts = [word.text for word in words]
    start = texts.index("--") + 1 if "exec" in texts and "--" in texts else 0
    lead = tuple(words[:start])
    program = texts[start].rpartition("/")[2] if start < len(texts) else ""
    if program in _SHELLS:
        for flag in range(start + 1, len(texts) - 1):
            if re.fullmatch(r"-[a-z]*c[a-z]*", texts[flag]):
                return lead, words[flag + 1]
    if program in {"watch", "ssh"} and " " in texts[-1]:
        return (lead if program == "watch" else tuple(words[:-1])), words[-1]
    return lead, None
