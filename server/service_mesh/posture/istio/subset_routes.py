"""Routes that send calls to subsets of the host that is addressed, for which rules may ask for another TLS."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Note
from service_mesh.model.hosts import covers, resolve_host
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.posture.istio.addressing import Way
from service_mesh.posture.istio.client_tls import ClientTls, are_settings_about, client_tls

__all__ = ["Client", "SubsetRoute", "missing_route", "subset_routes"]

_DESTINATIONS = tuple(f"spec.{part}[].route[].destination" for part in ("http", "tls", "tcp"))
_MESH = "mesh"


class Client(Protocol):
    """Whose rules count: see `from_sidecar.Sender`."""

    @property
    def namespace(self) -> str: ...  # noqa: D102  # as there

    @property
    def cluster(self) -> str: ...  # noqa: D102

    @property
    def workload(self) -> Workload | None: ...  # noqa: D102

    @property
    def is_gateway(self) -> bool: ...  # noqa: D102


class SubsetRoute(NamedTuple):
    """A destination of a route that names a subset with TLS settings other than those of its host.

    Attributes:
        node: The destination.
        said: Which TLS the client uses there.
    """

    node: Node
    said: ClientTls

    @property
    def note(self) -> Note:
        """The destination as a link of a chain."""
        return self.node.note("sends to a subset with TLS settings of its own")


def subset_routes(mesh: MeshView, way: Way, client: Client, said: ClientTls) -> tuple[SubsetRoute, ...]:
    """The routes for a host to subsets of it that other TLS is used for than for the host; each subset once.

    Whose requests a route takes is not asked, nor to whom it is exported, nor who is in the subset: it may be the one
    that a call takes. (`istio/istio: pilot/pkg/networking/core/route/route.go`, GetDestinationCluster)

    Args:
        mesh: The objects.
        way: How the server is addressed.
        client: Who calls.
        said: Which TLS the client uses for the host.
    """
    mesh.mark_read(VIRTUAL_SERVICE)
    if not are_settings_about(mesh, way.host, client.cluster):
        return ()  # as nearly everywhere: subsets are made for other ends than TLS
    found: dict[str, SubsetRoute] = {}
    for node in mesh.index(_by_host).get((client.cluster, way.host), ()):
        subset = node.text_at("subset")
        if subset in found or not _is_for(node, way.host, of_gateways=client.is_gateway):
            continue
        of, place = client.workload, (client.namespace, client.cluster)
        found[subset] = SubsetRoute(node, client_tls(mesh, way.host, way.number, *place, client=of, subset=subset))
    return tuple(one for one in found.values() if one.said.mode is not said.mode)


def missing_route(routes: Iterable[SubsetRoute]) -> str:
    """What would have to be known to tell which of some routes a call takes."""
    titles = ", ".join(dict.fromkeys(f"'{one.node.resource.title}'" for one in routes))
    return f"which route of {titles} the call takes, since a subset there has TLS settings of its own"


def _by_host(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Node, ...]]:
    """Cluster and full host -> the destinations of routes there that name a subset."""
    found: dict[tuple[str, str], list[Node]] = {}
    for one in mesh.of_kind(VIRTUAL_SERVICE):
        for path in _DESTINATIONS:
            for node in one.each(path):
                if node.text_at("subset"):
                    found.setdefault((one.cluster, resolve_host(node.text_at("host"), one.namespace)), []).append(node)
    return {key: tuple(nodes) for key, nodes in found.items()}


def _is_for(node: Node, host: str, *, of_gateways: bool) -> bool:
    """Whether a VirtualService is for a host, there or behind another that hands requests on to it."""
    one = node.resource
    gateways = [name.text for name in one.each("spec.gateways[]")]
    if not (any(name != _MESH for name in gateways) if of_gateways else not gateways or _MESH in gateways):
        return False
    hosts = [name.text for name in one.each("spec.hosts[]")]
    return of_gateways or not hosts or any(covers(resolve_host(name, one.namespace), host) for name in hosts)
