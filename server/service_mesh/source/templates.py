"""Recognises text that is still to be rendered, so that nobody takes a template's faults for faults of the mesh."""

import re
from collections.abc import Mapping

__all__ = ["MARKER", "holds_template", "is_template", "may_be_filled_in"]

MARKER = re.compile(r"\{\{-?\s*(?:\.(?:Values|Release|Chart|Capabilities|Template|Files)\b|include\s+\"|tpl\s+)")
_ACTION = re.compile(r"\{\{-?\s*[\w.$\"(/]")
_PLACEHOLDER = re.compile(r"\{\{|\{%|<%|\$[{(]")
_CARRIERS = frozenset({"ConfigMap", "Secret", "CustomResourceDefinition"})
_WORDS = frozenset({"args", "command"})


def is_template(text: str) -> bool:
    """Tell whether a text that could not be read as YAML is an unrendered template: any `{{ … }}` says so."""
    return "{{" in text and _ACTION.search(text) is not None


def may_be_filled_in(text: str) -> bool:
    """Tell whether something puts a manifest in the place of a text: Helm, Jinja, ERB, a shell or envsubst."""
    return _PLACEHOLDER.search(text) is not None


def holds_template(data: Mapping[str, object]) -> bool:
    """Tell whether an object that could be read is an unrendered Helm template.

    Some values of it use what only Helm knows, such as `.Values`. Comments do not count, other template languages do
    not either, and a ConfigMap, a Secret or a CRD may carry templates as its content on purpose. So may the command
    line of a container: whatever is put there later, the rest of the object says what it says.
    """
    if data.get("kind") in _CARRIERS:
        return False
    pending: list[object] = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            if "{{" in value and MARKER.search(value):
                return True
        elif isinstance(value, dict):
            pending += [*value, *(held for key, held in value.items() if key not in _WORDS)]
        elif isinstance(value, list):
            pending += value
    return False
