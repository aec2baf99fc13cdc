"""Whether a match of a VirtualService, or what istiod makes of one of the Gateway API, is met: by proxy and request."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.gateways import GatewayName, gateway_name
from service_mesh.model.selectors import plain_selector
from service_mesh.posture.expressions import matches_whole
from service_mesh.posture.istio.authorization.answers import NO, YES, Answer, all_of, answer_of, negated, unknown
from service_mesh.posture.istio.authorization.paths import normalised
from service_mesh.posture.requests import HttpRequest

__all__ = ["Match", "Proxy", "Seen", "is_for_proxy", "is_met", "seen_of", "text_meets"]

Match = Mapping[str, object]
"""An `HTTPMatchRequest`, a `TLSMatchAttributes` or an `L4MatchAttributes`, as plain data."""

_MESH = "mesh"
_CLAIMS = "@request.auth.claims"


class Proxy(NamedTuple):
    """The proxy that routes are made for.

    Attributes:
        namespace: Its namespace.
        cluster: Its cluster.
        labels: Labels of its pod; none for a waypoint, which has the labels of no client.
        is_waypoint: Whether it is a waypoint.
        gateway: For what a Gateway opens at a proxy, that Gateway; None for sidecars and waypoints.
    """

    namespace: str
    cluster: str
    labels: Mapping[str, object]
    is_waypoint: bool = False
    gateway: GatewayName | None = None


class Seen(NamedTuple):
    """A request as the matches of routes see it.

    Attributes:
        request: The request.
        path: Its path without the query string, or why that is not known.
        params: The first value of each parameter of the query; None where they are not known.
        headers: Its headers by lower-case name.
        scheme: `https` where the proxy has ended TLS for it, else `http`.
    """

    request: HttpRequest
    path: str | Answer
    params: Mapping[str, str] | None
    headers: Mapping[str, str]
    scheme: str = "http"


def seen_of(request: HttpRequest, normalization: str, scheme: str = "http") -> Seen:
    """A request as the matches of routes see it.

    Args:
        request: The request.
        normalization: `pathNormalization.normalization` of the mesh configuration.
        scheme: How it came to the proxy.
    """
    headers = {name.lower(): value for name, value in request.headers.items()}
    if request.path is None:
        return Seen(request, unknown("the path of the request"), None, headers, scheme)
    path = normalised(request.path, normalization)
    pieces = request.path.partition("#")[0].partition("?")[2].split("&")
    params: dict[str, str] = {}
    for name, _, value in (piece.partition("=") for piece in pieces if piece):
        params.setdefault(name, value)
    held = unknown("what the proxy makes of the path") if path is None else path
    return Seen(request, held, params, headers, scheme)


def is_for_proxy(match: Match, proxy: Proxy, port: int, homes: Iterable[str] = ()) -> bool:
    """Tell whether a match of requests counts for a proxy and a port, before any request is seen.

    Where gateways are named, labels and namespaces of clients are not asked for; a waypoint drops matches with labels.
    (`istio/istio: pilot/pkg/networking/core/route/route.go`, sourceMatchHTTP;
    `pilot/pkg/networking/core/listener_waypoint.go`, waypointInboundRoute)

    Args:
        match: The match.
        proxy: The proxy.
        port: The port of the service, or of the server of a Gateway.
        homes: Namespaces that a short name of a gateway may be meant in; only read for gateways.
    """
    labels = match.get("sourceLabels")
    if (proxy.is_waypoint and labels) or match.get("port") not in (None, 0, port):
        return False
    gateways = match.get("gateways")
    if isinstance(gateways, list) and gateways:
        if proxy.gateway is None:
            return _MESH in gateways
        texts = [name for name in gateways if isinstance(name, str)]
        return any(gateway_name(name, home) == proxy.gateway for home in homes for name in texts)
    is_near = match.get("sourceNamespace") in (None, "", proxy.namespace)
    return is_near and plain_selector(labels).matches(proxy.labels)


def is_met(match: Match, seen: Seen, *, separated: bool = False) -> Answer:
    """Tell whether a request meets a match of requests.

    (`istio/istio: pilot/pkg/networking/core/route/route.go`, TranslateRouteMatch)

    Args:
        match: The match.
        seen: The request.
        separated: Whether prefixes of paths end at slashes, as those of the Gateway API do.
    """
    return all_of(_conditions(match, seen, separated=separated))


def text_meets(wanted: object, text: str) -> Answer:
    """Tell whether a text meets a `StringMatch` that asks for more than that something is there."""
    if not isinstance(wanted, dict):
        return NO
    form, said = next(((name, wanted[name]) for name in ("exact", "prefix", "regex") if name in wanted), ("", ""))
    if not isinstance(said, str):
        return NO
    match form:
        case "exact":
            return YES if text == said else NO
        case "prefix":
            return YES if text.startswith(said) else NO
        case "regex":
            return answer_of(matches_whole(said, text), f"whether '{text[:60]}' matches the expression '{said[:60]}'")
        case _:
            return NO


def _conditions(match: Match, seen: Seen, *, separated: bool) -> Iterator[Answer]:
    request = seen.request
    if (uri := match.get("uri")) is not None and not _is_any(uri):
        yield _path_meets(uri, seen, fold=match.get("ignoreUriCase") is True, separated=separated)
    for field, text, missing in (
        ("method", request.method, "the method of the request"),
        ("authority", request.host, "the host of the request"),
        ("scheme", seen.scheme, ""),
    ):
        if (wanted := match.get(field)) is not None:
            yield _one_meets(wanted, text, missing)
    for name, wanted in _entries(match, "headers"):
        yield _header_meets(name, wanted, seen)
    for name, wanted in _entries(match, "withoutHeaders"):
        yield _header_lacks(name, wanted, seen)
    for name, wanted in _entries(match, "queryParams"):
        if seen.params is None:
            yield unknown("the path of the request")
        elif name not in seen.params:
            yield NO
        else:
            yield YES if _asks_presence(wanted) else text_meets(wanted, seen.params[name])


def _path_meets(uri: object, seen: Seen, *, fold: bool, separated: bool) -> Answer:
    if isinstance(seen.path, Answer):
        return seen.path
    path = seen.path.lower() if fold else seen.path
    wanted = {form: said.lower() if fold and form != "regex" else said for form, said in _texts(uri)}
    if fold and "regex" in wanted:
        return unknown("whether an expression counts letter case, as `ignoreUriCase` says nothing of it")
    if separated and "prefix" in wanted and wanted["prefix"] != "/":
        prefix = wanted["prefix"].removesuffix("/")
        return YES if path == prefix or path.startswith(f"{prefix}/") else NO
    return text_meets(wanted, path)


def _one_meets(wanted: object, text: str | None, missing: str) -> Answer:
    if _asks_presence(wanted):
        return YES
    return unknown(missing) if text is None else text_meets(wanted, text)


def _header_meets(name: str, wanted: object, seen: Seen) -> Answer:
    if name.startswith(_CLAIMS):
        return unknown("which claims of tokens the proxy has verified when it chooses a route")
    held = _held(name, seen)
    if held is None or isinstance(held, Answer):
        return NO if held is None else held
    return YES if _asks_presence(wanted) else text_meets(wanted, held)


def _header_lacks(name: str, wanted: object, seen: Seen) -> Answer:
    """Whether a header is not as a match says; one that is not there counts as empty, unless none is to be there."""
    if name.startswith(_CLAIMS):
        return negated(_header_meets(name, wanted, seen))
    held = _held(name, seen)
    if isinstance(held, Answer):
        return held
    if _asks_presence(wanted):
        return YES if held is None else NO
    return negated(text_meets(wanted, held or ""))


def _held(name: str, seen: Seen) -> str | Answer | None:
    """The value of a header; None where it is not there."""
    for names, text, missing in (
        ((":method",), seen.request.method, "the method of the request"),
        ((":authority", "host"), seen.request.host, "the host of the request"),
        ((":path",), seen.request.path, "the path of the request"),
    ):
        if name.lower() in names:
            return unknown(missing) if text is None else text
    return seen.headers.get(name.lower())


def _asks_presence(wanted: object) -> bool:
    """Whether a `StringMatch` only asks for something to be there: it is empty, or the expression `*`."""
    return wanted is None or wanted in ({}, {"regex": "*"})


def _is_any(uri: object) -> bool:
    """Whether every path meets a condition: the proxy takes it for none."""
    return uri in ({}, {"prefix": "/"}, {"regex": ".*"})


def _texts(wanted: object) -> Iterator[tuple[str, str]]:
    if isinstance(wanted, dict):
        yield from ((form, said) for form, said in wanted.items() if isinstance(form, str) and isinstance(said, str))


def _entries(match: Match, field: str) -> Iterator[tuple[str, object]]:
    held = match.get(field)
    if isinstance(held, dict):
        yield from ((name, wanted) for name, wanted in held.items() if isinstance(name, str))
