"""Which of several objects is older: what istiod does with objects for one thing hangs on it."""

from collections.abc import Iterable
from dataclasses import dataclass

from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["Contest", "contest", "oldest_first"]


@dataclass(frozen=True, slots=True)
class Contest:
    """Nodes of different objects that want the same place.

    Attributes:
        entries: One node of each object; the oldest first if the order is known, else as they came.
        is_dated: Whether the order is known: files carry no creation time.
        samples: The first node, and the first one with another value.
    """

    entries: tuple[Node, ...]
    is_dated: bool
    samples: tuple[Node, ...]

    def others(self, resource: Resource, most: int) -> tuple[Node, ...]:
        """Up to `most` of the first entries that are not of `resource`."""
        return tuple(node for node in self.entries[: most + 1] if node.resource is not resource)[:most]

    def different(self, part: Node) -> Node | None:
        """An entry of another object whose value differs from a part's."""
        return next((node for node in self.samples if node.value != part.value), None)


def contest(nodes: Iterable[Node]) -> Contest:
    """Order the nodes that want one place; of one object only the first node counts.

    Of two objects of one second the one first by name, then by namespace, counts as older.
    (`istio/istio: pilot/pkg/model/config.go`, sortConfigByCreationTime)
    """
    by_object: dict[object, Node] = {}
    for node in nodes:
        by_object.setdefault(node.resource.key, node)
    entries = list(by_object.values())
    is_dated = all(node.resource.created_at for node in entries)
    if is_dated:
        entries.sort(key=_order)
    second = next((node for node in entries if node.value != entries[0].value), None)
    return Contest(tuple(entries), is_dated, (*entries[:1], *([second] if second is not None else ())))


def _order(node: Node) -> tuple[str, str, str]:
    return _age(node.resource)


def _age(resource: Resource) -> tuple[str, str, str]:
    return resource.created_at, resource.name, resource.namespace


def oldest_first(resources: Iterable[Resource]) -> tuple[Resource, ...] | None:
    """Objects in the order of their creation, with istiod's rule for ties; None where one of several is not dated."""
    found = list(resources)
    if len(found) > 1 and not all(resource.created_at for resource in found):
        return None
    return tuple(sorted(found, key=_age))
