"""Finds the queries of Prometheus that a command carries, or that a block of a guide was read as."""

from collections.abc import Iterator

from service_mesh.model.command import Command, Word
from service_mesh.model.promql import PROGRAM
from service_mesh.rules.commands._calls import KUBECTL, exec_parts, flag_values

__all__ = ["promtool", "queries"]

_DATA = ("d", "data", "data-urlencode", "data-raw")


def queries(command: Command) -> Iterator[tuple[str, Word]]:
    """Each query, with the word that holds it: of a block, of `promtool query`, and of `curl` with `query=…`."""
    words = command.words
    if words[0].text == PROGRAM:
        yield from ((word.text, word) for word in words[1:])
        return
    called = promtool(command)
    if len(called) > 3 and called[1].text == "query":
        yield from ((word.text, word) for word in called[3:] if "(" in word.text or "{" in word.text)
    elif command.program == "curl":
        for value, word in flag_values(words, *_DATA):
            name, _, query = value.partition("=")
            if name == "query":
                yield query, word


def promtool(command: Command) -> tuple[Word, ...]:
    """The words of a call of promtool, also inside a container; nothing for other programs."""
    words = exec_parts(command.words)[1] if command.program in KUBECTL else command.words
    return words if words and words[0].text.rpartition("/")[2] == "promtool" else ()
