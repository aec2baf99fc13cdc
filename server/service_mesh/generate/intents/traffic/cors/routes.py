"""A CORS policy as a rule, and the requests that show which rule takes them."""

import shlex
from collections.abc import Iterator
from dataclasses import replace

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intents.traffic.cors.parameters import CrossOrigin
from service_mesh.generate.plan import Plan
from service_mesh.generate.questions import Question
from service_mesh.generate.routing.acting import Acting
from service_mesh.generate.routing.rules import RouteRule
from service_mesh.generate.site import Site

__all__ = ["cors"]

_SAMPLE = "https://page.example"


def cors(asked: CrossOrigin, site: Site) -> Plan:
    """The same rule in every dialect; what it is written as differs."""
    acting = Acting(asked, site)
    rule = RouteRule((), asked.matches, actions=asked.actions)
    who = "from anywhere" if asked.any_origin else "of other origins"
    why = f"Pages {who} may send {asked.about}"
    plan = acting.plan((rule,), why, _questions(asked, acting), tuple(_notes(asked, site)))
    return replace(plan, verify=(*plan.verify, _preflight(asked)))


def _questions(asked: CrossOrigin, acting: Acting) -> Iterator[Question]:
    says = dict(_says(asked, acting.site))
    headers = {"origin": _origin(asked)}
    yield acting.asks("a request of a page", says, headers=headers)
    yield acting.asks("what browsers ask before", says, method="OPTIONS", headers=headers)
    if asked.match.prefix:
        yield acting.asks("below a prefix", says, path=f"{asked.sample}/below", headers=headers)
    yield acting.asks("a request of no page", says)
    yield from acting.beside(says, headers=headers)


def _says(asked: CrossOrigin, site: Site) -> Iterator[tuple[str, object]]:
    """What the rule says that takes the request; the simulation knows no browsers."""
    is_sidecar = site.dialect is Dialect.ISTIO_SIDECAR
    place = "corsPolicy" if is_sidecar else "filters[].cors"
    yield f"{place}.allowMethods", list(asked.methods)
    yield f"{place}.allowHeaders", list(asked.headers) or None
    yield f"{place}.exposeHeaders", list(asked.expose) or None
    yield f"{place}.allowCredentials", asked.credentials or None
    yield f"{place}.maxAge", f"{asked.max_age}s" if is_sidecar else asked.max_age
    if asked.any_origin or asked.origins[0].exact is not None:
        text = "*" if asked.any_origin else asked.origins[0].exact
        yield f"{place}.allowOrigins[]", {"exact": text} if is_sidecar else text


def _origin(asked: CrossOrigin) -> str:
    """An origin that is allowed; one that nobody asks about where an expression tells."""
    if asked.any_origin:
        return _SAMPLE
    first = asked.origins[0]
    if first.below is not None:
        return first.below.replace("://", "://any.", 1)
    return first.exact or (f"{first.prefix}8080" if first.prefix is not None else _SAMPLE)


def _preflight(asked: CrossOrigin) -> str:
    """What a browser asks, by hand: the answer has to allow the origin."""
    address = f"http://{asked.service.name}.{asked.service.namespace}:{asked.service.port}{asked.sample}"
    parts = ["curl", "-si", "-X", "OPTIONS", address, "-H", f"Origin: {_origin(asked)}"]
    parts += ["-H", f"Access-Control-Request-Method: {asked.methods[0]}"]
    return f"kubectl exec deploy/CLIENT -n NAMESPACE -- {shlex.join(parts)}"


def _notes(asked: CrossOrigin, site: Site) -> Iterator[str]:
    yield (
        "which rule takes a request is proved, what browsers make of the answer is not: it keeps pages from reading,"
        " and stops no other caller"
    )
    if site.dialect is Dialect.ISTIO_SIDECAR:
        yield "browsers come through a gateway, whose routes need the policy: this one is for calls of sidecars"
    else:
        yield "browsers come through a gateway: where its requests do not pass these routes, its own need the policy"
    yield "an application that answers with CORS headers of its own would have them twice: leave one of both"
    if site.dialect is Dialect.ISTIO_SIDECAR and asked.credentials and any(one.below for one in asked.origins):
        yield "whoever can put a page on a host below the origin acts with the cookies of its reader"
