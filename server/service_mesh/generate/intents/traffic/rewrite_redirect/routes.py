"""Rewrites and redirects as rules, and the requests that show what becomes of them."""

from collections.abc import Iterator, Mapping

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intents.traffic.rewrite_redirect.parameters import RewriteRedirect
from service_mesh.generate.plan import Plan
from service_mesh.generate.questions import Question
from service_mesh.generate.routing.acting import Acting
from service_mesh.generate.routing.actions import NewPath, Redirect
from service_mesh.generate.routing.rules import RouteRule
from service_mesh.generate.site import Site

__all__ = ["rewrite_redirect"]

_KEEPS_METHOD = (307, 308)
_FOR_GOOD = (301, 308)


def rewrite_redirect(asked: RewriteRedirect, site: Site) -> Plan:
    """The same rule in every dialect; what it is written as differs."""
    acting = Acting(asked, site)
    rule = RouteRule((), asked.matches, actions=asked.actions)
    about = f"{asked.about[:1].upper()}{asked.about[1:]}"
    if asked.rewrite is not None:
        why = f"{about} ask for {_text(asked)} on their way"
        return acting.plan((rule,), why, _rewrites(asked, acting), _rewriting(asked))
    why = f"Callers of {asked.about} are sent to {_text(asked)}"
    return acting.plan((rule,), why, _redirects(asked, acting), _redirecting(asked))


def _text(asked: RewriteRedirect) -> str:
    told = asked.actions.redirect or asked.actions.rewrite
    assert told is not None
    path = told.path.full or told.path.prefix if told.path is not None else ""
    scheme = f"{told.scheme}://" if isinstance(told, Redirect) and told.scheme else ""
    port = f":{told.port}" if isinstance(told, Redirect) and told.port else ""
    host = told.host or ("the same host" if scheme or port else "")
    return f"{scheme}{host}{port}{path}"


def _rewrites(asked: RewriteRedirect, acting: Acting) -> Iterator[Question]:
    assert asked.rewrite is not None
    names = ("rewrite",) if acting.site.dialect is Dialect.ISTIO_SIDECAR else ("filters[].urlRewrite",)
    host = {"host": asked.rewrite.host} if asked.rewrite.host is not None else {}
    for why, path in _paths(asked):
        plain, query, rest = path.partition("?")
        new = asked.replacement.of(plain, asked.sample) if asked.replacement is not None else plain
        yield acting.asks(why, {}, path=path, arrives={"path": f"{new}{query}{rest}", **host})
    yield from acting.beside({}, arrives={"path": _new(asked), **host}, names=names)


def _new(asked: RewriteRedirect) -> str:
    return asked.replacement.of(asked.sample, asked.sample) if asked.replacement is not None else asked.sample


def _paths(asked: RewriteRedirect) -> Iterator[tuple[str, str]]:
    yield "a request", asked.sample
    yield "with a query", f"{asked.sample}?page=2"
    if not asked.match.exact:
        below = asked.sample.rstrip("/")
        yield "below a prefix", f"{below}/below"
        yield "with a slash at the end", f"{below}/"


def _redirects(asked: RewriteRedirect, acting: Acting) -> Iterator[Question]:
    redirect = asked.actions.redirect
    assert redirect is not None
    says = dict(_says(acting.site, redirect))
    for why, path in _paths(asked):
        yield acting.asks(why, says, path=path, is_answered=True)
    yield from acting.beside(says, is_answered=True)


def _says(site: Site, redirect: Redirect) -> Iterator[tuple[str, object]]:
    if site.dialect is Dialect.ISTIO_SIDECAR:
        found: Mapping[str, object] = {
            "scheme": redirect.scheme,
            "authority": redirect.host,
            "port": redirect.port,
            "uri": redirect.path.full if redirect.path is not None else "",
            "redirectCode": redirect.status,
        }
        yield from ((f"redirect.{name}", value) for name, value in found.items() if value)
        return
    path = redirect.path or NewPath()
    found = {
        "scheme": redirect.scheme,
        "hostname": redirect.host,
        "port": redirect.port,
        "path.replaceFullPath": path.full,
        "path.replacePrefixMatch": path.prefix,
        "statusCode": redirect.status,
    }
    yield from ((f"filters[].requestRedirect.{name}", value) for name, value in found.items() if value)


def _rewriting(asked: RewriteRedirect) -> Iterator[str]:
    assert asked.rewrite is not None
    if asked.replacement is not None:
        yield "policies of the destination see the new path: those about the old one have to follow"
        yield "links and redirects in answers keep the paths of the destination: they are not rewritten back"
    if asked.rewrite.host is not None:
        yield f"the destination stays the same and sees the host {asked.rewrite.host}"


def _redirecting(asked: RewriteRedirect) -> Iterator[str]:
    assert asked.redirect is not None
    yield "callers have to follow redirects: many clients of services do not unless they are told to"
    if asked.redirect.status not in _KEEPS_METHOD and asked.method != "GET":
        yield f"with {asked.redirect.status} many callers follow with GET and without a body; 307 and 308 keep both"
    if asked.redirect.status in _FOR_GOOD:
        yield f"callers may remember {asked.redirect.status} when the rule is gone; 302 and 307 are asked for again"
    if asked.redirect.scheme == "https":
        yield "the mesh encrypts by itself: https needs a destination that speaks TLS of its own"
