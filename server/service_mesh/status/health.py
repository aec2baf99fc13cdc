"""The shapes of a mesh's health: what is there, how much of it works, and where it was read."""

from dataclasses import dataclass, field

from service_mesh.model.counts import Counts

__all__ = [
    "CertificateHealth",
    "Component",
    "DataPlane",
    "GatewayHealth",
    "MeshHealth",
    "NamespaceHealth",
]


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a mesh that an operator installs: istiod, ztunnel, linkerd-destination, cilium-agent.

    Attributes:
        name: Name of the object that runs it.
        kind: Kind of that object.
        namespace: Its namespace.
        ready: Pods that are ready; None where the object does not tell.
        wanted: Pods that should run; None where the object does not tell.
        version: Release of its image, empty where the image does not tell.
        revision: Revision of a control plane, empty where it has none.
    """

    name: str
    kind: str
    namespace: str
    ready: int | None
    wanted: int | None
    version: str = ""
    revision: str = ""


@dataclass(frozen=True, slots=True)
class NamespaceHealth:
    """The data plane in one namespace.

    Attributes:
        name: The namespace.
        enrolled: How its workloads come into the mesh by its own labels and annotations: `sidecar`, `ambient`,
            `linkerd`, `cilium`, or `no`.
        workloads: Workloads in it.
        meshed: Workloads whose traffic the mesh carries; for pods that are there, those with the proxy.
        outdated: Workloads whose proxy is older than their control plane.
        not_ready: Workloads of the mesh with a pod that is not ready.
        revision: Revision of the control plane, empty where there is none.
    """

    name: str
    enrolled: str
    workloads: int
    meshed: int
    outdated: int
    not_ready: int
    revision: str = ""


@dataclass(frozen=True, slots=True)
class DataPlane:
    """The data plane, namespaces with something meshed or enrolled first by name; others are left out."""

    namespaces: tuple[NamespaceHealth, ...] = ()


@dataclass(frozen=True, slots=True)
class GatewayHealth:
    """A gateway, whichever API made it.

    Attributes:
        name: `namespace/name`.
        kind: `Gateway` of the Gateway API, or what runs it, such as `Deployment`.
        addresses: Where it is reached from outside.
        listeners: Its listeners, `name:port/protocol`.
        is_programmed: What its controller says; None where it does not say.
    """

    name: str
    kind: str
    addresses: tuple[str, ...] = ()
    listeners: tuple[str, ...] = ()
    is_programmed: bool | None = None


@dataclass(frozen=True, slots=True)
class CertificateHealth:
    """A certificate that the mesh rests on.

    Attributes:
        what: What it is for and where it stands: `istiod CA (Secret istio-system/cacerts ca-cert.pem)`.
        not_after: When it ends, RFC 3339 in UTC.
        days_left: Whole days until then, negative when it is over; None where the time of the reading is unknown.
        chain_ok: Whether it leads to the root beside it; None where that cannot be told.
    """

    what: str
    not_after: str
    days_left: int | None = None
    chain_ok: bool | None = None


@dataclass(frozen=True, slots=True)
class MeshHealth:
    """One mesh in one cluster.

    Attributes:
        mesh: `istio`, `linkerd` or `cilium`.
        cluster: Name of the cluster, empty where there is one.
        version: Release of its control plane; several, separated by commas, the newest first.
        mode: `sidecar`, `ambient`, `sidecar and ambient` for Istio; what else sets the mesh apart for the others.
        control_plane: What configures the proxies.
        data_plane: What carries the traffic.
        gateways: Where traffic gets in and out.
        certificates: What its identities rest on.
        config: What the rules for files say of its configuration.
        support: Until when its release is supported and on which Kubernetes it is tested, a sentence; empty where the
            facts do not tell.
    """

    mesh: str
    cluster: str
    version: str
    mode: str
    control_plane: tuple[Component, ...] = ()
    data_plane: DataPlane = field(default_factory=DataPlane)
    gateways: tuple[GatewayHealth, ...] = ()
    certificates: tuple[CertificateHealth, ...] = ()
    config: Counts = field(default_factory=Counts)
    support: str = ""
