"""Puts changed code blocks back into the Markdown file they were cut from."""

from collections.abc import Mapping

from service_mesh.model.origin import SourceText

__all__ = ["replace_blocks"]


def replace_blocks(text: str, changed: Mapping[SourceText, str]) -> str:
    """The text of a Markdown file with some of its blocks replaced, everything else as it was.

    Args:
        text: The whole file.
        changed: Block as it was cut (its offsets say where from) -> its new text.
    """
    lines = text.splitlines(keepends=True)
    for block, new in sorted(changed.items(), key=lambda item: -item[0].line_offset):
        start = block.line_offset
        end = start + len(block.text.splitlines())
        prefix = lines[start][: block.column_offset]
        ending = "\r\n" if lines[start].endswith("\r\n") else "\n"
        lines[start:end] = [f"{prefix}{line}{ending}" if line else ending for line in new.splitlines()]
    return "".join(lines)
