"""Inputs into worlds: which texts are judged together, and what was given but not read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from service_mesh.engine.world import World
from service_mesh.mesh.view import Complete
from service_mesh.model.origin import Layer, SourceText
from service_mesh.operations.request import Inputs
from service_mesh.operations.result import NotChecked
from service_mesh.source.files import Files
from service_mesh.source.markdown import code_blocks, is_shell, is_yaml
from service_mesh.source.reader import Reader, Reading
from service_mesh.source.shell import commands, heredoc_blocks
from service_mesh.source.text import decode

__all__ = ["Loaded", "Text", "load", "read_again"]

_MARKDOWN = frozenset({".md", ".markdown"})


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """One text of the input and the layer it belongs to."""

    source: SourceText
    layer: Layer

    @property
    def is_markdown(self) -> bool:
        """Whether its code blocks are judged instead of the text itself."""
        return PurePath(self.source.name).suffix.lower() in _MARKDOWN


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything that was read.

    Attributes:
        texts: The texts, for fixes that are written back.
        worlds: What is judged together: all manifests, and each Markdown document by itself.
        unread: What was met and not read.
    """

    texts: tuple[Text, ...]
    worlds: tuple[World, ...]
    unread: tuple[NotChecked, ...]


def load(inputs: Inputs, complete: Complete) -> Loaded:
    """Read the inputs.

    Raises:
        InputError: A named path cannot be read; see `source.files`.
    """
    files = Files(inputs.roots, inputs.max_bytes)
    texts = [Text(source, Layer.PATHS) for source in files.texts(inputs.paths)]
    if inputs.manifests is not None:
        content, name = inputs.manifests, inputs.manifests_name
        text = decode(content, name) if isinstance(content, bytes) else content.removeprefix("\ufeff")
        texts.append(Text(SourceText(name, text), Layer.MANIFESTS))
    unread = tuple(NotChecked(entry.what, entry.why, entry.how_to_settle) for entry in files.unread)
    return Loaded(tuple(texts), tuple(read_again(texts, complete)), unread)


def read_again(texts: Iterable[Text], complete: Complete) -> Iterator[World]:
    """Make worlds of texts: once when they are loaded, and once more to judge them after fixes."""
    manifests = []
    for text in texts:
        if text.is_markdown:
            yield _document_world(text.source, complete)
        else:
            manifests.append(text)
    if manifests:
        yield _manifest_world(manifests, complete)


def _manifest_world(texts: list[Text], complete: Complete) -> World:
    readers = {layer: Reader(layer) for layer in Layer}
    for text in texts:
        readers[text.layer].read(text.source)
    reading = _joined(reader.reading for reader in readers.values())
    return World(tuple(text.source for text in texts), reading, (), complete)


def _document_world(source: SourceText, complete: Complete) -> World:
    reader = Reader()
    sources, found = [], []
    for block in code_blocks(source):
        pieces = [block.source] if is_yaml(block) else []
        if is_shell(block):
            found += list(commands(block.source))
            pieces += [heredoc.source for heredoc in heredoc_blocks(block.source)]
            sources.append(block.source)
        for piece in pieces:
            reader.read(piece)
            sources.append(piece)
    return World(tuple(sources), reader.reading, tuple(found), complete)


def _joined(readings: Iterable[Reading]) -> Reading:
    whole = Reading()
    for reading in readings:
        whole.resources += reading.resources
        whole.problems += reading.problems
        whole.templates |= reading.templates
        whole.unreadable += reading.unreadable
        whole.skipped += reading.skipped
        whole.empty += reading.empty
    return whole
