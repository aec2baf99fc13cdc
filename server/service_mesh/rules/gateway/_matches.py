"""What the rules of HTTPRoutes and GRPCRoutes match, in a form that can be compared."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.model.kinds import GRPC_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["Conditions", "Match", "Pattern", "is_catch_all", "matches_of", "same_action"]

_EXACT, _PREFIX = "Exact", "PathPrefix"


class Pattern(NamedTuple):
    """One condition on a request.

    Attributes:
        subject: `path`, `method`, `service`, or `header:` or `query:` and the name.
        manner: How it is compared.
        value: With what.
    """

    subject: str
    manner: str
    value: str


Conditions = frozenset[Pattern]


class Match(NamedTuple):
    """One alternative of a rule.

    Attributes:
        rule: The rule.
        node: Where the alternative stands; the rule itself where it has none and so matches everything.
        conditions: What a request has to fulfil.
    """

    rule: Node
    node: Node
    conditions: Conditions

    @property
    def manner_of_path(self) -> str:
        """How the path is compared."""
        return next((one.manner for one in self.conditions if one.subject == "path"), "")


def matches_of(route: Resource) -> tuple[Match, ...]:
    """Every alternative of every rule of an HTTPRoute or GRPCRoute, in the order of the object."""
    return route.once(_matches)


def is_catch_all(match: Match) -> bool:
    """Tell whether an alternative of an HTTPRoute matches every request."""
    return match.conditions == {Pattern("path", _PREFIX, "/")}


def same_action(one: Node, other: Node) -> bool:
    """Tell whether two rules do the same with a request, so that it does not matter which of them gets it."""
    return _action(one.value) == _action(other.value)


def _action(rule: object) -> Mapping[str, object]:
    fields = rule if isinstance(rule, dict) else {}
    return {key: value for key, value in fields.items() if key not in ("matches", "name") and value}


def _matches(route: Resource) -> tuple[Match, ...]:
    read = _grpc if route.kind == GRPC_ROUTE else _http
    found: list[Match] = []
    for rule in route.each("spec.rules[]"):
        nodes = tuple(rule.each("matches[]"))
        if not nodes:
            found.append(Match(rule, rule, frozenset(read(Node(route, rule.path, {})))))
        found += [Match(rule, node, frozenset(read(node))) for node in nodes if isinstance(node.value, dict)]
    return tuple(found)


def _http(match: Node) -> Iterator[Pattern]:
    """(https://gateway-api.sigs.k8s.io/reference/spec/#httproutematch)"""
    manner, path = match.text_at("path.type") or _PREFIX, match.text_at("path.value") or "/"
    yield Pattern("path", manner, path.removesuffix("/") or "/" if manner == _PREFIX else path)
    if method := match.text_at("method"):
        yield Pattern("method", _EXACT, method)
    yield from _named(match, "headers[]", "header")
    yield from _named(match, "queryParams[]", "query")


def _grpc(match: Node) -> Iterator[Pattern]:
    """(https://gateway-api.sigs.k8s.io/reference/spec/#grpcroutematch)"""
    manner = match.text_at("method.type") or _EXACT
    for subject in ("service", "method"):
        if value := match.text_at(f"method.{subject}"):
            yield Pattern(subject, manner, value)
    yield from _named(match, "headers[]", "header")


def _named(match: Node, place: str, what: str) -> Iterator[Pattern]:
    """Of several entries of one name the first counts; names of headers are compared without regard to case."""
    seen: set[str] = set()
    for node in match.each(place):
        name = node.text_at("name")
        name = name.lower() if what == "header" else name
        if name not in seen:
            seen.add(name)
            yield Pattern(f"{what}:{name}", node.text_at("type") or _EXACT, node.text_at("value"))
