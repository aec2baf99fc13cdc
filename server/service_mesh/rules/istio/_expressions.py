"""Expressions of Prometheus that rules and alerts of a cluster are made of."""

from collections.abc import Iterator

from service_mesh.model.kinds import PROMETHEUS_RULE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["PROMETHEUS_RULE", "expressions"]


def expressions(resource: Resource) -> Iterator[Node]:
    """Each expression of an object, bounded in length."""
    for node in resource.each("spec.groups[].rules[].expr"):
        if node.text and len(node.text) <= 10_000:
            yield node
