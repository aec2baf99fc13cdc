"""Finds the lines of a text that belong to Secrets, where a text is shown and not just a place in it."""

from collections.abc import Iterator

from service_mesh.model.origin import SourceText
from service_mesh.source.documents import chunks
from service_mesh.source.markdown import code_blocks, is_markdown
from service_mesh.source.secrecy import holds_secret

__all__ = ["secret_lines"]


def secret_lines(source: SourceText) -> frozenset[int]:
    """0-based lines of all documents that hold a Secret, those in the code blocks of Markdown included."""
    if "Secret" not in source.text:
        return frozenset()
    pieces = [source, *(block.source for block in code_blocks(source))] if is_markdown(source.name) else [source]
    return frozenset(line for piece in pieces for line in _lines(piece))


def _lines(piece: SourceText) -> Iterator[int]:
    for chunk in chunks(piece.text):
        text = piece.text[chunk.start : chunk.end]
        if holds_secret(text):
            first = piece.line_offset + chunk.line
            yield from range(first, first + text.count("\n") + (not text.endswith("\n")))
