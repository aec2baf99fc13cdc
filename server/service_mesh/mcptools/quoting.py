"""Text from manifests reaches a model only bounded and on one line, so that it cannot pass for an answer of ours."""

__all__ = ["encodable", "one_line"]


def encodable(text: str) -> str:
    """The text itself, unless it holds halves of surrogate pairs: those are escaped, UTF-8 cannot carry them."""
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")


def one_line(text: str, limit: int) -> str:
    """The text with everything unprintable escaped (control, bidirectional and zero-width characters, line ends).

    Args:
        text: Anything.
        limit: Most bytes of UTF-8 to keep; what is cut is shown by an ellipsis.
    """
    shown = text[: limit + 1]
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in shown)
    data = shown.encode("utf-8", errors="backslashreplace")
    if len(data) <= limit and len(text) <= limit:
        return data.decode("utf-8")
    return data[: max(0, limit - 3)].decode("utf-8", errors="ignore") + "…"
