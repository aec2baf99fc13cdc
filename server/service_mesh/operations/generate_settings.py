"""Questions about the settings that a proxy uses for a Service, put to the simulation."""

from collections.abc import Mapping

from service_mesh.errors import UsageError
from service_mesh.generate.questions import SettingQuestion
from service_mesh.operations.generate_result import Simulated
from service_mesh.operations.parties import destination_of
from service_mesh.operations.scene import Scene
from service_mesh.posture.istio.traffic_policy import traffic_policy

__all__ = ["settled"]


def settled(scene: Scene, asked: SettingQuestion) -> Simulated:
    """Ask what one proxy is told."""
    expected = _told(asked.expected)
    try:
        answer, because = _answer(scene, asked)
    except UsageError as error:
        answer, because = "unknown", error.message
    return Simulated(_text(asked), expected, answer, "" if answer == expected else because)


def _answer(scene: Scene, asked: SettingQuestion) -> tuple[str, str]:
    addressed = destination_of(scene.view, asked.destination, asked.reader).addressed
    if addressed is None or addressed.service is None:
        return "unknown", f"{asked.destination} names no Service"
    found = traffic_policy(scene.view, addressed.host, addressed.number, asked.reader, subset=asked.subset)
    if found.missing:
        return "unknown", found.missing
    because = f"'{found.rule.title}' counts" if found.rule is not None else "no DestinationRule counts"
    return _told({path: _at(found.settings, path) for path in asked.expected}), because


def _at(settings: Mapping[str, object], path: str) -> object:
    found: object = settings
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _told(settings: Mapping[str, object]) -> str:
    return "; ".join(f"{path} {value}" for path, value in settings.items())


def _text(asked: SettingQuestion) -> str:
    stage = f"after {asked.stage}: " if asked.stage else ""
    subset = f", subset {asked.subset}" if asked.subset else ""
    return f"{stage}{asked.why}: what a proxy in {asked.reader} is told of {asked.destination}{subset}"
