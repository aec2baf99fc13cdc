"""Asks the engine of access and the naive evaluator the same question about a world, and makes a disagreement small."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Any

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.access.calls import Call as Asked
from service_mesh.posture.access.engine import Answer, answer
from service_mesh.posture.kubernetes.ends import End, of_workload, outside
from service_mesh.posture.requests import HttpRequest
from tests.posture.access.naive_istio import NEWEST, judge
from tests.posture.access.naive_values import Call
from tests.posture.access.world_objects import Object
from tests.support.scene import the

__all__ = ["answered", "decision", "dispute", "shrunk"]

_KEPT = frozenset({"ConfigMap", "Deployment"})
"""Kinds that are kept as they are: without the installation more is unknown than the naive evaluator knows of."""

_WHOLE = frozenset({"Pod", "Service"})
"""Kinds of which only labels and annotations are left out."""

Said = tuple[str, str]
"""A verdict, and the layer that decides it; empty where no policy speaks of the call."""


def answered(
    objects: Sequence[Object], call: Call, release: tuple[int, ...] = NEWEST, complete: Complete = Complete.YES
) -> Answer:
    """The engine's answer."""
    mesh = MeshView(map(Resource, objects), complete, {"istio": release})
    service = mesh.find(SERVICE, *call.service.split("/")) if call.service else None
    request = HttpRequest(call.method, call.path, call.host, call.headers, call.claims)
    return answer(mesh, Asked(_end(mesh, call.client), _end(mesh, call.server), call.port, "TCP", service, request))


def decision(objects: Sequence[Object], call: Call, release: tuple[int, ...] = NEWEST) -> Said:
    """The engine's verdict and the layer that decides."""
    found = answered(objects, call, release)
    return found.verdict.value, found.deciding.layer.value if found.deciding is not None else ""


def dispute(objects: Sequence[Object], call: Call, release: tuple[int, ...] = NEWEST) -> tuple[Said, Said] | None:
    """What the engine says and what the naive evaluator does; None where they agree."""
    ruling = judge(objects, call, release)
    found = decision(objects, call, release), (ruling.verdict, ruling.layer)
    return found if found[0] != found[1] else None


def shrunk(objects: Sequence[Object], call: Call, release: tuple[int, ...] = NEWEST) -> list[Object]:
    """The same dispute in as few documents, rules, fields and values as it needs."""
    current, held = list(objects), dispute(objects, call, release)
    found: list[Object] | None = current
    while found is not None:
        current = found
        found = next((one for one in _smaller(current) if _still(one, call, release) == held), None)
    return current


def _end(mesh: MeshView, text: str) -> End:
    if text.startswith("host:"):
        return outside(host=text.removeprefix("host:"))
    return of_workload(the(mesh, text)) if "/" in text else outside(ip_address(text))


def _still(objects: list[Object], call: Call, release: tuple[int, ...]) -> tuple[Said, Said] | None:
    try:
        return dispute(objects, call, release)
    except (AssertionError, AttributeError, KeyError, IndexError, ValueError):
        return None  # what the call needs, or what the naive one takes for granted, is gone


def _smaller(objects: list[Object]) -> Iterator[list[Object]]:
    for index, one in enumerate(objects):
        if one["kind"] not in _KEPT:
            yield [*objects[:index], *objects[index + 1 :]]
    for index, one in enumerate(objects):
        for part in () if one["kind"] in _KEPT else ("metadata",) if one["kind"] in _WHOLE else ("spec", "metadata"):
            for less in _without(one.get(part, {})):
                yield [*objects[:index], {**one, part: less}, *objects[index + 1 :]]


def _without(value: Any) -> Iterator[Any]:
    """A value with one of its parts left out, the greater parts first."""
    if isinstance(value, dict):
        for key, held in value.items():
            if key not in ("name", "namespace", "kind", "group", "gatewayClassName"):
                yield {other: kept for other, kept in value.items() if other != key}
            yield from ({**value, key: less} for less in _without(held))
    elif isinstance(value, list):
        for index, held in enumerate(value):
            yield [*value[:index], *value[index + 1 :]]
            yield from ([*value[:index], less, *value[index + 1 :]] for less in _without(held))
