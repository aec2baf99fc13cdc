"""Asks the project the same question about routes as the second evaluator."""

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.access.routes import addressed_at, routing_of
from service_mesh.posture.kubernetes.ends import of_workload
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.routing import Backend, Fate, Routing
from tests.posture.routes.naive import Sent
from tests.posture.routes.worlds import World

__all__ = ["routing", "said", "view"]


def view(world: World) -> MeshView:
    """The objects of a world, which are all there are."""
    return MeshView(map(Resource, world.objects), Complete.YES, {"istio": (1, 31, 2)})


def routing(mesh: MeshView, world: World, without: tuple[str, ...] = ()) -> Routing:
    """What is said of a world's request, with parts of it left out."""
    asked = world.asked
    service = mesh.find(SERVICE, asked.service_home, asked.service)
    client = next(one for one in workloads(mesh) if one.resource.name == "asking")
    assert service is not None
    method, path, host = (
        None if name in without else text
        for name, text in (("method", asked.method), ("path", asked.path), ("host", asked.host))
    )
    request = HttpRequest(method, path, host, asked.headers)
    return routing_of(mesh, of_workload(client), addressed_at(service, asked.port, request)).routing


def said(found: Routing) -> list[str | Sent] | None:
    """The same in the words of the second evaluator; None where no route takes part."""
    if found.is_silent:
        return None
    answers: list[str | Sent] = []
    for outcome in found.outcomes:
        if outcome.fate is not Fate.FORWARDED and outcome.fate.value not in answers:
            answers.append(outcome.fate.value)
        answers += [_sent(one) for one in outcome.backends]
    return answers


def _sent(backend: Backend) -> str | Sent:
    if backend.missing:
        return "open"
    request = backend.request
    headers = tuple(sorted(request.headers.items()))
    share = backend.host, backend.subset, backend.number, backend.weight
    return Sent(*share, request.path or "", request.host or "", headers)
