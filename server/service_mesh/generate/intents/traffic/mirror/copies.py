"""Copies as a rule for requests that change nothing, and what shows that others are not copied."""

from collections.abc import Iterator, Mapping

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.traffic.mirror.parameters import Mirror
from service_mesh.generate.plan import Gap, Plan
from service_mesh.generate.questions import Question
from service_mesh.generate.routing.asking import Asking
from service_mesh.generate.routing.files import RouteSheet
from service_mesh.generate.routing.plans import routes_plan
from service_mesh.generate.routing.rules import Match, RouteRule
from service_mesh.generate.routing.subject import fitted
from service_mesh.generate.site import Site

__all__ = ["NO_COPIES", "mirror"]

NO_COPIES = Gap(
    "copies of requests: Linkerd's proxies make none",
    "a small share of the requests themselves (canary), or copies that a gateway in front of the mesh makes",
)

_ALL = 100
_SHARE_SINCE = {Dialect.ISTIO_AMBIENT: ("istio", 1, 26), Dialect.CILIUM: ("cilium", 1, 18)}
"""Dialect -> the release since which a share is read, which came with Gateway API 1.3.

(https://gateway-api.sigs.k8s.io/geps/gep-3171/, `istio/istio: pilot/pkg/config/kube/gateway/conversion.go`,
`cilium/cilium: operator/pkg/model/ingestion/gateway.go`)
"""
_HOST_KEPT = (1, 28)
"""The release of Istio since which the Host of copies is left as it is (`pilot/pkg/features/pilot.go`)."""


def mirror(asked: Mirror, site: Site) -> Plan:
    """The same rules in every dialect; what they are written as differs.

    Raises:
        InexpressibleError: A share is asked for that the release does not read.
    """
    since = _SHARE_SINCE.get(site.dialect)
    if asked.percent < _ALL and since is not None and not site.has(*since):
        least = ".".join(str(part) for part in since[1:])
        part = f"copies of a share: {site.dialect.in_words} reads it since {least}, and would copy all requests"
        raise InexpressibleError(Gap(part, f"leave percent away, or take release {least} or newer"))
    asking = Asking.about(site, fitted(asked.subject, site))
    what = f"{asked.percent} % of" if asked.percent < _ALL else "all"
    why = f"Copies of {what} {', '.join(asked.methods)} requests go to {asked.to.text}, whose answers are thrown away"
    return routes_plan(
        asking,
        (RouteSheet("mirror.yaml", why, tuple(_rules(asked))),),
        _questions(asked, asking),
        prerequisites=(
            *asked.runs(*asked.versions),
            f"{asked.to.text} has stores and queues of its own, or changes none when it is asked",
            f"policies let whoever may call {asked.service.name} call {asked.to.text} as well",
        ),
        notes=(
            "other methods are not copied: what they change would be changed twice",
            f"whether {asked.to.text} does well is to be seen at its own metrics: no caller sees its answers",
            _host(site),
        ),
    )


def _host(site: Site) -> str:
    if site.dialect is Dialect.CILIUM or not site.has("istio", *_HOST_KEPT):
        return "Envoy puts -shadow behind the Host of copies, by which they can be told"
    return "copies have the Host of the requests: nothing in them tells that they are copies"


def _rules(asked: Mirror) -> Iterator[RouteRule]:
    matches = tuple(Match(method=one) for one in asked.methods)
    yield RouteRule((asked.answers,), matches, mirror=asked.copies)
    yield RouteRule((asked.answers,))


def _questions(asked: Mirror, asking: Asking) -> Iterator[Question]:
    answers, copied, plain = (asked.answers,), _copied(asked, asking), _plain(asking)
    for method in asked.methods:
        yield asking.asks("who answers, and who gets a copy", answers, method=method, says=copied)
    yield asking.asks("another path", answers, method=asked.methods[0], path="/below?page=2", says=copied)
    for write in ("POST", "PUT", "PATCH", "DELETE"):
        yield asking.asks("a write, which is not copied", answers, method=write, says=plain)
    yield from asking.beside(answers)


def _plain(asking: Asking) -> Mapping[str, object]:
    return {"mirror": None} if asking.site.dialect is Dialect.ISTIO_SIDECAR else {"filters": None}


def _copied(asked: Mirror, asking: Asking) -> Mapping[str, object]:
    """What the rule says of copies."""
    subject, to = asking.subject, asked.copies
    service = to.service or subject.service
    if asking.site.dialect is Dialect.ISTIO_SIDECAR:
        found: dict[str, object] = {"mirror.host": service.host, "mirror.port.number": service.port}
        if to.version:
            found["mirror.subset"] = asking.subsets[to.version]
        return {**found, "mirrorPercentage.value": to.weight}
    name = subject.service_of(to.version) if to.version else service.name
    place = "filters[].requestMirror"
    said = {f"{place}.backendRef.name": name, f"{place}.backendRef.port": service.port}
    return {**said, f"{place}.percent": to.weight if to.weight < _ALL else None}
