"""Recognises text that is still to be rendered, so that nobody takes a template's faults for faults of the mesh."""

import re

__all__ = ["MARKER", "holds_template"]

MARKER = re.compile(r"\{\{-?\s*(?:\.(?:Values|Release|Chart|Capabilities|Template|Files)\b|include\s+\"|tpl\s+)")
_ACTION = re.compile(r"\{\{-?\s*[\w.$\"(/]")
_CARRIERS = frozenset({"ConfigMap", "Secret", "CustomResourceDefinition"})


def holds_template(text: str, kind: str | None) -> bool:
    """Tell whether a document is an unrendered Helm template.

    Args:
        text: The document.
        kind: Its kind when it could be read as YAML, None when it could not.

    A readable ConfigMap may carry templates as its content on purpose; an unreadable text with any `{{ … }}` is one.
    """
    if "{{" not in text:
        return False
    if kind is None:
        return _ACTION.search(text) is not None
    return kind not in _CARRIERS and MARKER.search(text) is not None
