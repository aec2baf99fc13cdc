"""Bytes into characters and back."""

import pytest

from service_mesh.errors import InputError
from service_mesh.source.text import decode, encode_like

MARKS = {
    "utf-8-sig": b"\xef\xbb\xbf",
    "utf-16-le": b"\xff\xfe",
    "utf-16-be": b"\xfe\xff",
    "utf-32-le": b"\xff\xfe\0\0",
    "utf-32-be": b"\0\0\xfe\xff",
}


@pytest.mark.parametrize(("encoding", "mark"), MARKS.items())
def test_byte_order_mark_names_the_encoding_and_is_dropped(encoding: str, mark: bytes) -> None:
    content = mark + "a: é😀\r\n".encode(encoding.removesuffix("-sig"))
    assert decode(content, "a.yaml") == "a: é😀\r\n"
    assert encode_like(content, "b: ü\n") == mark + "b: ü\n".encode(encoding.removesuffix("-sig"))


def test_text_without_mark_is_utf_8() -> None:
    assert decode("a: é\r\nb: 1\r".encode(), "a.yaml") == "a: é\r\nb: 1\r"
    assert encode_like(b"a", "é") == "é".encode()
    assert decode(b"", "a.yaml") == ""


@pytest.mark.parametrize("content", [b"\x7fELF\0\1", "a: 1\n".encode("utf-16-le"), b"a" * 8000 + b"\0"])
def test_binary_content_is_refused(content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        decode(content, "a.bin")
    assert str(caught.value) == "'a.bin' is binary; give YAML, JSON or Markdown text"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: 1\nb: é\n".encode("latin-1"), "'a.yaml' line 2: byte 0xe9 is not UTF-8"),
        (b"\xff\xfea\0\n\0b", "'a.yaml' line 2: byte 0x62 is not UTF-16-LE"),
    ],
)
def test_bytes_of_another_encoding_are_refused_with_their_line(content: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(content, "a.yaml")
    assert str(caught.value) == f"{message}; save the file as UTF-8"
