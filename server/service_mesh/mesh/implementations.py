"""Which implementation reads a route at one of its parents: by the Gateway's class, or by the mesh in the input."""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.attachments import ATTACHMENT_KINDS, gateway_of, parent_with_listeners
from service_mesh.mesh.components import installed
from service_mesh.mesh.gateway_classes import CILIUM, ISTIO, implementation
from service_mesh.mesh.installation import INSTALLATION_KINDS, installations
from service_mesh.mesh.route_references import Reference
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workloads
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    CONFIG_MAP,
    DESTINATION_RULE,
    EGRESS_NETWORK,
    GATEWAY,
    GATEWAY_API_GATEWAY,
    GATEWAY_CLASS,
    LINKERD_AUTHORIZATION_POLICY,
    LINKERD_HTTP_ROUTE,
    LINKERD_SERVER,
    MESH_TLS_AUTHENTICATION,
    MUTATING_WEBHOOK,
    NAMESPACE,
    NETWORK_AUTHENTICATION,
    PEER_AUTHENTICATION,
    SERVICE,
    SERVICE_ENTRY,
    SERVICE_PROFILE,
    SIDECAR,
    TELEMETRY,
    VIRTUAL_SERVICE,
)

__all__ = ["LINKERD", "MESH_KINDS", "MESH_PARENTS", "READER_KINDS", "meshes", "meshes_at_work", "reader"]

LINKERD = "linkerd"

MESH_PARENTS = (SERVICE, SERVICE_ENTRY, EGRESS_NETWORK)
"""The kinds of parents whose routes a mesh applies at the clients' side."""

_OF_ISTIO = (
    AUTHORIZATION_POLICY,
    DESTINATION_RULE,
    GATEWAY,
    PEER_AUTHENTICATION,
    SERVICE_ENTRY,
    SIDECAR,
    TELEMETRY,
    VIRTUAL_SERVICE,
)
_OF_LINKERD = (
    EGRESS_NETWORK,
    LINKERD_AUTHORIZATION_POLICY,
    LINKERD_HTTP_ROUTE,
    LINKERD_SERVER,
    MESH_TLS_AUTHENTICATION,
    NETWORK_AUTHENTICATION,
    SERVICE_PROFILE,
)

READER_KINDS = (*ATTACHMENT_KINDS, GATEWAY_CLASS, CONFIG_MAP, *_OF_ISTIO, *_OF_LINKERD, *WORKLOAD_KINDS)
"""The kinds that are read here but for `meshes_at_work`."""

MESH_KINDS = (*READER_KINDS, MUTATING_WEBHOOK, *INSTALLATION_KINDS)
"""The kinds that `meshes_at_work` reads."""

_INJECT = "linkerd.io/inject"
_SETTINGS: Mapping[str, str] = {"linkerd-config": LINKERD}
_WEBHOOKS: Mapping[str, str] = {
    "istio-sidecar-injector": ISTIO,
    "istio-revision-tag": ISTIO,
    "linkerd-proxy-injector": LINKERD,
}
_ROUTE_MARKS = ("retry.linkerd.io/", "timeout.linkerd.io/")
_OTHER_MARKS: Mapping[str, str] = {"kuma.io/": "kuma", "consul.hashicorp.com/": "consul"}
_ISTIO_LABELS = ("istio-injection", "istio.io/rev", "istio.io/dataplane-mode", "sidecar.istio.io/inject")
_OFF = frozenset({"disabled", "false", "none", ""})
_CONTROLLERS: Mapping[str, str] = {
    "istio.io/gateway-controller": ISTIO,
    "istio.io/mesh-controller": ISTIO,
    "io.cilium/gateway-controller": CILIUM,
}
_CILIUM_CONFIG, _CILIUM_SWITCH = "cilium-config", "data.enable-gateway-api"


def reader(mesh: MeshView, parent: Reference) -> str:
    """Who reads a route at a parent; empty where that cannot be told, or another implementation does.

    A Service is a parent for whichever mesh there is, so that the one that the input shows is taken, if it is one. What
    a Server of Linkerd makes of a route is another question, which is not answered here.

    Args:
        mesh: The objects.
        parent: An entry of `parentRefs`.
    """
    if parent.kind == SERVICE:
        return _of_service(mesh, parent)
    if parent.kind == EGRESS_NETWORK:
        return LINKERD
    if parent.kind == SERVICE_ENTRY:
        return ISTIO
    owner = parent_with_listeners(mesh, parent)
    gateway = gateway_of(mesh, owner) if owner is not None else None
    return implementation(mesh, gateway) if gateway is not None else ""


def meshes(mesh: MeshView, cluster: str = "") -> frozenset[str]:
    """The meshes that the input shows in a cluster, by their objects, labels, annotations and settings.

    Istio and Cilium count also where they serve a Gateway alone: their controllers read routes of Services too. Istio
    with agentgateway is another name, since it serves other features.
    """
    mesh.mark_read(*READER_KINDS)
    return mesh.index(_meshes).get(cluster, frozenset())


def meshes_at_work(mesh: MeshView, cluster: str = "") -> frozenset[str]:
    """The meshes that may have a part in connections of a cluster: those that `meshes` finds or that are installed.

    Which mesh reads a route is another question: an installation that nothing uses answers none.
    """
    mesh.mark_read(*MESH_KINDS)
    return mesh.once(_at_work, cluster)


def _at_work(mesh: MeshView, cluster: str) -> frozenset[str]:
    found = {*meshes(mesh, cluster), *installed(mesh, cluster)}
    if installations(mesh, cluster):
        found.add(ISTIO)
    for kind, marks in ((CONFIG_MAP, _SETTINGS), (MUTATING_WEBHOOK, _WEBHOOKS)):
        names = [one.name for one in mesh.of_kind(kind) if one.cluster == cluster]
        found |= {name for mark, name in marks.items() if any(one.startswith(mark) for one in names)}
    return frozenset(found)


def _of_service(mesh: MeshView, parent: Reference) -> str:
    route = parent.node.resource
    mesh.mark_read(*READER_KINDS)
    if any(str(name).startswith(_ROUTE_MARKS) for name in route.annotations):
        return LINKERD
    found = meshes(mesh, route.cluster)
    return next(iter(found)) if len(found) == 1 else ""


def _meshes(mesh: MeshView) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for cluster, name in _signs(mesh):
        found.setdefault(cluster, set()).add(name)
    return {cluster: frozenset(names) for cluster, names in found.items()}


def _signs(mesh: MeshView) -> Iterator[tuple[str, str]]:
    for name, kinds in ((ISTIO, _OF_ISTIO), (LINKERD, _OF_LINKERD)):
        for kind in kinds:
            yield from ((found.cluster, name) for found in mesh.of_kind(kind))
    yield from _controllers(mesh)
    for namespace in mesh.of_kind(NAMESPACE):
        yield from ((namespace.cluster, name) for name in _marked(namespace.labels, namespace.annotations))
    for workload in workloads(mesh):
        yield from ((workload.cluster, name) for name in _marked(workload.labels, workload.annotations))


def _controllers(mesh: MeshView) -> Iterator[tuple[str, str]]:
    """What serves Gateways and their classes, and Cilium's switch for it."""
    for gateway in mesh.of_kind(GATEWAY_API_GATEWAY):
        if served := implementation(mesh, gateway):
            yield gateway.cluster, served
    for found in mesh.of_kind(GATEWAY_CLASS):
        controller = found.get("spec.controllerName")
        if controller is not None and (made := _CONTROLLERS.get(controller.text)):
            yield found.cluster, made
    for settings in mesh.of_kind(CONFIG_MAP):
        switch = settings.get(_CILIUM_SWITCH) if settings.name == _CILIUM_CONFIG else None
        if switch is not None and switch.text == "true":
            yield settings.cluster, CILIUM


def _marked(labels: Mapping[str, object], annotations: Mapping[str, object]) -> Iterator[str]:
    """The meshes that labels and annotations of a namespace or of pods ask for."""
    if annotations.get(_INJECT) in ("enabled", "ingress"):
        yield LINKERD
    if any(isinstance(value := labels.get(name), str) and value not in _OFF for name in _ISTIO_LABELS):
        yield ISTIO
    for mark, name in _OTHER_MARKS.items():
        if any(str(key).startswith(mark) for key in (*labels, *annotations)):
            yield name
