"""Changes of headers as rules, and the requests that show what arrives."""

from collections.abc import Iterator, Mapping

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intents.traffic.header_modification.parameters import Edits, HeaderModification
from service_mesh.generate.plan import Plan
from service_mesh.generate.questions import Question
from service_mesh.generate.routing.acting import Acting
from service_mesh.generate.routing.rules import RouteRule
from service_mesh.generate.site import Site

__all__ = ["header_modification"]

_OWN = "of-the-caller"


def header_modification(asked: HeaderModification, site: Site) -> Plan:
    """The same rule in every dialect; what it is written as differs."""
    acting = Acting(asked, site)
    rule = RouteRule((), asked.matches, actions=asked.actions)
    about = f"of {asked.about}"
    sides = (about if asked.request is not None else "", f"of answers to {asked.about}" if asked.response else "")
    why = f"Headers {' and '.join(side for side in sides if side)} are changed"
    return acting.plan((rule,), why, _questions(asked, acting), tuple(_notes(asked)))


def _questions(asked: HeaderModification, acting: Acting) -> Iterator[Question]:
    says = dict(_says(asked, acting.site))
    edits = asked.request
    sent = dict.fromkeys((*edits.set, *edits.add, *edits.remove), _OWN) if edits is not None else {}
    yield acting.asks("a request", says, arrives=_arrives(edits, {}))
    if sent:
        yield acting.asks("a request that has the headers", says, headers=sent, arrives=_arrives(edits, sent))
    if asked.match.prefix:
        yield acting.asks("below a prefix", says, path=f"{asked.sample}/below", arrives=_arrives(edits, {}))
    yield from acting.beside(says, arrives=_arrives(edits, {}))


def _arrives(edits: Edits | None, sent: Mapping[str, str]) -> dict[str, str | None]:
    """What the destination gets of headers that a caller sent."""
    if edits is None:
        return {}
    added = {name: f"{sent[name]},{value}" if name in sent else value for name, value in edits.add.items()}
    found: dict[str, str | None] = {**edits.set, **added, **dict.fromkeys(edits.remove)}
    return {f"header {name}": value for name, value in found.items()}


def _says(asked: HeaderModification, site: Site) -> Iterator[tuple[str, object]]:
    """The first header of each kind for answers, which the simulation does not follow back."""
    edits = asked.response
    if edits is None:
        return
    if site.dialect is Dialect.ISTIO_SIDECAR:
        yield "headers.response.set", dict(edits.set) or None
        yield "headers.response.add", dict(edits.add) or None
        yield "headers.response.remove", list(edits.remove) or None
        return
    for name, held in (("set", edits.set), ("add", edits.add)):
        listed = [{"name": header, "value": value} for header, value in held.items()]
        yield f"filters[].responseHeaderModifier.{name}", listed or None
    yield "filters[].responseHeaderModifier.remove", list(edits.remove) or None


def _notes(asked: HeaderModification) -> Iterator[str]:
    if asked.request is not None and asked.request.set:
        names = ", ".join(asked.request.set)
        yield f"callers that pass no proxy of the mesh can send {names} themselves: it proves nothing about them"
    if asked.request is not None and asked.request.add:
        yield "added values stand behind those that callers sent, so that the first one may be theirs"
    if asked.response is not None:
        yield "that answers get their headers is not simulated: the rule that takes the request has them"
