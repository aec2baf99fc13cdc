"""What a rule of a VirtualService does with a request that it takes: a fault, an answer of its own, or destinations."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from service_mesh.mesh.virtual_services import fault_share
from service_mesh.model.hosts import resolve_host
from service_mesh.model.node import Node
from service_mesh.posture.gateway_rules import PathMatch
from service_mesh.posture.istio.gamma import path_of
from service_mesh.posture.istio.route_sets import Candidate
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.rewriting import HeaderChanges, changed, with_full_path, with_prefix
from service_mesh.posture.routing import Backend, Fate, Outcome, Routing, merged_routing

__all__ = ["connection_outcome", "outcomes_of"]

_ALL = 100
_REWRITTEN = "what path the rewrite makes of the request"
_WHOLE = frozenset({"/.*", "^/.*", "/.*$", "^/.*$"})
_FILLED = "what the proxy fills into a header"
_WEIGHTLESS = "what the proxy does with a rule whose destinations all have weight 0, which istiod's webhook refuses"


class _Sent(NamedTuple):
    """A request as a rule leaves it, and what would have to be known of it."""

    request: HttpRequest
    host: str
    missing: str


def outcomes_of(candidate: Candidate, request: HttpRequest) -> Routing:
    """Tell what becomes of a request that a match takes.

    A delegate without faults, rewrites, headers or an answer of its own has those of the rule that delegates. What is
    aborted is so before anything else is done. (`istio/istio: pilot/pkg/networking/core/route/route.go`,
    translateRoute; `pilot/pkg/model/virtualservice.go`, mergeHTTPRoute)

    Args:
        candidate: The match with its rule.
        request: The request as it is sent.
    """
    if candidate.missing:
        chain = (candidate.node.note("takes the call"),)
        return Routing((Outcome(Fate.OPEN, f"{_title(candidate)} delegates it", chain, (), (candidate.missing,)),))
    sent = Routing((_without_fault(candidate, request),))
    abort = _part(candidate, "fault.abort")
    share = fault_share(abort) if abort is not None else 0
    if abort is None or share <= 0:
        return sent
    reason = f"{_title(candidate)} aborts {'it' if share >= _ALL else f'{share:g} % of such requests'}"
    stopped = Outcome(Fate.REFUSED, reason, (abort.note("aborts the request"), candidate.node.note("takes the call")))
    if share >= _ALL:
        return Routing((stopped,))
    missing = f"whether the fault hits the request, as it does {share:g} % of them"
    return merged_routing((Routing((stopped,)), sent), missing)


def connection_outcome(rule: Node, where: Node) -> Outcome:
    """Tell where a rule of `tcp` or `tls` sends a connection that it takes."""
    return _forwarded(rule, where, HttpRequest(), "")


def _without_fault(candidate: Candidate, request: HttpRequest) -> Outcome:
    rule, taken = candidate.rule, candidate.node.note("takes the call")
    redirect = rule.get("redirect")
    if redirect is not None and redirect.value is not None:
        parts = (redirect.text_at("authority") or "the same host", redirect.text_at("uri"))
        reason = f"{_title(candidate)} redirects it to {''.join(parts)} and sends it nowhere"
        return Outcome(Fate.REFUSED, reason, (redirect.note("redirects it"), taken))
    direct = _part(candidate, "directResponse")
    if direct is not None:
        status = direct.value_at("status")
        reason = f"{_title(candidate)} answers it with {status} and sends it nowhere"
        return Outcome(Fate.REFUSED, reason, (direct.note("answers it"), taken))
    sent = _rewritten(candidate, request)
    return _forwarded(rule, candidate.node, sent.request, sent.missing, host=sent.host)


def _forwarded(rule: Node, where: Node, request: HttpRequest, missing: str, host: str = "") -> Outcome:
    listed = tuple(rule.each("route[]"))
    chosen = listed if len(listed) == 1 else tuple(one for one in listed if _weight(one) > 0)
    taken, title = where.note("takes the call"), f"'{where.resource.title}'"
    if not chosen:
        return Outcome(Fate.OPEN, f"{title} sends it to nothing", (taken,), (), (_WEIGHTLESS,))
    single = len(listed) == 1
    backends = tuple(_backend(one, request, missing, host, single=single) for one in chosen)
    names = " and ".join(dict.fromkeys(_named(one) for one in backends[:3]))
    return Outcome(Fate.FORWARDED, f"{title} sends it to {names}", (taken,), backends)


def _backend(node: Node, request: HttpRequest, missing: str, host: str, *, single: bool) -> Backend:
    """A destination; a host that the rule sets comes before that of a destination alone."""
    changes = _changes(node)
    own = changes.host
    doubt = "which host the proxy sets, the rule's or the destination's" if host and own and not single else ""
    sent = changed(request, (changes,))
    named = host or own
    full = resolve_host(node.text_at("destination.host"), node.resource.namespace)
    number = node.value_at("destination.port.number")
    return Backend(
        node.get("destination") or node,
        full,
        number if type(number) is int else None,
        node.text_at("destination.subset"),
        replace(sent, host=named) if named else sent,
        1 if single else _weight(node),
        "",
        missing or doubt or (_FILLED if changes.is_open else ""),
    )


def _rewritten(candidate: Candidate, request: HttpRequest) -> _Sent:
    """A request with the headers, the path and the host that a rule changes; the host is not yet put in."""
    headers = _part(candidate, "headers")
    changes = _changes_in(headers) if headers is not None else HeaderChanges()
    found, host = changed(request, (changes,)), changes.host
    missing = _FILLED if changes.is_open else ""
    rewrite = _part(candidate, "rewrite")
    if rewrite is None:
        return _Sent(found, host, missing)
    host = rewrite.text_at("authority") or host
    uri = rewrite.text_at("uri")
    if rewrite.get("uriRegexRewrite.match") is not None:
        new = _by_expression(rewrite, request.path)
        missing = missing or (_REWRITTEN if new is None and request.path is not None else "")
        found = replace(found, path=new)
    elif uri:
        found = replace(found, path=_path(path_of(candidate.match), request.path, uri))
    return _Sent(found, host, missing)


def _by_expression(rewrite: Node, path: str | None) -> str | None:
    """The path where the expression takes all of it, as one for whole paths does; None where that is not known here."""
    new = rewrite.text_at("uriRegexRewrite.rewrite")
    is_whole = rewrite.text_at("uriRegexRewrite.match") in _WHOLE and "\\" not in new
    return with_full_path(path, new) if is_whole and path is not None and path.startswith("/") else None


def _path(met: PathMatch, path: str | None, new: str) -> str | None:
    """The path with what the match was about replaced: a prefix, or all of it."""
    return with_prefix(path, met.text, new) if met.form == "prefix" else with_full_path(path, new)


def _changes(holder: Node) -> HeaderChanges:
    headers = holder.get("headers")
    return _changes_in(headers) if headers is not None else HeaderChanges()


def _changes_in(headers: Node) -> HeaderChanges:
    removed = tuple(node.text for node in headers.each("request.remove[]") if not _is_internal(node.text))
    return HeaderChanges(removed, dict(_pairs(headers, "request.set")), dict(_pairs(headers, "request.add")))


def _pairs(headers: Node, place: str) -> Iterator[tuple[str, str]]:
    held = headers.value_at(place)
    if isinstance(held, dict):
        yield from ((name, value) for name, value in held.items() if isinstance(name, str) and isinstance(value, str))


def _is_internal(name: str) -> bool:
    return name.startswith(":") or name.lower() == "host"


def _part(candidate: Candidate, place: str) -> Node | None:
    """A part of a rule, else of the rule that delegates to it."""
    head = place.partition(".")[0]
    own = candidate.rule.get(head)
    if own is not None and own.value is not None:
        return candidate.rule.get(place)
    return candidate.outer.get(place) if candidate.outer is not None else None


def _weight(node: Node) -> float:
    found = node.get("weight")
    return found.number if found is not None and found.number is not None else 0


def _named(backend: Backend) -> str:
    return f"'{backend.host}'" + (f" subset '{backend.subset}'" if backend.subset else "")


def _title(candidate: Candidate) -> str:
    return f"'{candidate.node.resource.title}'"
