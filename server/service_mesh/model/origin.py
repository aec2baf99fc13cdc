"""Where an object was written, cheap enough to be kept for every object of a large estate."""

from dataclasses import dataclass
from enum import IntEnum

from service_mesh.model.path import Path

__all__ = ["Layer", "Location", "Origin", "SourceText"]


class Layer(IntEnum):
    """Where an object came from; a later layer replaces the same object of an earlier one."""

    CONTEXT = 1
    SNAPSHOT = 2
    PATHS = 3
    MANIFESTS = 4
    CHANGE = 5


@dataclass(frozen=True, slots=True, eq=False)
class SourceText:
    """A text that holds documents: a file, standard input, an argument, or a code block of a Markdown file.

    Attributes:
        name: The name people know it by, as they gave it.
        text: The characters, line ends as they were, without a byte order mark.
        line_offset: Lines before this text in the file `name` (a code block's place in its file).
        column_offset: Columns removed from the left of every line (an indented code block).
    """

    name: str
    text: str
    line_offset: int = 0
    column_offset: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """The range of one document in its text, and the place of one object inside the document.

    Attributes:
        source: The text.
        start: Offset of the document's first character in the text.
        end: Offset behind its last character.
        line: 0-based line of `start` within the text.
        document: 1-based number of the document in its file.
        inner: Steps from the document's root to the object (empty, or `items`, index in a List).
        file: The name to report; differs from the text's name below a `# Source: NAME` comment.
    """

    source: SourceText
    start: int
    end: int
    line: int
    document: int
    inner: Path = ()
    file: str = ""

    @property
    def text(self) -> str:
        """The characters of the document."""
        return self.source.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file, 1-based; made only when something is said about it.

    Attributes:
        file: Name of the file.
        document: 1-based number of the document in the file.
        line: 1-based line in the file.
        column: 1-based column.
        snippet: The line's text, without its line end.
    """

    file: str
    document: int
    line: int
    column: int
    snippet: str = ""
