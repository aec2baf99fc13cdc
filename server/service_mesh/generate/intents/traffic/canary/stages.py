"""The stages of a canary: testers, then a growing share, each one file that replaces the one before."""

from collections.abc import Iterator, Mapping

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intents.traffic.canary.parameters import Canary
from service_mesh.generate.patching import commands_of
from service_mesh.generate.plan import Form, Plan, Sheet, Stage, Step
from service_mesh.generate.questions import Question, RouteQuestion
from service_mesh.generate.routing.files import RouteSheet, props_of, route_steps
from service_mesh.generate.routing.rules import Match, RouteRule, Split
from service_mesh.generate.site import Site
from service_mesh.generate.wording.metrics import Fares, fares

__all__ = ["canary"]

_ALL = 100
_STABLE = "stable"
_TESTERS = "testers"
_SCRIPT = "rollout.sh"


def canary(asked: Canary, site: Site) -> Plan:
    """The same stages in every dialect; what they are written as differs."""
    subject = asked.subject
    sheets = tuple(_sheets(asked))
    routes = route_steps(site, subject, sheets)
    measured = fares(site.dialect, asked.service.namespace, asked.workload_of(asked.canary))
    checks = (
        f"at most {asked.max_failing_percent:g} % fail, in Prometheus: {measured.failing}",
        f"99 % take at most {asked.max_latency_ms} ms, in Prometheus: {measured.slow}",
    )
    return Plan(
        steps=(*routes, _script(asked, sheets, routes, measured)),
        questions=tuple(_questions(asked, site)),
        cast=tuple(subject.cast()),
        props=props_of(site),
        stages=tuple(
            Stage(one.stage, one.why[:1].lower() + one.why[1:], _before_next(place, len(sheets), checks))
            for place, one in enumerate(sheets)
        ),
        prerequisites=(
            f"Service {asked.service.text} leads to port {asked.target_port} of pods with {_labels(subject.selector)},"
            " those of both versions",
            f"both run: {asked.workload_of(asked.stable)}, {asked.workload_of(asked.canary)}",
            measured.needs,
        ),
        verify=tuple(_verify(asked, site)),
        notes=(
            f"going back is kubectl apply -f {sheets[0].name}",
            "rollout.sh applies the stages, asks Prometheus between them, and goes back by itself; --dry-run shows it",
            "shares hold for calls to the Service's own name; calls to pods or to a version's Service are not divided",
        ),
    )


def _script(asked: Canary, sheets: tuple[RouteSheet, ...], routes: tuple[Step, ...], measured: Fares) -> Sheet:
    """The script that does all of it: the stages are the last ones of the steps."""
    values = {
        "title": f"{asked.canary.name} of {asked.service.text}",
        "measured": measured,
        "most_failing": f"{asked.max_failing_percent / _ALL:g}",
        "most_milliseconds": asked.max_latency_ms,
        "back": sheets[0].name,
        "preparing": [text for one in routes[: -len(sheets)] for text in commands_of(one)],
        "stages": [{"stage": one.stage, "name": one.name, "watched": one is not sheets[0]} for one in sheets],
        "done": f"{asked.canary.name} gets all requests",
    }
    return Sheet(_SCRIPT, "shell/canary-rollout.sh.j2", values, form=Form.OTHER)


def _before_next(place: int, count: int, checks: tuple[str, ...]) -> tuple[str, ...]:
    """The checks once, behind the first stage that sends requests to the new version; nothing follows the last."""
    if place in (0, count - 1):
        return ()
    return checks if place == 1 else ("the same as behind the stage before",)


def _labels(selector: Mapping[str, str]) -> str:
    return ",".join(f"{name}={value}" for name, value in selector.items())


def _sheets(asked: Canary) -> Iterator[RouteSheet]:
    """The stages; without the first one the Service's own balancing would reach the pods of both versions."""
    new, stable = asked.canary.name, asked.stable.name
    yield RouteSheet(f"00-{_STABLE}.yaml", f"Everything goes to {stable}", (RouteRule((Split(stable),)),), _STABLE)
    shares = (0, *asked.weights) if asked.test_header is not None else asked.weights
    for number, share in enumerate(shares, 1):
        stage = f"{share}-percent" if share else _TESTERS
        why = f"{share} % of the requests go to {new}" if share else f"Testers alone go to {new}"
        yield RouteSheet(f"{number:02}-{stage}.yaml", why, tuple(_rules(asked, share)), stage)


def _rules(asked: Canary, share: int) -> Iterator[RouteRule]:
    stable, new = asked.stable.name, asked.canary.name
    if asked.test_header is not None and share < _ALL:
        match = Match(headers={asked.test_header.name: asked.test_header.value})
        yield RouteRule((Split(new),), (match,))
    yield RouteRule(tuple(one for one in (Split(stable, _ALL - share), Split(new, share)) if one.weight))


def _questions(asked: Canary, site: Site) -> Iterator[Question]:
    named = _places(asked, site)
    for sheet in _sheets(asked):
        share = next((one.weight for one in sheet.rules[-1].splits if one.version == asked.canary.name), 0)
        expected = {named[asked.stable.name]: _ALL - share, named[asked.canary.name]: share}
        yield _question(asked, "the share of the new version", expected, sheet.stage)
        if asked.test_header is not None and sheet.stage != _STABLE:
            header = {asked.test_header.name: asked.test_header.value}
            yield _question(asked, "a tester", {named[asked.canary.name]: _ALL}, sheet.stage, header)


def _question(
    asked: Canary, why: str, expected: dict[str, int], stage: str, headers: dict[str, str] | None = None
) -> RouteQuestion:
    source = f"{asked.service.namespace}/client"
    return RouteQuestion(
        why=why, stage=stage, source=source, destination=asked.service.address, expected=expected, headers=headers or {}
    )


def _places(asked: Canary, site: Site) -> dict[str, str]:
    """Version -> what gets its requests: a subset of the Service, or a Service of its own."""
    host = f"{asked.service.namespace}/{asked.service.name}"
    form = f"{host}/{{}}" if site.dialect is Dialect.ISTIO_SIDECAR else f"{host}-{{}}"
    return {one.name: form.format(one.name) for one in (asked.stable, asked.canary)}


def _verify(asked: Canary, site: Site) -> Iterator[str]:
    namespace, service = asked.service.namespace, asked.service.name
    if site.dialect is Dialect.ISTIO_SIDECAR:
        yield f"istioctl proxy-config routes deploy/CLIENT -n NAMESPACE --name {asked.service.port} -o yaml"
    elif site.dialect is Dialect.ISTIO_AMBIENT:
        yield f"istioctl proxy-config routes deploy/waypoint -n {namespace}"
    kind = "virtualservice" if site.dialect is Dialect.ISTIO_SIDECAR else "httproute"
    yield f"kubectl get {kind} {service} -n {namespace} -o yaml"
