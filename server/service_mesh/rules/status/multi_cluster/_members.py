"""The clusters of one mesh of Istio: what each is called, whom it knows, and what they have to agree on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_mesh.mesh.components import Component, components
from service_mesh.mesh.installation import INSTALLATION_KINDS, installation
from service_mesh.mesh.mesh_config import MeshConfig, mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.kinds import SECRET, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.proxies import Release, istiod_releases

__all__ = [
    "MEMBER_KINDS",
    "NETWORK",
    "Member",
    "Peer",
    "east_west_services",
    "is_remote_secret",
    "members",
    "peers",
    "remote_names",
    "remote_secrets",
]

MEMBER_KINDS = (SECRET, *WORKLOAD_KINDS, *(kind for kind in INSTALLATION_KINDS if kind not in WORKLOAD_KINDS))
"""The kinds that are read here."""

NETWORK = "topology.istio.io/network"

_LABEL = "istio/multiCluster"
_DEFAULT_ID = "Kubernetes"


@dataclass(frozen=True, slots=True)
class Member:
    """A cluster with an istiod.

    Attributes:
        cluster: Its name in the view.
        id: What its istiod calls it.
        istiods: Its istiods.
        release: Release of the newest of them, if an image tells.
        config: Its mesh configuration.
        mesh_id: Id of its mesh, as the chart has it; empty where none is set.
        network: Name of its network in the chart's values; empty where none is set.
    """

    cluster: str
    id: str
    istiods: tuple[Component, ...]
    release: Release | None
    config: MeshConfig
    mesh_id: str
    network: str

    @property
    def namespaces(self) -> frozenset[str]:
        """Namespaces that an istiod runs in."""
        return frozenset(one.resource.namespace for one in self.istiods)

    @property
    def id_node(self) -> Node:
        """Where the name stands that its istiod has for it."""
        container = next(iter(self.istiods[0].workload.containers), None)
        entries = container.each("env[]") if container is not None else iter(())
        said = (entry.get("value") for entry in entries if entry.text_at("name") == "CLUSTER_ID")
        return next(filter(None, said), None) or self.istiods[0].resource.root


@dataclass(frozen=True, slots=True)
class Peer:
    """A cluster that another one knows by a remote secret, both in the view.

    Attributes:
        key: The key of the secret that names it.
        home: The cluster that holds the secret.
        other: The cluster that it names.
    """

    key: Node
    home: Member
    other: Member


def members(mesh: MeshView) -> Mapping[str, Member]:
    """The clusters with an istiod, by their name in the view."""
    mesh.mark_read(*MEMBER_KINDS)
    return mesh.index(_members)


def is_remote_secret(secret: Resource) -> bool:
    """Tell whether a Secret lets istiod read another cluster.

    (`istio/istio: pkg/kube/multicluster/secretcontroller.go`)
    """
    return secret.labels.get(_LABEL) == "true"


def remote_secrets(mesh: MeshView, cluster: str) -> tuple[Resource, ...]:
    """The Secrets by which a cluster's istiod reads other clusters, those included that it does not look at."""
    return mesh.index(_secrets).get(cluster, ())


def remote_names(secret: Resource) -> Iterator[Node]:
    """The keys of a remote secret: names of clusters, each with what lets istiod in, which is never shown."""
    data = secret.get("data")
    for name in data.value if data is not None and isinstance(data.value, dict) else ():
        found = data.key(name) if data is not None and isinstance(name, str) else None
        if found is not None:
            yield found


def peers(mesh: MeshView, secret: Resource) -> Iterator[Peer]:
    """The clusters of the view that a remote secret names, other than its own."""
    home = members(mesh).get(secret.cluster)
    if home is None or not is_remote_secret(secret) or secret.namespace not in home.namespaces:
        return
    for key in remote_names(secret):
        named = [one for one in members(mesh).values() if one.id == key.path[-1] and one.cluster != home.cluster]
        if len(named) == 1:
            yield Peer(key, home, named[0])


def east_west_services(mesh: MeshView, cluster: str) -> tuple[Resource, ...]:
    """The Services of east-west gateways: those that name the network they lead into."""
    return mesh.index(_east_west).get(cluster, ())


def _members(mesh: MeshView) -> Mapping[str, Member]:
    grouped: dict[str, list[Component]] = {}
    for component in components(mesh):
        if component.role == "istiod":
            grouped.setdefault(component.cluster, []).append(component)
    return {cluster: _member(mesh, cluster, tuple(istiods)) for cluster, istiods in grouped.items()}


def _member(mesh: MeshView, cluster: str, istiods: tuple[Component, ...]) -> Member:
    installed = installation(mesh, cluster)
    releases = istiod_releases(mesh, cluster)
    flag = installed.flags.get("CLUSTER_ID", "") if installed is not None else ""
    values = [installed.value(path) if installed is not None else None for path in _VALUES]
    name, mesh_id, network = (value if isinstance(value, str) else "" for value in values)
    identity = flag or name or _DEFAULT_ID
    release = max(releases.values(), default=None)
    return Member(cluster, identity, istiods, release, mesh_config(mesh, cluster), mesh_id, network)


_VALUES = ("global.multiCluster.clusterName", "global.meshID", "global.network")


def _secrets(mesh: MeshView) -> Mapping[str, tuple[Resource, ...]]:
    found: dict[str, list[Resource]] = {}
    for secret in mesh.of_kind(SECRET):
        if is_remote_secret(secret):
            found.setdefault(secret.cluster, []).append(secret)
    return {cluster: tuple(secrets) for cluster, secrets in found.items()}


def _east_west(mesh: MeshView) -> Mapping[str, tuple[Resource, ...]]:
    found: dict[str, list[Resource]] = {}
    for service in mesh.of_kind(SERVICE):
        if isinstance(service.labels.get(NETWORK), str):
            found.setdefault(service.cluster, []).append(service)
    return {cluster: tuple(services) for cluster, services in found.items()}
