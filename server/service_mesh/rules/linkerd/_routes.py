"""Routes that Linkerd's webhook judges, and how sure it is that Linkerd is what they are written for."""

from collections.abc import Iterator

from service_mesh.model.grade import Severity
from service_mesh.model.kinds import (
    EGRESS_NETWORK,
    GRPC_ROUTE,
    HTTP_ROUTE,
    LINKERD_HTTP_ROUTE,
    LINKERD_SERVER,
    SERVICE,
    TCP_ROUTE,
    TLS_ROUTE,
    Kind,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._references import refers_to

__all__ = ["HTTP_ROUTES", "ROUTES", "grade", "lost_parents", "parents", "service_parents"]

HTTP_ROUTES = (LINKERD_HTTP_ROUTE, HTTP_ROUTE)
"""The kinds that route HTTP requests."""

ROUTES = (*HTTP_ROUTES, GRPC_ROUTE, TLS_ROUTE, TCP_ROUTE)
"""All kinds of routes."""


def parents(route: Resource, *kinds: Kind) -> Iterator[Node]:
    """References to parents of one of these kinds; no group means the group of the route itself, as its CRD says."""
    for parent in route.each("spec.parentRefs[]"):
        if any(refers_to(parent, kind, default=route.group) for kind in kinds):
            yield parent


def lost_parents(route: Resource) -> Iterator[Node]:
    """References of a route of Linkerd's own group that mean a Service and lack its group, or its kind as well."""
    for parent in route.each("spec.parentRefs[]") if route.kind == LINKERD_HTTP_ROUTE else ():
        if not parent.text_at("group") and parent.get("group") is None and parent.text_at("kind") in ("", SERVICE.name):
            yield parent


def service_parents(route: Resource) -> Iterator[Node]:
    """References to Services, those that lack their group among them."""
    yield from parents(route, SERVICE)
    yield from lost_parents(route)


def grade(route: Resource) -> Severity | None:
    """How bad a fault is that only Linkerd's webhook refuses; None for a route that is not Linkerd's to judge.

    The webhook is asked about every route of a cluster. A route of Linkerd's own group or with a parent of that group
    says that it is there; a Service as the parent is what other meshes use too.
    """
    if route.kind == LINKERD_HTTP_ROUTE or any(parents(route, LINKERD_SERVER, EGRESS_NETWORK)):
        return Severity.ERROR
    return Severity.WARNING if any(parents(route, SERVICE)) else None
