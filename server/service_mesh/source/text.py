"""Bytes into characters: what is text, in which encoding, and what is refused."""

import codecs

from service_mesh.errors import InputError

__all__ = ["decode", "encode_like"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(content: bytes, name: str) -> str:
    """Decode a file: UTF-8, or what its byte order mark says; the mark is dropped, line ends are kept.

    Raises:
        InputError: Binary content, or bytes that are not of the encoding; names the file and the line.
    """
    mark, encoding = _form(content)
    body = content[len(mark) :]
    if encoding == "utf-8" and b"\0" in body[:8192]:
        raise InputError(f"'{name}' is binary", "give YAML, JSON or Markdown text")
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        reason = f"'{name}' line {line}: byte 0x{body[error.start]:02x} is not {encoding.upper()}"
        raise InputError(reason, "save the file as UTF-8") from None


def encode_like(original: bytes, text: str) -> bytes:
    """Encode a text the way another file's content is encoded, byte order mark included."""
    mark, encoding = _form(original)
    return mark + text.encode(encoding)


def _form(content: bytes) -> tuple[bytes, str]:
    return next(((mark, encoding) for mark, encoding in _MARKS if content.startswith(mark)), (b"", "utf-8"))
