"""Inputs into worlds: which texts are judged together, and what was given but not read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from service_mesh.engine.world import World
from service_mesh.mesh.view import Complete
from service_mesh.model.command import Command
from service_mesh.model.origin import Layer, SourceText
from service_mesh.model.unchecked import NotChecked
from service_mesh.operations.clusters import NO_CLUSTERS, Clusters, HowToRead, read_clusters
from service_mesh.operations.request import Inputs
from service_mesh.source.collector import uncollected
from service_mesh.source.files import Files
from service_mesh.source.markdown import CodeBlock, code_blocks, is_markdown, is_shell, is_yaml
from service_mesh.source.queries import queries
from service_mesh.source.reader import Reader, Reading
from service_mesh.source.shell import LIMIT, commands, heredoc_blocks
from service_mesh.source.text import decode

__all__ = ["Loaded", "Text", "joined", "load", "read_again", "unrendered", "whole"]


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """One text of the input and the layer it belongs to."""

    source: SourceText
    layer: Layer

    @property
    def is_markdown(self) -> bool:
        """Whether its code blocks are judged instead of the text itself."""
        return is_markdown(self.source.name)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything that was read.

    Attributes:
        texts: The texts, for fixes that are written back.
        worlds: What is judged together: all manifests, and each Markdown document by itself.
        unread: What was met and not read.
        clusters: What the input holds of clusters; the same in every judgement of changed texts.
    """

    texts: tuple[Text, ...]
    worlds: tuple[World, ...]
    unread: tuple[NotChecked, ...]
    clusters: Clusters = NO_CLUSTERS


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
    clusters = _clusters(inputs)
    worlds = tuple(read_again(texts, complete, clusters))
    return Loaded(tuple(texts), worlds, (*clusters.unread, *files.unread), clusters)


def _clusters(inputs: Inputs) -> Clusters:
    if inputs.snapshot is None and inputs.kube_context is None:
        return NO_CLUSTERS
    return read_clusters(inputs, HowToRead())


def read_again(texts: Iterable[Text], complete: Complete, clusters: Clusters = NO_CLUSTERS) -> Iterator[World]:
    """Make worlds of texts: once when they are loaded, and once more to judge them after fixes."""
    manifests = []
    for text in texts:
        if text.is_markdown:
            yield _document_world(text.source, complete)
        else:
            manifests.append(text)
    if manifests or clusters.clusters:
        yield _manifest_world(manifests, complete, clusters)


def _manifest_world(texts: list[Text], complete: Complete, clusters: Clusters) -> World:
    readers = {layer: Reader(layer) for layer in Layer}
    with uncollected():
        for text in texts:
            readers[text.layer].read(text.source)
    reading = joined(reader.reading for reader in readers.values())
    reading.resources[:0] = clusters.resources
    return World(tuple(text.source for text in texts), reading, (), complete, captures=clusters.captures)


def _document_world(source: SourceText, complete: Complete) -> World:
    """What one document shows: an excerpt, so that nothing is proven absent unless somebody says that it is all."""
    reader = Reader(is_excerpt=True)
    sources: list[SourceText] = []
    found: list[Command] = []
    unread: list[NotChecked] = []
    for block in code_blocks(source):
        manifests = [block.source] if is_yaml(block) else []
        asked = list(queries(block))
        found += asked
        if is_shell(block):
            found += commands(block.source)
            unread += _filled_in(block)
            manifests += [heredoc.source for heredoc in heredoc_blocks(block.source) if is_yaml(heredoc)]
            sources.append(block.source)
        elif asked and not manifests:
            sources.append(block.source)
        for piece in manifests:
            reader.read(piece)
            sources.append(piece)
    told = Complete.NO if complete is Complete.AUTO else complete
    return World(tuple(sources), reader.reading, tuple(found), told, tuple(unread))


def _filled_in(block: CodeBlock) -> Iterator[NotChecked]:
    """Parts of a shell block that only a shell could turn into manifests, or that are too long to be read."""
    where = f"{block.source.name} line {block.source.line_offset + 1}"
    if any(not is_yaml(heredoc) for heredoc in heredoc_blocks(block.source)):
        yield NotChecked(where, "the shell fills in a here-document", "write its values out and validate the result")
    if len(block.source.text) > LIMIT:
        yield NotChecked(where, f"a shell block is read up to {LIMIT:,} characters", "split it")


def whole(worlds: Iterable[World], complete: Complete) -> World:
    """All that was read as one world: the blocks of a guide belong to the files beside it."""
    listed = tuple(worlds)
    captures = {name: capture for world in listed for name, capture in world.captures.items()}
    sources = tuple(source for world in listed for source in world.sources)
    return World(sources, joined(world.reading for world in listed), complete=complete, captures=captures)


def joined(readings: Iterable[Reading]) -> Reading:
    """What several texts hold, one after the other."""
    together = Reading()
    for reading in readings:
        together.resources += reading.resources
        together.problems += reading.problems
        together.values += reading.values
        for name, count in reading.templates.items():
            together.templates[name] = together.templates.get(name, 0) + count
        together.unreadable += reading.unreadable
        together.skipped += reading.skipped
        together.empty += reading.empty
        together.patches += reading.patches
    return together


def unrendered(worlds: Iterable[World]) -> Iterator[NotChecked]:
    """What was read and is no object before somebody renders it: templates of charts, patches of overlays."""
    listed = tuple(worlds)
    for name in sorted({name for world in listed for name in world.reading.templates}):
        how = "render it first: helm template NAME CHART | service-mesh validate -"
        yield NotChecked(name, "it is an unrendered Helm template", how)
    if patches := sum(world.reading.patches for world in listed):
        how = "render the overlay: kubectl kustomize FOLDER | service-mesh validate -"
        what = f"{patches} document{'s' if patches > 1 else ''}"
        yield NotChecked(what, "a patch that another object is changed by is no whole object", how)
