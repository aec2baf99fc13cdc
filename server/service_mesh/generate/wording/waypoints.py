"""The waypoint that policies about requests need in ambient mode: the one that a Service uses, or a new one.

(https://istio.io/latest/docs/ambient/usage/waypoint/)
"""

from dataclasses import dataclass

from service_mesh.generate.plan import Command, Patch, Sheet, Step
from service_mesh.generate.site import Site
from service_mesh.model.kinds import SERVICE
from service_mesh.posture.istio.waypoints import service_waypoint

__all__ = ["Waypoint", "waypoint_of"]

_NAME = "waypoint"


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A waypoint in front of a Service.

    Attributes:
        namespace: Its namespace.
        name: Its name, and that of its service account.
        steps: What makes it; none where the Service uses it already.
    """

    namespace: str
    name: str
    steps: tuple[Step, ...] = ()


def waypoint_of(site: Site, namespace: str, service: str) -> Waypoint:
    """The waypoint that a Service uses, or one that is made for it."""
    held = site.view.find(SERVICE, namespace, service)
    use = service_waypoint(site.view, held) if held is not None else None
    if use is not None and use.gateway is not None:
        return Waypoint(use.gateway.namespace, use.gateway.name)
    values = {"namespace": namespace, "name": _NAME}
    return Waypoint(
        namespace,
        _NAME,
        (
            Sheet("waypoint.yaml", "istio-ambient/waypoint.yaml.j2", values),
            Patch(SERVICE, namespace, service, {"metadata": {"labels": {"istio.io/use-waypoint": _NAME}}}),
            Command(f"kubectl wait gateway/{_NAME} -n {namespace} --for=condition=Programmed --timeout=120s"),
        ),
    )
