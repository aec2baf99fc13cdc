"""What a rule of an HTTPRoute or GRPCRoute does with a request that it takes: filters, then backends by weight."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from service_mesh.mesh.route_references import Reference, is_granted, reference
from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import service_host
from service_mesh.model.kinds import REFERENCE_GRANT, SERVICE, Kind
from service_mesh.model.node import Node
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.rewriting import HeaderChanges, changed, with_full_path, with_prefix
from service_mesh.posture.routing import Addressed, Backend, Fate, Outcome

__all__ = ["Dialect", "PathMatch", "backend_outcome", "rule_outcome", "share_of"]

_REDIRECT = "RequestRedirect"
_HEADERS = "RequestHeaderModifier"
_REWRITE = "URLRewrite"
_HOSTNAME = Kind("networking.istio.io", "Hostname")
_SERVICES = (SERVICE, Kind("core", SERVICE.name))
_IMPORT, _POOL = "ServiceImport", "InferencePool"
_WEIGHTLESS = "what the proxy does with a rule whose backends all have weight 0"
_REWRITTEN = "what path the rewrite makes of the request"


class Dialect(NamedTuple):
    """What one implementation makes of rules.

    Attributes:
        checks_grants: Whether a backend in another namespace needs a ReferenceGrant.
        keeps_addressed: Whether a rule without backends sends requests to what is addressed; else it answers with 500.
        takes_hostnames: Whether a backend may be a host by its name.
        refuses_weightless: Whether a rule whose backends all have weight 0 answers with 500; else that is not known.
        takes_others: Whether it is not known which other kinds of backends are sent to.
    """

    checks_grants: bool = False
    keeps_addressed: bool = False
    takes_hostnames: bool = False
    refuses_weightless: bool = True
    takes_others: bool = False


class PathMatch(NamedTuple):
    """The condition on the path that a request met.

    Attributes:
        form: `prefix`, `exact` or `regex`.
        text: The path or expression.
    """

    form: str = "prefix"
    text: str = "/"


def rule_outcome(
    mesh: MeshView, rule: Node, path: PathMatch, addressed: Addressed, dialect: Dialect, taking: Node | None = None
) -> Outcome:
    """Tell what becomes of a request that a rule takes.

    (https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule)

    Args:
        mesh: The objects.
        rule: The rule.
        path: Its condition on the path that was met.
        addressed: What the client addresses, with which request.
        dialect: What the implementation makes of rules.
        taking: The match that was met; the rule itself where it is left out.
    """
    where = taking or rule
    redirect = next((one for one in rule.each("filters[]") if one.text_at("type") == _REDIRECT), None)
    if redirect is not None:
        return _redirected(rule, redirect, where)
    request, missing = _filtered(rule, path, addressed.request)
    refs = tuple(rule.each("backendRefs[]"))
    if not refs and dialect.keeps_addressed:
        own = Backend(rule, addressed.host, addressed.number, "", request, missing=missing)
        return _forwarded(where, (own,))
    return backend_outcome(mesh, rule, where, dialect, request, missing)


def backend_outcome(
    mesh: MeshView, rule: Node, where: Node, dialect: Dialect, request: HttpRequest, missing: str = ""
) -> Outcome:
    """Tell what becomes of what a rule sends to its backends, for rules of connections too.

    Args:
        mesh: The objects.
        rule: The rule.
        where: What takes the request.
        dialect: What the implementation makes of rules.
        request: The request as its filters leave it.
        missing: What would have to be known of it.
    """
    listed = tuple(rule.each("backendRefs[]"))
    refs = [one for one in listed if share_of(one) > 0]
    if not refs and listed and not dialect.refuses_weightless:
        reason = f"the backends of {_title(rule)} all have weight 0"
        return Outcome(Fate.OPEN, reason, (where.note("takes the call"),), (), (_WEIGHTLESS,))
    if not refs:
        reason = f"{_title(rule)} has no backend with a weight above 0 here, and answers with 500"
        return Outcome(Fate.REFUSED, reason, (where.note("has no backend to send to"),))
    backends = (_backend(mesh, one, dialect, request) for one in refs)
    return _forwarded(where, tuple(replace(one, missing=one.missing or missing) for one in backends))


def share_of(backend: Node) -> float:
    """The weight of a backend; 1 where none is written."""
    weight = backend.get("weight")
    return 1 if weight is None or weight.number is None else weight.number


def _forwarded(where: Node, backends: tuple[Backend, ...]) -> Outcome:
    hosts = " and ".join(dict.fromkeys(f"'{one.host}'" for one in backends[:3]))
    return Outcome(Fate.FORWARDED, f"{_title(where)} sends it to {hosts}", (where.note("takes the call"),), backends)


def _redirected(rule: Node, redirect: Node, where: Node) -> Outcome:
    host = redirect.text_at("requestRedirect.hostname") or "the same host"
    scheme, path = redirect.text_at("requestRedirect.scheme"), redirect.get("requestRedirect.path")
    new = next((node.text for node in path.each("{}") if node.text.startswith("/")), "") if path is not None else ""
    to = f"{scheme}://{host}{new}" if scheme else f"{host}{new}"
    reason = f"{_title(rule)} redirects it to {to} and sends it nowhere"
    return Outcome(Fate.REFUSED, reason, (redirect.note("redirects it"), where.note("takes the call")))


def _filtered(rule: Node, path: PathMatch, request: HttpRequest) -> tuple[HttpRequest, str]:
    """A request as the filters of a rule leave it, and what would have to be known of it."""
    found = request
    changes = tuple(_header_changes(rule))
    found = changed(found, changes)
    host = next((one.host for one in changes if one.host), "")
    missing = "what the proxy fills into a header" if any(one.is_open for one in changes) else ""
    for one in rule.each("filters[]"):
        if one.text_at("type") == _REWRITE:
            host = one.text_at("urlRewrite.hostname") or host
            new, is_open = _rewritten(one, path, found.path)
            found = replace(found, path=new)
            missing = missing or (_REWRITTEN if is_open else "")
    return (replace(found, host=host) if host else found), missing


def _rewritten(one: Node, path: PathMatch, asked: str | None) -> tuple[str | None, bool]:
    """The path that a rewrite makes, and whether a path that is told becomes one that is not known here."""
    full, prefix = one.get("urlRewrite.path.replaceFullPath"), one.get("urlRewrite.path.replacePrefixMatch")
    if full is not None and full.text:
        return with_full_path(asked, full.text), False
    if prefix is None:
        return asked, False
    if path.form != "prefix":
        return None, asked is not None
    new = prefix.text.rstrip("/")
    if path.text == "/":
        return (None, asked is not None) if new else (asked, False)  # whether a slash is put between them differs
    rest = with_prefix(asked, path.text.rstrip("/"), new)
    return (rest if rest is None or rest.startswith("/") else f"/{rest}"), False


def _header_changes(holder: Node) -> Iterator[HeaderChanges]:
    for one in holder.each("filters[]"):
        if one.text_at("type") == _HEADERS:
            place = "requestHeaderModifier"
            removed = tuple(node.text for node in one.each(f"{place}.remove[]"))
            yield HeaderChanges(removed, _pairs(one, f"{place}.set[]"), _pairs(one, f"{place}.add[]"))


def _pairs(node: Node, path: str) -> dict[str, str]:
    """Names and values; of several of one name the first counts."""
    found: dict[str, str] = {}
    for item in node.each(path):
        found.setdefault(item.text_at("name").lower(), item.text_at("value"))
    return found


def _backend(mesh: MeshView, ref: Node, dialect: Dialect, request: HttpRequest) -> Backend:
    changes = tuple(_header_changes(ref))
    sent = changed(request, changes)
    host = next((one.host for one in changes if one.host), "")
    sent = replace(sent, host=host) if host else sent
    missing = "what the proxy fills into a header" if any(one.is_open for one in changes) else ""
    wanted = reference(ref, SERVICE.group, SERVICE.name)
    number = ref.get("port")
    port = number.value if number is not None and type(number.value) is int else None
    weight = share_of(ref)
    if dialect.takes_hostnames and wanted.kind == _HOSTNAME:
        return Backend(ref, wanted.name, port, "", sent, weight, "", missing)
    named = service_host(wanted.name, wanted.namespace)
    if wanted.kind.name == _POOL:
        return Backend(ref, named, port, "", sent, weight, "", f"which endpoints InferencePool '{wanted.name}' picks")
    if wanted.kind.name == _IMPORT:
        return Backend(ref, named, port, "", sent, weight, "", f"which clusters export '{wanted.name}'")
    if dialect.takes_others and wanted.kind not in _SERVICES:
        unknown = f"whether the implementation sends to backends of kind '{wanted.kind.name}'"
        return Backend(ref, named, port, "", sent, weight, "", unknown)
    fault, unloaded = _fault(mesh, ref, wanted, dialect)
    return Backend(ref, named, port, "", sent, weight, fault, unloaded or missing)


def _fault(mesh: MeshView, ref: Node, wanted: Reference, dialect: Dialect) -> tuple[str, str]:
    """Why nothing is sent to a backend, empty where something is; and what would have to be loaded to tell."""
    if wanted.kind not in _SERVICES:
        return f"backend '{wanted.name}' is of kind '{wanted.kind.name}', which is not sent to", ""
    route, home = ref.resource, wanted.namespace
    if not dialect.checks_grants or is_granted(mesh, route.kind, route.namespace, wanted):
        return "", ""
    if mesh.is_listed(REFERENCE_GRANT, route.cluster) or mesh.is_complete(home, route.cluster):
        return f"no ReferenceGrant lets '{route.title}' send to namespace '{home}'", ""
    return "", f"every ReferenceGrant of namespace '{home}'"


def _title(node: Node) -> str:
    return f"'{node.resource.title}'"
