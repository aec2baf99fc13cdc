"""Retries and timeouts as rules: requests that only read are tried again, all of them end."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.traffic.retries_timeouts.parameters import READING, RetriesTimeouts
from service_mesh.generate.plan import Gap, Plan
from service_mesh.generate.questions import Question
from service_mesh.generate.routing.acting import Acting
from service_mesh.generate.routing.actions import Actions
from service_mesh.generate.routing.http_route_actions import annotations
from service_mesh.generate.routing.lacking import lacking
from service_mesh.generate.routing.linkerd_routes import is_annotated
from service_mesh.generate.routing.rules import RouteRule
from service_mesh.generate.routing.virtual_service_actions import retry_on
from service_mesh.generate.site import Site
from service_mesh.model.kinds import SERVICE

__all__ = ["retries_timeouts"]

_RETRIES = "retry.linkerd.io/"
_WRITE = "POST"


def retries_timeouts(asked: RetriesTimeouts, site: Site) -> Plan:
    """The same rules in every dialect; where retries have no words, timeouts alone."""
    gaps = tuple(_untold(asked, site))
    if gaps and asked.timeout is None:
        raise InexpressibleError(*gaps)
    retried = asked.all_actions if gaps else asked.retried
    acting = Acting(asked, site)
    parts = (f"end after {asked.timeout}" if asked.timeout else "", "" if gaps else _tries(asked))
    why = f"{asked.about[:1].upper()}{asked.about[1:]} {' and '.join(part for part in parts if part)}"
    return acting.plan(
        _rules(asked, retried), why, _questions(asked, acting, retried), tuple(_notes(asked, site, retried)), gaps
    )


def _tries(asked: RetriesTimeouts) -> str:
    if asked.retries is None:
        return ""
    which = "" if asked.retry_writes or asked.method else " if they only read"
    return f"are tried again{which}, {_times(asked.retries)}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"at most {count} times"


def _untold(asked: RetriesTimeouts, site: Site) -> Iterator[Gap]:
    """Retries that cannot be told, with everything that is asked of them."""
    for gap in lacking(site, Actions(retries=asked.retried.retries)):
        each = f", {asked.per_try_timeout} each" if asked.per_try_timeout else ""
        count = "1 retry" if asked.retries == 1 else f"{asked.retries} retries"
        what = f"{count}{each}, of {', '.join(map(str, asked.statuses))}"
        writes = ", of writes too" if asked.retry_writes else ""
        yield Gap(f"{what}{writes}: {gap.part}", gap.closest)


def _rules(asked: RetriesTimeouts, retried: Actions) -> Iterator[RouteRule]:
    if asked.is_split and retried.retries is not None:
        yield RouteRule((), tuple(replace(asked.match, method=one) for one in READING), actions=retried)
        if asked.timeout is not None:
            yield RouteRule((), asked.matches, actions=asked.all_actions)
    else:
        yield RouteRule((), asked.matches, actions=retried)


def _questions(asked: RetriesTimeouts, acting: Acting, retried: Actions) -> Iterator[Question]:
    site = acting.site
    says = _says(site, retried)
    yield acting.asks("a request", says)
    if asked.match.prefix:
        yield acting.asks("below a prefix", says, path=f"{asked.sample}/below")
    if asked.method is None:
        is_retried = asked.retry_writes or retried.retries is None
        writes = says if is_retried else _says(site, asked.all_actions)
        why = "a request that writes" if is_retried else "a request that writes, which is not tried again"
        kept = tuple(name for name in says if name not in writes)
        yield replace(acting.asks(why, writes, method=_WRITE), stays=kept)
    yield from acting.beside(says)


def _says(site: Site, actions: Actions) -> Mapping[str, object]:
    """What the rule, or the route, says that takes a request."""
    if is_annotated(site):
        return annotations(actions)
    if site.dialect is not Dialect.ISTIO_SIDECAR:
        return {"timeouts.request": actions.timeout} if actions.timeout else {}
    found: dict[str, object] = {"timeout": actions.timeout} if actions.timeout else {}
    if actions.retries is not None:
        found |= {"retries.attempts": actions.retries.attempts, "retries.retryOn": retry_on(actions.retries)}
        if actions.retries.per_try:
            found["retries.perTryTimeout"] = actions.retries.per_try
    return found


def _notes(asked: RetriesTimeouts, site: Site, retried: Actions) -> Iterator[str]:
    if asked.timeout is not None:
        yield "streams and long polls end with the timeout too: their paths need rules without one"
    if retried.retries is not None and retried.retries.attempts > 1:
        yield (
            f"a destination that fails gets up to {retried.retries.attempts + 1} times the requests: callers that"
            " retry as well multiply that"
        )
    if retried.retries is not None and asked.timeout and not asked.per_try_timeout:
        yield "a try that hangs uses up the timeout: per_try_timeout leaves time for the next one"
    if asked.retry_writes and retried.retries is not None:
        yield "requests that write may be done twice: the destination has to know one that it has seen"
    if site.dialect.is_istio:
        yield (
            "beside what is asked for, Istio tries requests again that nobody worked on, twice by default"
            " (meshConfig.defaultHttpRetryPolicy)"
        )
    if site.dialect is Dialect.LINKERD and retried.retries is not None:
        yield "Linkerd does not retry requests with a body of more than 64 KiB"
        yield from _service_retries(asked, site)
    yield "what the simulation shows is that the settings are those of the rule that takes the request, not the times"


def _service_retries(asked: RetriesTimeouts, site: Site) -> Iterator[str]:
    service = site.view.find(SERVICE, asked.service.namespace, asked.service.name)
    if service is not None and any(name.startswith(_RETRIES) for name in service.annotations):
        yield f"Service {asked.service.text} has retries of its own: they hold for requests whose route has none"
