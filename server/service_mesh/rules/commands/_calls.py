"""Recognises calls of the mesh command lines, also behind `kubectl exec … --` and `ssh HOST`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.model.command import Command, Word
from service_mesh.rules.commands._cilium import CILIUM, CILIUM_DBG, HUBBLE
from service_mesh.rules.commands._istioctl import ISTIOCTL
from service_mesh.rules.commands._linkerd import LINKERD
from service_mesh.rules.commands._tool import Tool

__all__ = ["KUBECTL", "Call", "calls", "exec_parts", "flag_name", "flag_values", "is_literal"]

KUBECTL = frozenset({"kubectl", "oc", "k", "kubecolor"})
"""Programs that take the arguments of kubectl."""

_TOOLS = {program: tool for tool in (ISTIOCTL, LINKERD, CILIUM, CILIUM_DBG, HUBBLE) for program in tool.programs}
_LITERAL = re.compile(r"[a-z][a-z0-9-]*")
_SSH_VALUED = frozenset("BbcDEeFIiJLlmOopQRSWw")


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a known command line.

    Attributes:
        tool: What is known of the program.
        words: The program and all behind it.
        path: First names of the sub-commands that were recognised.
        unknown: The word that stands where a sub-command must and is none.
        rest: Words behind the sub-commands.
        inside: Whether it runs in a container.
    """

    tool: Tool
    words: tuple[Word, ...]
    path: tuple[str, ...]
    unknown: Word | None
    rest: tuple[Word, ...]
    inside: bool

    @property
    def line(self) -> tuple[tuple[str, Word], ...]:
        """Sub-commands under their first names and then the arguments, without flags, each with its word."""
        known = [self.words[place] for place in _indexes(self.tool, self.words)]
        named = [*self.path, *(word.text for word in known[len(self.path) :])]
        return tuple(zip(named, known, strict=True))


def calls(command: Command) -> Iterator[Call]:
    """Yield the call that a command is, or carries to a container or another machine; nothing for other programs."""
    words, inside = command.words, False
    for _ in range(3):
        program = words[0].text.rpartition("/")[2]
        if program in _TOOLS:
            yield _resolve(_TOOLS[program], words, inside)
            return
        if program in KUBECTL:
            inner, inside = exec_parts(words)[1], True
        elif program == "ssh":
            inner = _behind_host(words)
        else:
            return
        words = inner[1:] if inner and inner[0].text == "sudo" else inner
        if not words:
            return


def exec_parts(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """The words before and behind the `--` of a `kubectl exec`; nothing behind where the command is none."""
    texts = [word.text for word in words]
    if "--" not in texts or "exec" not in texts[: texts.index("--")]:
        return words, ()
    cut = texts.index("--")
    return words[:cut], words[cut + 1 :]


def is_literal(text: str) -> bool:
    """Whether a word is meant as it stands: no variable, no placeholder."""
    return _LITERAL.fullmatch(text) is not None


def flag_name(text: str) -> str:
    """Name of the flag that a word is, without dashes and value; empty for words that are none."""
    if not text.startswith("-") or text in {"-", "--"}:
        return ""
    return text[2:].partition("=")[0] if text.startswith("--") else text[1:2]


def flag_values(words: tuple[Word, ...], *names: str) -> Iterator[tuple[str, Word]]:
    """Every value given to a flag, in whatever form, with the word that holds it."""
    for at, word in enumerate(words):
        name, text = flag_name(word.text), word.text
        if name not in names:
            continue
        if not text.startswith("--") and len(text) > 2:
            yield text[2:].removeprefix("="), word
        elif "=" in text:
            yield text.partition("=")[2], word
        elif at + 1 < len(words):
            yield words[at + 1].text, words[at + 1]


def _resolve(tool: Tool, words: tuple[Word, ...], inside: bool) -> Call:
    path: list[str] = []
    places = tuple(_indexes(tool, words))
    for place in places:
        if not tool.is_group(tuple(path)):
            break
        child = tool.child(tuple(path), words[place].text)
        if child is None:
            return Call(tool, words, tuple(path), words[place], words[place + 1 :], inside)
        path.append(child)
    behind = places[len(path) - 1] + 1 if path else 1
    return Call(tool, words, tuple(path), None, words[behind:], inside)


def _indexes(tool: Tool, words: tuple[Word, ...]) -> Iterator[int]:
    """Places of the words that are neither flags nor the values of known flags; the program is passed over."""
    valued = frozenset(tool.valued.split())
    skip = True
    for place, word in enumerate(words):
        if skip:
            skip = False
        elif word.text == "--":
            return
        elif name := flag_name(word.text):
            skip = name in valued and "=" not in word.text and (word.text.startswith("--") or len(word.text) == 2)
        else:
            yield place


def _behind_host(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The command of an `ssh HOST COMMAND`."""
    place = 1
    while place < len(words) and words[place].text.startswith("-"):
        text = words[place].text
        place += 2 if len(text) == 2 and text[1] in _SSH_VALUED else 1
    inner = words[place + 1 :]
    return inner if inner and " " not in inner[0].text else ()
