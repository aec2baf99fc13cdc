"""How far proxies are behind their control plane, or ahead of it, in the namespaces they run in."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.proxies import Proxy, proxies, shown

__all__ = ["Lag", "told_once"]


class Lag(StrEnum):
    """A proxy beside its control plane, which may be one minor release ahead of it and never behind.

    (https://istio.io/latest/docs/releases/supported-releases/#control-planedata-plane-skew)
    """

    SOME = "some"
    BEYOND = "beyond"
    AHEAD = "ahead"


def told_once(mesh: MeshView, pod: Resource, lag: Lag, end: str) -> Iterator[Draft]:
    """Say of the first such pod of a namespace that it and the others there run proxies of another release.

    Args:
        mesh: The objects.
        pod: A pod; only the first of its group is answered.
        lag: What is looked for.
        end: What follows from it, the end of the sentence.
    """
    group = mesh.index(_by_place).get((pod.cluster, pod.namespace, lag), ())
    if not group or group[0].pod is not pod:
        return
    first = group[0]
    releases = sorted({one.release for one in group})
    run = shown(releases[0]) if len(releases) == 1 else f"{shown(releases[0])} to {shown(releases[-1])}"
    who, verb, whose = ("1 proxy", "is", "its") if len(group) == 1 else (f"{len(group)} proxies", "are", "their")
    theirs = shown(first.control_plane)
    message = f"{who} in namespace '{pod.namespace}' {verb} of {run}, {whose} control plane of {theirs}: {end}"
    yield first.image.problem(message, kubectl.command("istioctl", "proxy-status"))


def _by_place(mesh: MeshView) -> Mapping[tuple[str, str, Lag], list[Proxy]]:
    found: dict[tuple[str, str, Lag], list[Proxy]] = {}
    for proxy in proxies(mesh):
        lag = _lag(proxy)
        if lag is not None:
            found.setdefault((proxy.pod.cluster, proxy.pod.namespace, lag), []).append(proxy)
    return found


def _lag(proxy: Proxy) -> Lag | None:
    ours, theirs = proxy.release[:2], proxy.control_plane[:2]
    if ours > theirs:
        return Lag.AHEAD
    if ours[0] < theirs[0] or theirs[1] - ours[1] > 1:
        return Lag.BEYOND
    return Lag.SOME if proxy.is_older else None
