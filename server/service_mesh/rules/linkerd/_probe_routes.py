"""Whether a route of a Server answers a probe: a request with a method and a path, to the address of a pod."""

from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.model.kinds import GRPC_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["HEALTH", "Request", "answers"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a probe asks for.

    Attributes:
        path: The path.
        host: Name in the Host header; empty where that is an address.
        method: The method.
    """

    path: str
    host: str = ""
    method: str = "GET"


HEALTH = Request("/grpc.health.v1.Health/Check", method="POST")
"""A probe by gRPC. (https://github.com/grpc/grpc/blob/master/doc/health-checking.md)"""


def answers(route: Resource, request: Request) -> bool | None:
    """Tell whether a route matches a request; None where headers, a query or an expression decide.

    (https://gateway-api.sigs.k8s.io/reference/spec/#httproutematch)
    """
    hosts = [node.text.lower() for node in route.each("spec.hostnames[]")]
    named = request.host.lower()
    if hosts and named not in hosts and not any(_is_below(one, named) for one in hosts):
        return False
    meets = _meets_call if route.kind == GRPC_ROUTE else _meets
    found = {meets(match, request) for rule in route.each("spec.rules[]") for match in _of_rule(rule)}
    return True if True in found else None if None in found else False


def _is_below(wildcard: str, host: str) -> bool:
    return wildcard.startswith("*.") and host.endswith(wildcard[1:])


def _of_rule(rule: Node) -> Iterator[Node | None]:
    """The matches of a rule; one that has none matches all, which None stands for here."""
    matches = tuple(rule.each("matches[]"))
    yield from matches or (None,)


def _meets(match: Node | None, request: Request) -> bool | None:
    if match is None:
        return True
    if match.text_at("method") not in ("", request.method):
        return False
    is_met = _meets_path(match.get("path"), request.path)
    return None if is_met and _asks_more(match) else is_met


def _meets_call(match: Node | None, request: Request) -> bool | None:
    """Whether a match of a GRPCRoute takes a request; its service and method are the two parts of the path."""
    wanted = match.get("method") if match is not None else None
    _, service, method = request.path.split("/", 2) if request.path.count("/") > 1 else ("", request.path, "")
    if wanted is not None and wanted.text_at("type") not in ("", "Exact"):
        return None
    for field, given in (("service", service), ("method", method)):
        if wanted is not None and wanted.text_at(field) not in ("", given):
            return False
    return None if match is not None and _asks_more(match) else True


def _asks_more(match: Node) -> bool:
    return any(True for field in ("headers[]", "queryParams[]") for _ in match.each(field))


def _meets_path(wanted: Node | None, path: str) -> bool | None:
    if wanted is None:
        return True
    kind, text = wanted.text_at("type"), wanted.text_at("value") or "/"
    if kind in ("", "PathPrefix"):
        stem = text.rstrip("/")
        return path == stem or path.startswith(f"{stem}/")
    return path == text if kind == "Exact" else None
