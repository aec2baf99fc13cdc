"""What controllers say of a route at each of its parents."""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, LINKERD_HTTP_ROUTE, TCP_ROUTE, TLS_ROUTE, UDP_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.status._conditions import PENDING, Condition, named
from service_mesh.rules.status._words import told

__all__ = ["ROUTES", "AtParent", "failing_at_parents"]

ROUTES = (GRPC_ROUTE, HTTP_ROUTE, LINKERD_HTTP_ROUTE, TCP_ROUTE, TLS_ROUTE, UDP_ROUTE)


class AtParent(NamedTuple):
    """A condition of a route at a parent.

    Attributes:
        parent: The parent as `Kind namespace/name`, with the listener behind it where one is named.
        condition: What is said.
    """

    parent: str
    condition: Condition


def failing_at_parents(route: Resource, kind: str) -> Iterator[AtParent]:
    """The conditions of a type that say `False`, one for each parent; where a route is not accepted, only that counts.

    (https://gateway-api.sigs.k8s.io/reference/spec/#routeconditiontype)
    """
    for parent in route.each("status.parents[]"):
        accepted = named(parent, "Accepted")
        found = accepted if kind == "Accepted" else named(parent, kind)
        is_refused = accepted is not None and accepted.holds is False
        if (
            found is None
            or found.holds is not False
            or found.reason in PENDING
            or (is_refused and found is not accepted)
        ):
            continue
        yield AtParent(_parent(parent, route), found)


def _parent(parent: Node, route: Resource) -> str:
    name, kind = parent.text_at("parentRef.name"), parent.text_at("parentRef.kind") or "Gateway"
    namespace = parent.text_at("parentRef.namespace") or route.namespace
    section = parent.text_at("parentRef.sectionName")
    return told(f"{kind} {namespace}/{name}" + (f" listener {section}" if section else ""))
