"""Requests to try a change with: those that the policies in it speak of, and one that none speaks of."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_VALUES = ("values", "notValues")
_PRINCIPALS = ("requestPrincipals", "notRequestPrincipals")
_HEADER = re.compile(r"request\.headers\[(?P<name>[A-Za-z0-9_-]{1,80})\]")
_CLAIM = re.compile(r"request\.auth\.claims(?P<names>(?:\[[^\[\]]{1,80}\]){1,8})")
_NAME = re.compile(r"\[([^\[\]]+)\]")
_OF_TOKENS = {"request.auth.audiences": "aud", "request.auth.presenter": "azp"}
_TEMPLATE = re.compile(r"\{\*{1,2}\}")
_ESCAPED = re.compile(r"\\(.)")
_DEEPEST = 24
_MANY = 1_000_000
_EACH = 6
"""Most values of one kind that are tried."""

_MOST = 24
"""Most requests that are tried."""

_NEUTRAL_HOST = "neutral.example"
_NEUTRAL = HttpRequest("GET", "/", _NEUTRAL_HOST)


def requests_of(resources: Iterable[Resource]) -> tuple[HttpRequest, ...]:
    """Requests that some policies may decide differently: each path, method, host, header and claim that they name.

    They are witnesses and no proof: what holds for all of them may not hold for another. What is named least often
    comes first: of a policy before a change and after it that is what the change adds and takes away.
    """
    parts = [part for resource in resources for part in _parts(resource)]
    often = Counter(text for part in parts for one in _maps(part, _DEEPEST) for text in _held(one))
    found: dict[str, HttpRequest] = {}
    for part in sorted(parts, key=lambda part: min(_rarest(one, often) for one in _maps(part, _DEEPEST))):
        for request in islice(_requests(part, often), _MOST):
            found.setdefault(words(request), request)
        if len(found) > _MOST:
            break
    neutral = words(_NEUTRAL)
    listed = [one for key, one in found.items() if key != neutral][: _MOST - 1]
    return (*listed, _NEUTRAL)


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


def _held(part: Mapping[str, object]) -> Iterator[str]:
    """The texts that stand in a map itself."""
    for value in part.values():
        listed = value if isinstance(value, list) else (value,)
        yield from (text for text in listed if isinstance(text, str))


def _rarest(part: Mapping[str, object], often: Counter[str]) -> int:
    return min((often[text] for text in _held(part)), default=_MANY)


def _requests(rule: Mapping[str, object], often: Counter[str]) -> Iterator[HttpRequest]:
    """Requests that a rule speaks of: those of what it names together first, then each header and claim by itself."""
    maps = sorted(_maps(rule, _DEEPEST), key=lambda one: _rarest(one, often))
    paths = [_path(text) for text in _texts(maps, _PATHS, often)] + [text for one in maps for text in _route_path(one)]
    methods = [
        *_texts(maps, _METHODS, often),
        *(text for one in maps if isinstance(text := one.get("method"), str)),
    ]
    hosts = [text.replace("*", "any") for text in _texts(maps, _HOSTS, often)]
    headers, claims = _headers(maps, often), _claims(maps, often)
    first, *rest = product(methods[:_EACH] or ["GET"], paths[:_EACH] or ["/"], hosts[:_EACH] or [_NEUTRAL_HOST])
    yield from _with(first, headers[:1], claims[:1])
    fullest = headers[0] if headers else {}, claims[0] if claims else None
    yield from (HttpRequest(*first, header, fullest[1]) for header in headers[1:])
    yield from (HttpRequest(*first, fullest[0], claim) for claim in claims[1:])
    for one in rest:
        yield from _with(one, headers[:1], claims[:1])


def _with(
    told: tuple[str, str, str], headers: Iterable[dict[str, str]], claims: Iterable[dict[str, object]]
) -> Iterator[HttpRequest]:
    """A request without and with headers, and without and with a token."""
    yield from (HttpRequest(*told, header, claim) for header in ({}, *headers) for claim in (None, *claims))


def _texts(maps: Iterable[Mapping[str, object]], names: Iterable[str], often: Counter[str]) -> list[str]:
    """What maps list below some names, what is named least often first."""
    held = [value for one in maps for name in names if isinstance(value := one.get(name), list)]
    return sorted((text for value in held for text in value if isinstance(text, str)), key=often.__getitem__)


def _route_path(part: Mapping[str, object]) -> Iterator[str]:
    """The path of a match of a route, or of a rule of Cilium, which is a regular expression."""
    path = part.get("path")
    if isinstance(path, dict) and isinstance(text := path.get("value"), str):
        yield _path(_literal(text)) if path.get("type") == "RegularExpression" else text
        yield _path(f"{text.rstrip('/')}/*")
    elif isinstance(path, str):
        yield _literal(path)


def _headers(maps: Iterable[Mapping[str, object]], often: Counter[str]) -> list[dict[str, str]]:
    """The first value of each header that a rule names, then each other value by itself."""
    found: dict[str, list[str]] = {}
    for one in maps:
        key = one.get("key")
        if isinstance(key, str) and (match := _HEADER.fullmatch(key)):
            found.setdefault(match["name"], []).extend(map(_path, _texts((one,), _VALUES, often)))
        for name, text in _route_headers(one.get("headers")).items():
            found.setdefault(name, []).append(text)
    given = {name: values for name, values in found.items() if values}
    base = {name: values[0] for name, values in given.items()}
    others = ({**base, name: text} for name, values in given.items() for text in values[1:_EACH])
    return [base, *others][:_EACH] if base else []


def _claims(maps: Sequence[Mapping[str, object]], often: Counter[str]) -> list[dict[str, object]]:
    """The first value of each claim that a rule names, then each other value by itself."""
    named = _texts(maps, _PRINCIPALS, often)
    found: dict[tuple[str, ...], list[str]] = {}
    for one in maps:
        key, values = one.get("key"), _texts((one,), _VALUES, often)
        named += values if key == "request.auth.principal" else []
        if isinstance(key, str) and values and (path := _claim(key)):
            found.setdefault(path, []).extend(values)
    issuers = [text for one in maps if isinstance(text := one.get("issuer"), str)]
    whose = list(map(_principal, named)) or [{"iss": issuer} for issuer in issuers] or [{}]
    first = {path: values[0] for path, values in found.items()}
    others = [{**first, path: text} for path, values in found.items() for text in values[1:_EACH]]
    told = [(one, first) for one in whose[:_EACH]] + [(whose[0], one) for one in others]
    return [held for one, more in told[: 2 * _EACH] if (held := _token(one, more))]


def _claim(key: str) -> tuple[str, ...]:
    """The place of a claim in a token; empty for what is none."""
    if key in _OF_TOKENS:
        return (_OF_TOKENS[key],)
    return tuple(_NAME.findall(match["names"])) if (match := _CLAIM.fullmatch(key)) else ()


def _token(whose: Mapping[str, str], claims: Mapping[tuple[str, ...], str]) -> dict[str, object]:
    found: dict[str, object] = dict(whose)
    for (*above, name), text in claims.items():
        place = found
        for each in above:
            held = place.setdefault(each, {})
            if not isinstance(held, dict):
                break
            place = held
        else:
            place[name] = text
    return found


def _principal(text: str) -> dict[str, str]:
    issuer, _, subject = text.rpartition("/")
    return {"iss": issuer.replace("*", "any") or "any", "sub": subject.replace("*", "any") or "any"}


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
