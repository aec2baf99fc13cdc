"""Where the configuration of Kiali is written: in its ConfigMap, or in the object that its operator reads."""

from collections.abc import Iterator

from service_mesh.model.kinds import CONFIG_MAP, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.source.embedded import embedded_map

__all__ = ["KIALI_KINDS", "kiali_fields"]

KIALI_KINDS = (CONFIG_MAP, Kind("kiali.io", "Kiali"))
"""Kinds that hold it."""

_KEY = "config.yaml"


def kiali_fields(resource: Resource, path: str) -> Iterator[tuple[Node, Node]]:
    """Each field at a dotted path of Kiali's configuration, and what to point at for it."""
    if resource.kind != CONFIG_MAP:
        spec = resource.get("spec")
        yield from ((field, field) for field in spec.each(path)) if spec is not None else ()
        return
    data = resource.get("data") if resource.name == "kiali" else None
    text = data.key(_KEY) if data is not None else None
    if text is not None:
        read = Node(resource, (), embedded_map(text.text))
        yield from ((field, text) for field in read.each(path))
