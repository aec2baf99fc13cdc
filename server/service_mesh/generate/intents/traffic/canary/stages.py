"""The stages of a canary: testers, then a growing share, each one file that replaces the one before."""

from collections.abc import Iterator

from service_mesh.generate.intents.traffic.canary.parameters import Canary
from service_mesh.generate.patching import commands_of
from service_mesh.generate.plan import Form, Plan, Sheet, Stage, Step
from service_mesh.generate.questions import Question
from service_mesh.generate.routing.asking import Asking
from service_mesh.generate.routing.files import RouteSheet, prerequisites_of, props_of, route_steps, verify_of
from service_mesh.generate.routing.rules import Match, RouteRule, Split
from service_mesh.generate.routing.subject import fitted
from service_mesh.generate.site import Site
from service_mesh.generate.wording.metrics import Fares, fares

__all__ = ["canary"]

_ALL = 100
_STABLE = "stable"
_TESTERS = "testers"
_SCRIPT = "rollout.sh"


def canary(asked: Canary, site: Site) -> Plan:
    """The same stages in every dialect; what they are written as differs."""
    subject = fitted(asked.subject, site)
    sheets = tuple(_sheets(asked))
    routes = route_steps(site, subject, sheets)
    measured = fares(site.dialect, asked.service.namespace, asked.workload_of(asked.canary))
    checks = (
        f"at most {asked.max_failing_percent:g} % fail, in Prometheus: {measured.failing}",
        f"99 % take at most {asked.max_latency_ms} ms, in Prometheus: {measured.slow}",
    )
    return Plan(
        steps=(*routes, _script(asked, sheets, routes, measured)),
        questions=tuple(_questions(asked, Asking.about(site, subject))),
        cast=tuple(subject.cast()),
        props=props_of(site),
        stages=tuple(
            Stage(one.stage, one.why[:1].lower() + one.why[1:], _before_next(place, len(sheets), checks))
            for place, one in enumerate(sheets)
        ),
        prerequisites=(
            *prerequisites_of(site, subject),
            *asked.runs(asked.stable, asked.canary),
            measured.needs,
        ),
        verify=tuple(verify_of(site, subject)),
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


def _questions(asked: Canary, asking: Asking) -> Iterator[Question]:
    for sheet in _sheets(asked):
        yield asking.asks("the share of the new version", sheet.rules[-1].splits, stage=sheet.stage)
        if asked.test_header is not None and sheet.stage != _STABLE:
            header = {asked.test_header.name: asked.test_header.value}
            yield asking.asks("a tester", (Split(asked.canary.name),), stage=sheet.stage, headers=header)
