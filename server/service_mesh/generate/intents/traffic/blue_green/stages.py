"""The stages of a switch: everything to blue, a preview of green, everything to green, and the way back."""

from collections.abc import Iterator

from service_mesh.generate.intents.traffic.blue_green.parameters import BlueGreen
from service_mesh.generate.plan import Plan, Stage
from service_mesh.generate.questions import Question
from service_mesh.generate.routing.asking import Asking
from service_mesh.generate.routing.files import RouteSheet
from service_mesh.generate.routing.plans import routes_plan
from service_mesh.generate.routing.rules import Match, RouteRule, Split
from service_mesh.generate.routing.subject import fitted
from service_mesh.generate.site import Site
from service_mesh.generate.wording.metrics import fares

__all__ = ["blue_green"]

_HOLD, _PREVIEW, _SWITCH, _BACK = "hold", "preview", "switch", "back"


def blue_green(asked: BlueGreen, site: Site) -> Plan:
    """The same stages in every dialect; what they are written as differs."""
    asking = Asking.about(site, fitted(asked.subject, site))
    sheets = tuple(_sheets(asked))
    measured = fares(site.dialect, asked.service.namespace, asked.workload_of(asked.green))
    return routes_plan(
        asking,
        sheets,
        _questions(asked, asking, sheets),
        stages=tuple(_stage(asked, one, measured.failing) for one in sheets),
        prerequisites=(*asked.runs(asked.blue), measured.needs),
        notes=(
            f"stage {_BACK} is for a {asked.green.name} that fails: where it does well, {_SWITCH} is the last stage",
            f"keep {asked.workload_of(asked.blue)} running until nobody wants to go back",
            f"without the routes {asked.service.name} finds the pods of both versions: before they are rolled back,"
            " one of the workloads has to be gone",
        ),
    )


def _sheets(asked: BlueGreen) -> Iterator[RouteSheet]:
    blue, green = RouteRule((Split(asked.blue.name),)), RouteRule((Split(asked.green.name),))
    stages: list[tuple[str, str, tuple[RouteRule, ...]]] = [(_HOLD, f"Everything goes to {asked.blue.name}", (blue,))]
    if asked.preview_header is not None:
        match = Match(headers={asked.preview_header.name: asked.preview_header.value})
        preview = RouteRule(green.splits, (match,))
        name = asked.preview_header.name
        why = f"Requests with header {name} go to {asked.green.name}, all others to {asked.blue.name}"
        stages.append((_PREVIEW, why, (preview, blue)))
    stages.append((_SWITCH, f"Everything goes to {asked.green.name}", (green,)))
    stages.append((_BACK, f"Everything goes back to {asked.blue.name}", (blue,)))
    for number, (stage, why, rules) in enumerate(stages, 1):
        yield RouteSheet(f"{number:02}-{stage}.yaml", why, rules, stage)


def _stage(asked: BlueGreen, sheet: RouteSheet, failing: str) -> Stage:
    does = sheet.why[:1].lower() + sheet.why[1:]
    if sheet.stage == _SWITCH:
        checks: tuple[str, ...] = (f"{asked.green.name} fails, in Prometheus: {failing}",)
    elif sheet.stage == _HOLD:
        ready = f"kubectl rollout status deploy/{asked.workload_of(asked.green)} -n {asked.service.namespace}"
        checks = (f"{asked.green.name} runs: {ready}",)
    elif sheet.stage == _PREVIEW:
        checks = (f"requests with the header do well, in Prometheus: {failing}",)
    else:
        checks = ()
    return Stage(sheet.stage, does, checks)


def _questions(asked: BlueGreen, asking: Asking, sheets: tuple[RouteSheet, ...]) -> Iterator[Question]:
    for sheet in sheets:
        yield asking.asks("everybody", sheet.rules[-1].splits, stage=sheet.stage)
        yield asking.asks("another request", sheet.rules[-1].splits, stage=sheet.stage, method="POST", path="/below")
        if (header := asked.preview_header) is not None:
            who = sheet.rules[0].splits
            yield asking.asks("who asks for a preview", who, stage=sheet.stage, headers={header.name: header.value})
    yield from asking.beside((Split(asked.green.name),), stage=_SWITCH)
