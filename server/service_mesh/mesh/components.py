"""What the meshes themselves run: control planes, agents of the nodes and extensions, each found once and for all."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_mesh.mesh.installation import DEFAULT_REVISION
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, workloads
from service_mesh.model.kinds import DAEMON_SET, DEPLOYMENT, STATEFUL_SET
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey

__all__ = ["COMPONENT_KINDS", "Component", "component_of", "components", "components_in", "image_version", "installed"]

COMPONENT_KINDS = WORKLOAD_KINDS
"""The kinds that are read here: whoever asks for components reads them."""

_MAKERS = frozenset({DEPLOYMENT, DAEMON_SET, STATEFUL_SET})
_PROXIES = frozenset({"linkerd-proxy", "istio-proxy"})

_CONTROL_PLANE = "linkerd.io/control-plane-component"
_EXTENSION = "linkerd.io/extension"
_REVISION = "istio.io/rev"

_BY_LABEL: Mapping[tuple[str, str], tuple[str, str]] = {
    ("app", "istiod"): ("istio", "istiod"),
    ("istio", "pilot"): ("istio", "istiod"),
    ("app", "ztunnel"): ("istio", "ztunnel"),
    ("k8s-app", "istio-cni-node"): ("istio", "istio-cni"),
    ("k8s-app", "linkerd-cni"): ("linkerd", "linkerd-cni"),
    ("k8s-app", "cilium"): ("cilium", "agent"),
    ("io.cilium/app", "operator"): ("cilium", "operator"),
    ("name", "cilium-operator"): ("cilium", "operator"),
    ("k8s-app", "cilium-envoy"): ("cilium", "envoy"),
    ("k8s-app", "hubble-relay"): ("cilium", "hubble-relay"),
    ("k8s-app", "hubble-ui"): ("cilium", "hubble-ui"),
    ("k8s-app", "clustermesh-apiserver"): ("cilium", "clustermesh-apiserver"),
}
"""Label of the pods -> mesh and role.

(`istio/istio: manifests/charts/{istio-control/istio-discovery,ztunnel,istio-cni}/templates`,
`cilium/cilium: install/kubernetes/cilium/templates`, `linkerd/linkerd2: charts/linkerd2-cni/templates/cni-plugin.yaml`)
"""

_ON_NODES = frozenset({"ztunnel", "istio-cni", "linkerd-cni", "agent", "envoy"})
_OWN_RELEASES = frozenset({"linkerd-cni", "envoy", "hubble-ui", "prometheus", "gateway", "grafana"})
_WITH_THE_MESH = frozenset({"", "viz", "multicluster"})
_CONTAINERS = {
    "istiod": "discovery",
    "ztunnel": "istio-proxy",
    "istio-cni": "install-cni",
    "agent": "cilium-agent",
    "operator": "cilium-operator",
    "clustermesh-apiserver": "apiserver",
}
_VERSION = re.compile(
    r"(?:v|stable-|enterprise-)?(\d+\.\d+(?:\.\d+)?(?:-(?:alpha|beta|rc|pre)(?:\.\d+)?)?)(?:[-.+_].*)?"
)
_EDGE = re.compile(r"(edge-\d+\.\d+\.\d+)(?:[-.+_].*)?")


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """A workload that an operator installs to have a mesh; gateways and waypoints are none.

    Attributes:
        mesh: `istio`, `linkerd` or `cilium`.
        role: What it does. Istio: `istiod`, `ztunnel`, `istio-cni`. Linkerd: `destination` (the policy controller is
            a container of it), `identity`, `proxy-injector`, `linkerd-cni`; of extensions what their charts call it,
            `tap`, `web`, `metrics-api`, `gateway`, `controller`, `service-mirror`. Cilium: `agent`, `operator`,
            `envoy`, `hubble-relay`, `hubble-ui`, `clustermesh-apiserver`.
        workload: What runs it: a Deployment, DaemonSet or StatefulSet.
        extension: Name of the extension of Linkerd that it belongs to, such as `viz`; empty for all others.
        revision: Revision of Istio that it is of, `default` for the istiod that names none; empty for other meshes,
            and for parts that serve every revision.
        image: Where the image of its main container stands, if it has one.
        version: Release of the mesh that its image is of (see `image_version`); empty where the image does not tell,
            and for parts that have releases of their own, such as Cilium's Envoy.
    """

    mesh: str
    role: str
    workload: Workload
    extension: str = ""
    revision: str = ""
    image: Node | None = None
    version: str = ""

    @property
    def resource(self) -> Resource:
        """The object that makes it."""
        return self.workload.resource

    @property
    def cluster(self) -> str:
        """Name of its cluster."""
        return self.workload.cluster

    @property
    def is_on_nodes(self) -> bool:
        """Whether it serves the node that it runs on, so that each node needs one."""
        return self.role in _ON_NODES and not self.extension


def components(mesh: MeshView) -> tuple[Component, ...]:
    """Every component of every mesh, in the order of the input."""
    return mesh.index(_components)


def components_in(mesh: MeshView, cluster: str) -> tuple[Component, ...]:
    """The components in one cluster."""
    return mesh.index(_by_cluster).get(cluster, ())


def component_of(mesh: MeshView, resource: Resource) -> Component | None:
    """The component that an object makes; None for every other object."""
    return mesh.index(_by_key).get(resource.key)


def installed(mesh: MeshView, cluster: str = "") -> tuple[str, ...]:
    """The meshes that run in a cluster: those of `cilium`, `istio` and `linkerd` with any component there, sorted."""
    return tuple(sorted({component.mesh for component in components_in(mesh, cluster)}))


def image_version(image: str) -> str:
    """The release that an image's tag names; empty where it names none, as `latest` and digests do.

    Digest, a leading `v`, `stable-` and `enterprise-`, and what follows the number (`-distroless`, `-debug`, builds of
    a vendor) are cut; `edge-25.9.3` stays, for its number is a date and no release like `2.18.1`.
    """
    name = image.partition("@")[0].rpartition("/")[2]
    tag = name.partition(":")[2]
    match = _VERSION.fullmatch(tag) or _EDGE.fullmatch(tag)
    return match[1] if match else ""


def _components(mesh: MeshView) -> tuple[Component, ...]:
    return tuple(_found(mesh))


def _found(mesh: MeshView) -> Iterator[Component]:
    for workload in workloads(mesh):
        if workload.resource.kind in _MAKERS:
            component = _linkerd(workload) or _labelled(workload)
            if component is not None:
                yield component


def _linkerd(workload: Workload) -> Component | None:
    """A part of Linkerd's control plane or of an extension.

    (`linkerd/linkerd2: charts/linkerd-control-plane/templates`, `viz/charts/linkerd-viz/templates`,
    `multicluster/charts/linkerd-multicluster/templates`; the gateway's pods carry no `component`, its Deployment does)
    """
    role = _label(workload, _CONTROL_PLANE)
    if role:
        return _component("linkerd", role, workload)
    extension = _label(workload, _EXTENSION)
    if not extension:
        return None
    role = _label(workload, "component").removeprefix("linkerd-") or workload.resource.name
    return _component("linkerd", role, workload, extension)


def _labelled(workload: Workload) -> Component | None:
    for labels in (workload.labels, workload.resource.labels):
        for name, value in labels.items():
            found = _BY_LABEL.get((name, value)) if isinstance(value, str) else None
            if found is not None and (workload.resource.kind == DAEMON_SET) == (found[1] in _ON_NODES):
                return _component(*found, workload)
    return None


def _component(mesh: str, role: str, workload: Workload, extension: str = "") -> Component:
    image = _image(role, workload)
    has_own_releases = role in _OWN_RELEASES or extension not in _WITH_THE_MESH
    version = "" if image is None or has_own_releases else image_version(image.text)
    return Component(mesh, role, workload, extension, _revision(role, workload), image, version)


def _revision(role: str, workload: Workload) -> str:
    if role == "istiod":
        return _label(workload, _REVISION) or DEFAULT_REVISION
    return ""


def _image(role: str, workload: Workload) -> Node | None:
    main = workload.container(_CONTAINERS.get(role, role))
    others = (one for one in workload.containers if (name := one.get("name")) is None or name.text not in _PROXIES)
    container = main or next(others, None)
    return container.get("image") if container is not None else None


def _label(workload: Workload, name: str) -> str:
    for labels in (workload.labels, workload.resource.labels):
        value = labels.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def _by_cluster(mesh: MeshView) -> Mapping[str, tuple[Component, ...]]:
    grouped: dict[str, list[Component]] = {}
    for component in components(mesh):
        grouped.setdefault(component.cluster, []).append(component)
    return {cluster: tuple(found) for cluster, found in grouped.items()}


def _by_key(mesh: MeshView) -> Mapping[ResourceKey, Component]:
    return {component.resource.key: component for component in components(mesh)}
