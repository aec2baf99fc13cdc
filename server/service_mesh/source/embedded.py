"""YAML or JSON that stands as text inside an object, such as the mesh configuration in its ConfigMap."""

from collections.abc import Mapping

from service_mesh.source.compose import ComposeError, compose_documents
from service_mesh.source.plain import Builder

__all__ = ["embedded_map"]


def embedded_map(text: str) -> Mapping[str, object] | None:
    """The map that a text holds; None where it is no YAML, no map, or beyond the reader's bounds."""
    try:
        values = [Builder().build(node, text) for node in compose_documents(text)]
    except ComposeError:
        return None
    return values[0] if len(values) == 1 and isinstance(values[0], dict) else None
