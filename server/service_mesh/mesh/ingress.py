"""Who serves an Ingress: its class, the controller behind it, and the loaded workloads that carry its traffic."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload, workloads
from service_mesh.model.kinds import INGRESS_CLASS, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["INGRESS_KINDS", "IngressBackend", "IngressServer", "ingress_backends", "ingress_server"]

INGRESS_KINDS = (INGRESS_CLASS, SERVICE, *WORKLOAD_KINDS)
"""The kinds that are read here."""

_CLASS = "kubernetes.io/ingress.class"
_DEFAULT = "ingressclass.kubernetes.io/is-default-class"

_NGINX = ("ingress-nginx/controller", "nginx-ingress-controller", "nginx/nginx-ingress", "nginx-plus-ingress")
_KONG = ("kong", "kong/kong-gateway")
_IMAGES: Mapping[str, tuple[str, ...]] = {
    "k8s.io/ingress-nginx": _NGINX[:2],
    "nginx.org/ingress-controller": _NGINX[2:],
    "traefik.io/ingress-controller": ("traefik",),
    "haproxy.org/ingress-controller": ("haproxytech/kubernetes-ingress",),
    "haproxy-ingress.github.io/controller": ("haproxy-ingress",),
    "ingress-controllers.konghq.com/kong": _KONG,
    "nginx": _NGINX,
    "traefik": ("traefik",),
    "haproxy": ("haproxytech/kubernetes-ingress", "haproxy-ingress"),
    "kong": _KONG,
}
"""Controller, or the usual name of its class -> ends of the names of the images that carry its traffic."""

_PODLESS = frozenset(
    {
        "alb",
        "azure-application-gateway",
        "azure/application-gateway",
        "cilium",
        "cilium.io/ingress-controller",
        "gce",
        "gce-internal",
        "ingress.k8s.aws/alb",
    }
)
"""Controllers, and the usual names of their classes, whose traffic no pod of theirs carries.

It comes from a load balancer of the cloud or from Cilium's agent on the node.
(https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/)
"""


@dataclass(frozen=True, slots=True)
class IngressServer:
    """Who carries the traffic of an Ingress.

    Attributes:
        name: Name of its class as written, or of the default class; empty where there is none.
        controller: The controller that its class names; empty where the class is not loaded.
        is_podless: Whether the traffic comes from no pod, so that no mesh can take it in.
        workloads: The loaded workloads that carry it; empty where they are not loaded or not known.
    """

    name: str
    controller: str
    is_podless: bool
    workloads: tuple[Workload, ...]


@dataclass(frozen=True, slots=True)
class IngressBackend:
    """A port of a Service that an Ingress sends requests to.

    Attributes:
        node: Where the Ingress names the Service.
        service: The Service.
        port: The entry of its `ports`.
    """

    node: Node
    service: Resource
    port: Node


def ingress_server(mesh: MeshView, ingress: Resource) -> IngressServer:
    """Tell who serves an Ingress; the older annotation comes before the field.

    (https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class)
    """
    mesh.mark_read(*INGRESS_KINDS)
    annotated, field = ingress.annotations.get(_CLASS), ingress.get("spec.ingressClassName")
    written = annotated if isinstance(annotated, str) and annotated else field.text if field is not None else ""
    found = mesh.find(INGRESS_CLASS, "", written, ingress.cluster) if written else _default(mesh, ingress.cluster)
    name = written or (found.name if found is not None else "")
    node = found.get("spec.controller") if found is not None else None
    controller = node.text if node is not None else ""
    known = controller or name
    carriers = mesh.index(_carriers).get((ingress.cluster, known), ())
    return IngressServer(name, controller, known in _PODLESS, carriers)


def ingress_backends(mesh: MeshView, ingress: Resource) -> Iterator[IngressBackend]:
    """The ports of loaded Services that an Ingress sends requests to, each once."""
    seen: set[tuple[str, object]] = set()
    for place in ("spec.defaultBackend.service", "spec.rules[].http.paths[].backend.service"):
        for node in ingress.each(place):
            name = node.get("name")
            service = mesh.find(SERVICE, ingress.namespace, name.text, ingress.cluster) if name is not None else None
            port = _port(node, service) if service is not None else None
            if name is None or service is None or port is None or (service.name, port.path) in seen:
                continue
            seen.add((service.name, port.path))
            yield IngressBackend(name, service, port)


def _port(backend: Node, service: Resource) -> Node | None:
    for wanted, field in (("port.number", "port"), ("port.name", "name")):
        asked = backend.get(wanted)
        if asked is not None and asked.value:
            ports = service.each("spec.ports[]")
            return next((port for port in ports if (own := port.get(field)) and own.value == asked.value), None)
    return None


def _default(mesh: MeshView, cluster: str) -> Resource | None:
    """The class of Ingresses that name none; nothing where several claim to be it."""
    marked = mesh.index(_defaults).get(cluster, [])
    return marked[0] if len(marked) == 1 else None


def _defaults(mesh: MeshView) -> Mapping[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for one in mesh.of_kind(INGRESS_CLASS):
        if one.annotations.get(_DEFAULT) == "true":
            found.setdefault(one.cluster, []).append(one)
    return found


def _carriers(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Workload, ...]]:
    found: dict[tuple[str, str], dict[Workload, None]] = {}
    for workload in workloads(mesh):
        for container in workload.containers:
            image = container.get("image")
            for known in _known(image.text) if image is not None else ():
                found.setdefault((workload.cluster, known), {})[workload] = None
    return {key: tuple(carriers) for key, carriers in found.items()}


def _known(image: str) -> Iterator[str]:
    """Controllers that an image belongs to, by its name without digest and tag."""
    path, _, last = image.partition("@")[0].rpartition("/")
    name = f"/{path}/{last.partition(':')[0]}"
    for known, ends in _IMAGES.items():
        if any(name.endswith(f"/{end}") for end in ends):
            yield known
