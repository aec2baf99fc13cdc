"""Which rule of the routes on one parent takes a request: the most specific match, as Linkerd's proxies rank it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.expressions import matches_whole
from service_mesh.posture.linkerd.hosts import host_rank
from service_mesh.posture.logic import all_of
from service_mesh.posture.requests import HttpRequest

__all__ = ["Routed", "Winner", "found_whole", "rules_taking"]

_METHOD_FIRST = (26, 8)
_BEYOND = 1 << 30
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")


class Winner(NamedTuple):
    """A rule that takes a request, or may take it.

    Attributes:
        route: Its route.
        node: The match that is the most specific one, or the rule if it has none, or the route if it has no rules.
    """

    route: Resource
    node: Node


@dataclass(frozen=True, slots=True)
class Routed:
    """What becomes of a request among routes.

    Attributes:
        winners: The rules of which one takes it; one alone where that is known.
        may_miss: Whether it may be that no rule takes it.
        missing: What would tell, where more than one outcome is possible.
    """

    winners: tuple[Winner, ...] = ()
    may_miss: bool = True
    missing: tuple[str, ...] = ()


class _Traits(NamedTuple):
    """How specific a match is; for gRPC `path` counts the service and `rpc` the method."""

    path: int = 1
    is_exact: bool = False
    has_method: bool = False
    headers: int = 0
    params: int = 0
    rpc: int = 0


class _Candidate(NamedTuple):
    """A match that a request meets, or may meet.

    Attributes:
        winner: What takes the request then.
        host: How specific the host name of its route is.
        traits: How specific it is itself.
        place: Rank of its route by age, and its rule within the route.
        is_certain: Whether the request meets it for certain.
    """

    winner: Winner
    host: tuple[int, int]
    traits: _Traits
    place: tuple[int, int]
    is_certain: bool

    @property
    def place_of_match(self) -> tuple[int, tuple[str | int, ...]]:
        """Which match it is."""
        return id(self.winner.route), self.winner.node.path


_Rank = Callable[[_Candidate], tuple[object, ...]]


class _Asked(NamedTuple):
    """A request taken apart; what is None is not known."""

    method: str | None = None
    path: str | None = None
    params: tuple[tuple[str, str], ...] | None = None
    host: str | None = None
    headers: Mapping[str, str] | None = None


def rules_taking(mesh: MeshView, routes: Sequence[Resource], request: HttpRequest | None) -> Routed:
    """Find the rule that takes a request among the routes of one parent.

    A host name counts first, an exact one before a wildcard; then the characters of the path, and then methods, headers
    and query parameters. Proxies older than August 2026 count the method last and rank an exact path like a prefix of
    its length, and a proxy can be older than its control plane: where the two ways differ, both rules are named. Of
    equals the oldest route counts, then the first by name; routes in files have no age, so either of two may.
    (`linkerd/linkerd2-proxy: linkerd/http/route/src/lib.rs`, find; `src/http/match.rs`, `src/grpc/match.rs`; pull
    request 4604 there; `linkerd/linkerd2: policy-controller/grpc/src/inbound/http.rs`, to_route_list)

    Args:
        mesh: The objects, for the release that is judged by.
        routes: Routes of kinds that are matched together.
        request: The request; None where nothing is known of it.
    """
    is_dated = len(routes) == 1 or all(route.created_at for route in routes)
    ordered = sorted(routes, key=_age) if is_dated else routes
    asked = _taken_apart(request)
    found = [one for place, route in enumerate(ordered) for one in _candidates(route, asked, place if is_dated else 0)]
    ranks: tuple[_Rank, ...] = (_rank, _older_rank) if mesh.release("linkerd") >= _METHOD_FIRST else (_older_rank,)
    answers = [_leading(found, rank, is_dated=is_dated) for rank in ranks]
    leading = {one.place_of_match: one for found_leading, _ in answers for one in found_leading}
    missing = _missing(answers, asked, is_dated=is_dated)
    return Routed(tuple(one.winner for one in leading.values()), answers[0][1], missing)


def found_whole(pattern: str, text: str) -> bool | None:
    """Tell whether the first place where a pattern matches is the whole of a text; None where it is not answered here.

    The proxy looks for a match and asks whether that one spans everything: `a|ab` does not match `ab`.
    (`linkerd/linkerd2-proxy: linkerd/http/route/src/http/match/path.rs`)
    """
    whole = matches_whole(pattern, text)
    if not whole:
        return whole
    first = re.match(pattern, text, re.ASCII)
    return first is not None and first.end() == len(text)


def _missing(answers: list[tuple[list[_Candidate], bool]], asked: _Asked, *, is_dated: bool) -> tuple[str, ...]:
    """What would leave one outcome alone."""
    texts = []
    doubtful = [one.winner for leading, _ in answers for one in leading if not one.is_certain]
    if doubtful:
        fields = [name for name in ("method", "path", "host", "headers") if getattr(asked, name) is None]
        places = [f"whether {route.title} matches at {node.pointer}" for route, node in doubtful]
        texts += [f"the {field} of the request" for field in fields] or places
    certain = [[one.place_of_match for one in leading if one.is_certain] for leading, _ in answers]
    if not is_dated and any(len(places) > 1 for places in certain):
        texts.append("which of the routes is older")
    if any(places != certain[0] for places in certain):
        texts.append("whether the server's proxy is of August 2026 or later, when methods began to count first")
    return tuple(dict.fromkeys(texts))


def _leading(found: Iterable[_Candidate], rank: _Rank, *, is_dated: bool) -> tuple[list[_Candidate], bool]:
    """The candidates that may be the highest, and whether all may fail."""
    winners: list[_Candidate] = []
    for _, equals in groupby(sorted(found, key=rank, reverse=True), key=rank):
        settled: set[int] = set()
        for one in sorted(equals, key=lambda candidate: candidate.place):
            key = 0 if is_dated else id(one.winner.route)
            if key not in settled:
                winners.append(one)
            if one.is_certain:
                settled.add(key)
        if settled:
            return winners, False
    return winners, True


def _rank(one: _Candidate) -> tuple[object, ...]:
    traits = one.traits
    return one.host, traits.path, traits.is_exact, traits.rpc, traits.has_method, traits.headers, traits.params


def _older_rank(one: _Candidate) -> tuple[object, ...]:
    traits = one.traits
    return one.host, traits.path, traits.rpc, traits.headers, traits.params, traits.has_method


def _age(route: Resource) -> tuple[str, str, str, str]:
    return route.created_at, route.kind.group, route.kind.name, route.name


def _candidates(route: Resource, asked: _Asked, place: int) -> Iterator[_Candidate]:
    hosts = [host_rank(node, asked.host) for node in route.each("spec.hostnames[]")] or [((0, 0), True)]
    for rank, meets in hosts:
        if meets is False:
            continue
        for index, node, answer, traits in _matches(route, asked):
            certainty = all_of((meets, answer))
            if certainty is not False:
                yield _Candidate(Winner(route, node), rank, traits, (place, index), certainty is True)


def _matches(route: Resource, asked: _Asked) -> Iterator[tuple[int, Node, bool | None, _Traits]]:
    is_grpc = route.kind == GRPC_ROUTE
    rules = route.get("spec.rules")
    if rules is None and route.kind == HTTP_ROUTE:  # the CRD of Gateway API fills in one rule for every path
        yield 0, route.root, True, _Traits()
        return
    for index, rule in enumerate(route.each("spec.rules[]")):
        matches = tuple(rule.each("matches[]"))
        if not matches:
            yield index, rule, True, _Traits(path=0 if is_grpc else 1)
        for match in matches:
            answer, traits = _of_call(match, asked) if is_grpc else _of_request(match, asked)
            yield index, match, answer, traits


def _of_request(match: Node, asked: _Asked) -> tuple[bool | None, _Traits]:
    method = match.get("method")
    length, is_exact, meets_path = _path(match.get("path"), asked.path)
    headers, params = tuple(match.each("headers[]")), tuple(match.each("queryParams[]"))
    answers = [meets_path, _is_text(method, asked.method)]
    answers += [_has_header(header, asked.headers) for header in headers]
    answers += [_has_param(param, asked.params) for param in params]
    return all_of(answers), _Traits(length, is_exact, method is not None, len(headers), len(params))


def _path(path: Node | None, asked: str | None) -> tuple[int, bool, bool | None]:
    """How many characters count, whether they are all of it, and whether the path of a request is met."""
    if path is None:
        return 1, False, True
    value, kind = path.text_at("value") or "/", path.text_at("type") or "PathPrefix"
    if kind == "RegularExpression":
        if asked is None:
            return _BEYOND, False, None  # as many as the path has
        return _size(asked), False, found_whole(value, asked)
    if kind not in ("Exact", "PathPrefix") or not value.startswith("/"):
        return _BEYOND, False, None  # the controller does not take such a route
    if kind == "Exact":
        return _size(value), True, None if asked is None else value == asked
    prefix = value.rstrip("/")
    if value == "/":
        return 1, False, True
    return _size(prefix), False, None if asked is None else _is_below(prefix, asked.rstrip("/"))


def _is_below(prefix: str, path: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")


def _of_call(match: Node, asked: _Asked) -> tuple[bool | None, _Traits]:
    headers = tuple(match.each("headers[]"))
    method = match.get("method")
    service, name = (method.text_at(field) if method is not None else "" for field in ("service", "method"))
    answers = [None if asked.method is None else asked.method == "POST", _is_call(asked.path, service, name)]
    answers += [_has_header(header, asked.headers) for header in headers]
    if method is not None and method.text_at("type") not in ("", "Exact"):
        answers.append(None)  # the controller does not take such a route
    return all_of(answers), _Traits(_size(service), headers=len(headers), rpc=_size(name))


def _is_call(path: str | None, service: str, name: str) -> bool | None:
    if path is None:
        return None
    before, *parts = path.split("/")
    return before == "" and len(parts) >= 2 and service in ("", parts[0]) and name in ("", parts[1])


def _is_text(wanted: Node | None, text: str | None) -> bool | None:
    if wanted is None:
        return True
    return None if text is None else wanted.text == text


def _has_header(header: Node, held: Mapping[str, str] | None) -> bool | None:
    if held is None:
        return None
    text = held.get(header.text_at("name").lower())
    return False if text is None else _is_value(header, text)


def _has_param(param: Node, held: tuple[tuple[str, str], ...] | None) -> bool | None:
    if held is None:
        return None
    answers = [_is_value(param, text) for name, text in held if name == param.text_at("name")]
    return True if True in answers else None if None in answers else False


def _is_value(wanted: Node, text: str) -> bool | None:
    kind = wanted.text_at("type") or "Exact"
    if kind == "Exact":
        return wanted.text_at("value") == text
    return found_whole(wanted.text_at("value"), text) if kind == "RegularExpression" else None


def _taken_apart(request: HttpRequest | None) -> _Asked:
    if request is None:
        return _Asked()
    headers = {name.lower(): value for name, value in request.headers.items()}
    if request.path is None:
        return _Asked(request.method, None, None, request.host, headers)
    path, _, query = request.path.partition("?")
    pairs = (piece.partition("=") for piece in query.split("&") if piece)
    params = tuple((_decoded(name), _decoded(value)) for name, _, value in pairs)
    return _Asked(request.method, path or "/", params, request.host, headers)


def _size(text: str) -> int:
    """Bytes of a text."""
    return len(text.encode("utf-8", "replace"))


def _decoded(text: str) -> str:
    """A part of a query as forms write it: a plus is a blank, and bytes are escaped."""
    plain = text.replace("+", " ").encode("utf-8", "replace")
    return _ESCAPED.sub(lambda found: bytes((int(found[1], 16),)), plain).decode("utf-8", "replace")
