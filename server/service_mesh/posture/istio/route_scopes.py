"""Which VirtualServices and routes the sidecar of a client gets: what its `Sidecar` imports."""

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.hosts import MESH_WIDE, overlaps
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.outbound import Import, imports_of
from service_mesh.posture.istio.route_sets import RouteSet
from service_mesh.posture.istio.sidecar_scopes import scopes_of

__all__ = ["importing"]


def importing(
    mesh: MeshView, client: Workload, found: tuple[RouteSet, ...], number: int
) -> tuple[tuple[RouteSet, ...], str]:
    """What of some routes a client's sidecar gets, and what would have to be known to tell.

    The listener of a `Sidecar` for the port counts, else the first one without a port. It imports an object by the
    namespace of the object, which need not be that of the host.
    (`istio/istio: pilot/pkg/model/sidecar.go`, GetEgressListenerForRDS; `virtualservice.go`, SelectVirtualServices)

    Args:
        mesh: The objects.
        client: The client.
        found: The routes.
        number: The port that is addressed.
    """
    scopes = scopes_of(mesh, client.namespace, client.cluster, client)
    answers = [tuple(one for one in found if _is_imported(mesh, scope, client, one, number)) for scope in scopes]
    if not answers:
        return found, ""
    if all(answer == answers[0] for answer in answers):
        return answers[0], ""
    titles = ", ".join(f"'{scope.title}'" for scope in scopes[:3])
    return found, f"which of {titles} is the oldest, since that one tells which routes the client gets"


def _is_imported(mesh: MeshView, scope: Resource, client: Workload, one: RouteSet, number: int) -> bool:
    imports = imports_of(mesh, scope, client.namespace)
    if imports is None:
        return True
    of_port = tuple(each for each in imports if each.number == number)
    return any(_takes(each, one) for each in of_port or (each for each in imports if each.number is None))


def _takes(each: Import, one: RouteSet) -> bool:
    if each.place not in (MESH_WIDE, one.namespace):
        return False
    return each.pattern == MESH_WIDE or overlaps(each.pattern, one.pattern)
