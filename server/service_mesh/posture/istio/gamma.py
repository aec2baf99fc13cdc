"""Routes of the Gateway API on Services as istiod turns them into VirtualServices."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.model.kinds import GRPC_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.gateway_rules import PathMatch
from service_mesh.posture.istio.route_matching import Match

__all__ = ["RANKS", "GammaMatch", "GammaRank", "gamma_matches", "is_dropped", "path_of"]

_FORMS = {"PathPrefix": "prefix", "Exact": "exact", "RegularExpression": "regex"}
RANKS: Mapping[str, int] = {"exact": 4, "prefix": 3, "regex": 2}
"""What a match asks of the path -> `form` of its rank; 1 stands for nothing of the path but something else."""

_FILTERS = frozenset(
    {
        "RequestHeaderModifier",
        "ResponseHeaderModifier",
        "RequestRedirect",
        "RequestMirror",
        "URLRewrite",
        "CORS",
    }
)
_BACKEND_FILTERS = frozenset({"RequestHeaderModifier", "ResponseHeaderModifier"})
_ANY = "[^/]+"


class GammaRank(NamedTuple):
    """How specific a match is: the greatest comes first.

    A match for every request comes last, and so has no form.
    """

    form: int = 0
    length: int = 0
    has_method: bool = False
    headers: int = 0
    params: int = 0

    def plain(self) -> tuple[int, ...]:
        """The order of Istio: exact paths, prefixes, expressions, each by length."""
        return tuple(self)

    def with_expressions_first(self) -> tuple[int, ...]:
        """The order of Cilium, which tries expressions before prefixes.

        (`cilium/cilium: operator/pkg/model/translation/envoy_virtual_host.go`, SortableRoute)
        """
        lengths = [self.length if self.form == RANKS[form] else 0 for form in ("exact", "regex", "prefix")]
        return (*lengths, self.has_method, self.headers, self.params)


class GammaMatch(NamedTuple):
    """A match of a route.

    Attributes:
        node: The match; the rule itself where it has none.
        rule: Its rule.
        match: What it asks of requests, as a match of a VirtualService.
        rank: How specific it is.
    """

    node: Node
    rule: Node
    match: Match
    rank: GammaRank


def gamma_matches(route: Resource) -> tuple[GammaMatch, ...]:
    """Every match of an HTTPRoute or GRPCRoute, in the order of the object.

    What the API server fills in is filled in: a rule of an HTTPRoute without matches is for every path.
    """
    return route.once(_gamma_matches)


def is_dropped(route: Resource) -> bool:
    """Tell whether istiod drops a whole route: for a filter that it does not know, or a backend without a port.

    (`istio/istio: pilot/pkg/config/kube/gateway/route_collections.go`, computeRoute; `conversion.go`, buildDestination)
    """
    return route.once(_is_dropped)


def path_of(match: Match) -> PathMatch:
    """The condition on the path that a match makes."""
    uri = match.get("uri")
    for form in ("exact", "prefix", "regex"):
        if isinstance(uri, dict) and isinstance(text := uri.get(form), str):
            return PathMatch(form, text)
    return PathMatch()


def _is_dropped(route: Resource) -> bool:
    if any(node.text not in _FILTERS for node in route.each("spec.rules[].filters[].type")):
        return True
    if any(node.text not in _BACKEND_FILTERS for node in route.each("spec.rules[].backendRefs[].filters[].type")):
        return True
    return any(_is_unusable(ref) for ref in route.each("spec.rules[].backendRefs[]"))


def _is_unusable(ref: Node) -> bool:
    weight = ref.value_at("weight")
    is_service = ref.text_at("group") in ("", "core") and ref.text_at("kind") in ("", "Service")
    return is_service and weight != 0 and (ref.get("port") is None or "." in ref.text_at("name"))


def _gamma_matches(route: Resource) -> tuple[GammaMatch, ...]:
    return tuple(_found(route))


def _found(route: Resource) -> Iterator[GammaMatch]:
    is_grpc = route.kind == GRPC_ROUTE
    if route.get("spec.rules") is None and not is_grpc:
        yield _ranked(route.root, route.root, {"uri": {"prefix": "/"}})
    for rule in route.each("spec.rules[]"):
        nodes = [node for node in rule.each("matches[]") if isinstance(node.value, dict)]
        if not nodes:
            yield _ranked(rule, rule, {} if is_grpc else {"uri": {"prefix": "/"}})
        for node in nodes:
            yield _ranked(node, rule, _of_call(node) if is_grpc else _of_request(node))


def _ranked(node: Node, rule: Node, match: Match) -> GammaMatch:
    path, headers, params = path_of(match), match.get("headers"), match.get("queryParams")
    counts = [len(held) if isinstance(held, dict) else 0 for held in (headers, params)]
    if not match:
        return GammaMatch(node, rule, match, GammaRank())
    form = RANKS[path.form] if "uri" in match else 1
    length = len(path.text) if "uri" in match else 0
    return GammaMatch(node, rule, match, GammaRank(form, length, "method" in match, *counts))


def _of_request(node: Node) -> Match:
    form, text = _FORMS.get(node.text_at("path.type"), "prefix"), node.text_at("path.value") or "/"
    if form == "prefix" and text != "/":
        text = text.removesuffix("/")
    found: dict[str, object] = {"uri": {form: text}}
    if method := node.text_at("method"):
        found["method"] = {"exact": method}
    if headers := _named(node, "headers[]", fold=True):
        found["headers"] = headers
    if params := _named(node, "queryParams[]", fold=False):
        found["queryParams"] = params
    return found


def _of_call(node: Node) -> Match:
    service, method = node.text_at("method.service"), node.text_at("method.method")
    found: dict[str, object] = {}
    if service or method:
        if node.text_at("method.type") == "RegularExpression":
            found["uri"] = {"regex": f"/{service or _ANY}/{method or _ANY}"}
        elif not method:
            found["uri"] = {"prefix": f"/{service}/"}
        else:
            found["uri"] = {"exact": f"/{service}/{method}"} if service else {"regex": f"/{_ANY}/{method}"}
    if headers := _named(node, "headers[]", fold=True):
        found["headers"] = headers
    return found


def _named(node: Node, place: str, *, fold: bool) -> dict[str, object]:
    """Conditions by name; of several of one name the first counts."""
    found: dict[str, object] = {}
    for item in node.each(place):
        name = item.text_at("name").lower() if fold else item.text_at("name")
        form = "regex" if item.text_at("type") == "RegularExpression" else "exact"
        found.setdefault(name, {form: item.text_at("value")})
    return found
