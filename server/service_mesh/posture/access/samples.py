"""Requests to try a change with: those that the policies in it speak of, and one that none speaks of."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product

from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    CILIUM_CLUSTERWIDE_NETWORK_POLICY,
    CILIUM_NETWORK_POLICY,
    GRPC_ROUTE,
    HTTP_ROUTE,
    LINKERD_HTTP_ROUTE,
    REQUEST_AUTHENTICATION,
)
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.ztunnel import DRY_RUN
from service_mesh.posture.requests import HttpRequest

__all__ = ["are_alike", "requests_of", "words"]

_KINDS = frozenset(
    {
        AUTHORIZATION_POLICY,
        CILIUM_CLUSTERWIDE_NETWORK_POLICY,
        CILIUM_NETWORK_POLICY,
        GRPC_ROUTE,
        HTTP_ROUTE,
        LINKERD_HTTP_ROUTE,
        REQUEST_AUTHENTICATION,
    }
)
"""Kinds that look into requests."""

_LISTS = ("rules", "jwtRules", "ingress", "egress", "ingressDeny", "egressDeny")
_PATHS, _METHODS, _HOSTS = ("paths", "notPaths"), ("methods", "notMethods"), ("hosts", "notHosts", "hostnames")
_PRINCIPALS = ("requestPrincipals", "notRequestPrincipals")
_HEADER = re.compile(r"request\.headers\[(?P<name>[A-Za-z0-9_-]{1,80})\]")
_CLAIM = re.compile(r"request\.auth\.claims\[(?P<name>[A-Za-z0-9_.:/-]{1,80})\]")
_TEMPLATE = re.compile(r"\{\*{1,2}\}")
_ESCAPED = re.compile(r"\\(.)")
_DEEPEST = 24
_EACH = 6
"""Most values of one kind that are tried."""

_MOST = 24
"""Most requests that are tried."""

_NEUTRAL_HOST = "neutral.example"
_NEUTRAL = HttpRequest("GET", "/", _NEUTRAL_HOST)


def requests_of(resources: Iterable[Resource]) -> tuple[HttpRequest, ...]:
    """Requests that some policies may decide differently: each path, method, host, header and claim that they name.

    They are witnesses and no proof: what holds for all of them may not hold for another.
    """
    found: dict[str, HttpRequest] = {}
    for resource in resources:
        for part in _parts(resource):
            for request in _requests(part):
                found.setdefault(words(request), request)
    found.setdefault(words(_NEUTRAL), _NEUTRAL)
    return tuple(islice(found.values(), _MOST))


def are_alike(before: Iterable[Resource], after: Iterable[Resource]) -> bool:
    """Tell whether policies say the same about requests, so that none has to be tried."""
    return _said(before) == _said(after)


def words(request: HttpRequest) -> str:
    """A request in a few words, such as `GET /admin, host shop.example.com, header x-user: alice`."""
    said = [f"{request.method} {request.path}"]
    if request.host and request.host != _NEUTRAL_HOST:
        said.append(f"host {request.host}")
    said += [f"header {name}: {value}" for name, value in sorted(request.headers.items())]
    if request.claims is not None:
        said.append(f"token {json.dumps(request.claims, sort_keys=True, default=str)}")
    return ", ".join(said)


def _said(resources: Iterable[Resource]) -> list[str]:
    """What policies say of requests, with what becomes of them and of whose."""
    told = ((_around(one), list(_parts(one))) for one in resources)
    return sorted(json.dumps(one, sort_keys=True, default=str) for one in told if one[1])


def _around(resource: Resource) -> list[object]:
    """What stands around the rules of a policy: its action, whom it selects, whether it is enforced."""
    beside = [{key: value for key, value in spec.items() if key not in _LISTS} for spec in _specs(resource)]
    return [str(resource.kind), resource.namespace, resource.annotations.get(DRY_RUN), beside]


def _parts(resource: Resource) -> Iterator[Mapping[str, object]]:
    """The rules of a policy that look into requests."""
    if resource.kind in _KINDS:
        for rule in (rule for spec in _specs(resource) for rule in _rules(spec)):
            if any(_looks_in(each) for each in _maps(rule, _DEEPEST)):
                yield rule


def _specs(resource: Resource) -> Iterator[Mapping[str, object]]:
    """The specification of a policy; Cilium takes several in one object."""
    several = resource.data.get("specs")
    for spec in (resource.data.get("spec"), *(several if isinstance(several, list) else ())):
        if isinstance(spec, dict):
            yield spec


def _rules(spec: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """What a policy lists: rules of Istio and of routes, and of both directions of Cilium."""
    for name in _LISTS:
        held = spec.get(name)
        yield from (rule for rule in (held if isinstance(held, list) else ()) if isinstance(rule, dict))


def _looks_in(part: Mapping[str, object]) -> bool:
    names = (*_PATHS, *_METHODS, *_HOSTS, *_PRINCIPALS, "path", "method", "headers", "issuer", "http")
    key = part.get("key")
    return any(name in part for name in names) or (isinstance(key, str) and key.startswith("request."))


def _maps(value: object, depth: int) -> Iterator[Mapping[str, object]]:
    """Every map at or below a value."""
    if isinstance(value, dict):
        yield value
    if depth and isinstance(value, dict | list):
        for held in value.values() if isinstance(value, dict) else value:
            yield from _maps(held, depth - 1)


def _requests(rule: Mapping[str, object]) -> Iterator[HttpRequest]:
    """Requests that a rule speaks of."""
    maps = list(_maps(rule, _DEEPEST))
    paths = [_path(text) for text in _texts(maps, _PATHS)] + [text for one in maps for text in _route_path(one)]
    methods = [*_texts(maps, _METHODS), *(text for one in maps if isinstance(text := one.get("method"), str))]
    hosts = [text.replace("*", "any") for text in _texts(maps, _HOSTS)]
    headers, claims = _conditions(maps)
    told = product(methods[:_EACH] or ["GET"], paths[:_EACH] or ["/"], hosts[:2] or [_NEUTRAL_HOST])
    for method, path, host in told:
        for header in ({}, headers) if headers else ({},):
            for claim in (None, claims) if claims else (None,):
                yield HttpRequest(method, path, host, header, claim)


def _texts(maps: Iterable[Mapping[str, object]], names: Iterable[str]) -> list[str]:
    held = [value for one in maps for name in names if isinstance(value := one.get(name), list)]
    return [text for value in held for text in value if isinstance(text, str)]


def _route_path(part: Mapping[str, object]) -> Iterator[str]:
    """The path of a match of a route, or of a rule of Cilium, which is a regular expression."""
    path = part.get("path")
    if isinstance(path, dict) and isinstance(text := path.get("value"), str):
        yield _path(_literal(text)) if path.get("type") == "RegularExpression" else text
        yield _path(f"{text.rstrip('/')}/*")
    elif isinstance(path, str):
        yield _literal(path)


def _conditions(maps: Iterable[Mapping[str, object]]) -> tuple[dict[str, str], dict[str, object]]:
    """Headers and claims with the first value that a rule names for each."""
    headers: dict[str, str] = {}
    claims: dict[str, object] = {}
    for one in maps:
        key, values = one.get("key"), one.get("values") or one.get("notValues")
        first = values[0] if isinstance(values, list) and values and isinstance(values[0], str) else None
        if isinstance(key, str) and first is not None:
            if match := _HEADER.fullmatch(key):
                headers[match["name"]] = _path(first)
            elif match := _CLAIM.fullmatch(key):
                claims[match["name"]] = first
        headers |= _route_headers(one.get("headers"))
    for text in _texts(maps, _PRINCIPALS):
        issuer, _, subject = text.rpartition("/")
        claims.setdefault("iss", issuer.replace("*", "any") or "any")
        claims.setdefault("sub", subject.replace("*", "any") or "any")
    issuers = [named for one in maps if isinstance(named := one.get("issuer"), str)]
    if issuers:
        claims.setdefault("iss", issuers[0])
    return headers, claims


def _route_headers(held: object) -> dict[str, str]:
    """Headers of a match of a route; Cilium writes each as one text."""
    found: dict[str, str] = {}
    for one in held if isinstance(held, list) else ():
        if isinstance(one, dict) and isinstance(one.get("name"), str) and isinstance(one.get("value"), str):
            found[one["name"]] = one["value"]
        elif isinstance(one, str):
            title, _, text = one.partition(":")
            found[title.strip()] = text.strip()
    return found


def _path(pattern: str) -> str:
    """A text that a pattern of Istio matches."""
    return _TEMPLATE.sub("any", pattern).replace("*", "any") or "/"


def _literal(expression: str) -> str:
    """A text that a simple regular expression matches; of others something like it."""
    plain = expression.strip("^$").replace(".*", "any").replace(".+", "any").replace("[0-9]+", "1")
    return _ESCAPED.sub(r"\1", plain) or "/"
