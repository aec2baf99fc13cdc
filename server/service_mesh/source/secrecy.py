"""Tells which documents hold Secrets: a line of theirs is shown to nobody."""

import re

__all__ = ["holds_secret"]

_BLOCK = re.compile(
    r"""^(?:- |[ ]{2,4})?(?:kind|"kind"|'kind')[ ]*:[ ]*["']?Secret(?:List)?["']?[ \t\r]*(?:#.*)?$""", re.MULTILINE
)
_FLOW = re.compile(r"""\bkind["']?\s*:\s*["']?Secret(?:List)?\b""")
_CONTENT = re.compile(r"""\b(?:stringData|data)["']?\s*:""")


def holds_secret(text: str) -> bool:
    """Whether a document is a Secret or a List with one, also where it cannot be read as YAML.

    A reference to a Secret does not count: in block style it stands deeper, and in JSON no content stands beside it.
    """
    if text.lstrip()[:1] in ("{", "["):
        return bool(_FLOW.search(text) and _CONTENT.search(text))
    return bool(_BLOCK.search(text) and _CONTENT.search(text))
