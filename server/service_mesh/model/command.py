"""A command line found in text, as words with their places."""

from dataclasses import dataclass

from service_mesh.model.origin import Location

__all__ = ["Command", "Word"]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command, unquoted, with the place where it starts."""

    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command: program and arguments, without redirections and pipes.

    Attributes:
        words: The program first; never empty.
        reader: The command that reads its output through a pipe, if there is one.
        variables: What is set for it alone, as `NAME=VALUE` before the program.
    """

    words: tuple[Word, ...]
    reader: "Command | None" = None
    variables: tuple[Word, ...] = ()

    @property
    def program(self) -> str:
        """File name of the program."""
        return self.words[0].text.rpartition("/")[2]

    @property
    def location(self) -> Location:
        """Where the command starts."""
        return self.words[0].location
