"""Versions of meshes, of the Gateway API and of Kubernetes that do not go together, as their projects state it.

What a mesh was built for is its own `go.mod`, checked on 2026-11-20; ranges are those of `support.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from service_mesh.catalog.releases import title_of
from service_mesh.catalog.support import Range, release_of
from service_mesh.model.grade import Severity
from service_mesh.model.kinds import Kind

__all__ = ["Conflict", "conflicts"]

GATEWAY_GROUP = "gateway.networking.k8s.io"
_GATEWAY, _KUBERNETES = "gateway-api", "kubernetes"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Versions that do not go together.

    Attributes:
        message: What happens.
        projects: Whose objects it is told on; the first that the input holds.
        severity: The milder grade, or None for the rule's own.
        kind: The kind that it is about, where it is one alone.
    """

    message: str
    projects: tuple[str, ...]
    severity: Severity | None = None
    kind: Kind | None = None


_BUILT_FOR: Mapping[str, str] = {
    "1.18": "0.6",
    "1.19": "0.8",
    "1.20": "1.0",
    "1.21": "1.0",
    "1.22": "1.1",
    "1.23": "1.1",
    "1.24": "1.2",
    "1.25": "1.2",
    "1.26": "1.3",
    "1.27": "1.3",
    "1.28": "1.4",
    "1.29": "1.4",
    "1.30": "1.5",
    "1.31": "1.6",
}
"""Istio -> release of the Gateway API in its go.mod."""

_LEAST: Mapping[tuple[str, str], str] = {
    ("1.31", "GRPCRoute"): "1.1",
    ("1.31", "BackendTLSPolicy"): "1.4",
    ("1.31", "TLSRoute"): "1.5",
    ("1.31", "TCPRoute"): "1.6",
}
"""Istio and a kind -> the oldest release of the Gateway API whose definition it reads. Source: istio/istio, the
analyzer of IST0176."""


def conflicts(wanted: Mapping[str, str], kinds: Iterable[Kind]) -> Iterator[Conflict]:
    """The versions that do not go together.

    Args:
        wanted: Project -> the version that was named, major and minor.
        kinds: Kinds of the input.
    """
    gateway, kubernetes = wanted.get(_GATEWAY, ""), wanted.get(_KUBERNETES, "")
    meshes = {project: number for project, number in wanted.items() if project not in (_GATEWAY, _KUBERNETES)}
    if gateway:
        yield from _with_gateway_api(meshes, gateway)
        yield from _too_old(meshes.get("istio", ""), gateway, kinds)
    else:
        yield from _both(meshes)
    if kubernetes:
        yield from _on_kubernetes(meshes, kubernetes)


def _with_gateway_api(meshes: Mapping[str, str], gateway: str) -> Iterator[Conflict]:
    for project, number in meshes.items():
        taken = _taken(project, number)
        if taken is not None and not taken.holds(gateway):
            message = f"{title_of(project)} {number} takes the Gateway API {taken}, not {gateway}"
            yield Conflict(message, (_GATEWAY, project))
    istio = meshes.get("istio", "")
    built = _BUILT_FOR.get(istio, "")
    if built and _rank(built) < _rank(gateway):
        message = f"Istio {istio} is built for the Gateway API {built} and ignores what {gateway} has brought since"
        yield Conflict(message, (_GATEWAY,), Severity.INFO)


def _too_old(istio: str, gateway: str, kinds: Iterable[Kind]) -> Iterator[Conflict]:
    for kind in sorted(set(kinds)):
        least = _LEAST.get((istio, kind.name), "") if kind.group == GATEWAY_GROUP else ""
        if least and _rank(gateway) < _rank(least):
            message = f"Istio {istio} reads '{kind.name}' of the Gateway API {least} or newer, not of {gateway}"
            yield Conflict(message, (_GATEWAY,), kind=kind)


def _both(meshes: Mapping[str, str]) -> Iterator[Conflict]:
    """Two meshes without a release that suits both."""
    ranges = [(f"{title_of(p)} {n}", _taken(p, n)) for p, n in sorted(meshes.items())]
    taken = [(name, held) for name, held in ranges if held is not None]
    for index, (left, first) in enumerate(taken):
        for right, second in taken[index + 1 :]:
            if _are_apart(first, second) or _are_apart(second, first):
                message = f"no release of the Gateway API suits both {left}, which takes {first}, and {right}, {second}"
                yield Conflict(message, (_GATEWAY, *meshes))


def _are_apart(lower: Range, upper: Range) -> bool:
    return bool(lower.high and upper.low) and _rank(lower.high)[:2] < _rank(upper.low)[:2]


def _on_kubernetes(meshes: Mapping[str, str], kubernetes: str) -> Iterator[Conflict]:
    for project, number in meshes.items():
        release = release_of(project, number)
        known = release.kubernetes if release is not None else None
        if known is not None and not known.holds(kubernetes):
            message = f"{title_of(project)} {number} is meant for Kubernetes {known}, not {kubernetes}"
            yield Conflict(message, (project, _GATEWAY, _KUBERNETES))


def _taken(project: str, number: str) -> Range | None:
    """The releases of the Gateway API that a release takes."""
    release = release_of(project, number)
    return release.gateway_api if release is not None else None


def _rank(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))
