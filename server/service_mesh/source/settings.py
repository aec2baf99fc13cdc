"""Files of our own that people write, such as tests of policies: one map, with the places of all its parts."""

from service_mesh.errors import InputError
from service_mesh.model.node import Node
from service_mesh.model.origin import Origin, SourceText
from service_mesh.model.resource import Resource
from service_mesh.source.compose import ComposeError, compose_documents
from service_mesh.source.locate import locate
from service_mesh.source.plain import Builder

__all__ = ["place_of", "read_settings"]


def read_settings(source: SourceText) -> Resource:
    """The one map that a text holds.

    Raises:
        InputError: The text is no YAML, or holds something else; with file and line.
    """
    builder = Builder()
    try:
        values = [builder.build(node, source.text) for node in compose_documents(source.text)]
    except ComposeError as error:
        line = error.mark.line + 1 if error.mark is not None else 1
        raise InputError(f"{source.name}:{line}: {error.message}", "write it as YAML") from error
    if builder.defects:
        defect = builder.defects[0]
        raise InputError(f"{source.name}:{defect.mark.line + 1}: {defect.message}", "write it as YAML")
    if len(values) != 1 or not isinstance(values[0], dict):
        raise InputError(f"{source.name}:1: the file holds no single map", "begin it with the names of its parts")
    return Resource(values[0], Origin(source, 0, len(source.text), 0, 1))


def place_of(node: Node) -> str:
    """`file:line` of a part."""
    origin = node.resource.origin
    if origin is None:
        return ""
    found = locate(origin, node.path)
    return f"{found.file}:{found.line}"
