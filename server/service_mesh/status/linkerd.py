"""What Linkerd is in a cluster: control plane, extensions, links to other clusters, and who has which proxy."""

from collections.abc import Iterator

from service_mesh.mesh.components import components_in, image_version
from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.kinds import LINKERD_LINK, SERVICE
from service_mesh.model.node import Node
from service_mesh.posture.linkerd.enrolment import INJECT, enrolment, proxy_of
from service_mesh.posture.linkerd.installation import Installation, control_plane, installation
from service_mesh.posture.linkerd.releases import is_older, release_of
from service_mesh.status.counting import component, has_unready_pod, is_counted, running_pods, versions
from service_mesh.status.health import DataPlane, GatewayHealth, MeshHealth, NamespaceHealth

__all__ = ["health"]

_GATEWAY = "mirror.linkerd.io/multicluster-gateway"
_ASKING = frozenset({"enabled", "ingress"})
_DEFAULT_DOMAIN = "cluster.local"


def health(view: MeshView, cluster: str) -> MeshHealth | None:
    """Linkerd in a cluster without certificates and counts of findings; None where it is not.

    Args:
        view: The objects of all clusters.
        cluster: Name of the cluster, empty where there is one.
    """
    found = tuple(one for one in components_in(view, cluster) if one.mesh == "linkerd")
    if not found:
        return None
    config, core = installation(view, cluster), control_plane(view, cluster)
    release = release_of(config.version) if config is not None else ""
    running = versions(core or found)
    return MeshHealth(
        mesh="linkerd",
        cluster=cluster,
        version=running or release,
        mode=", ".join(_mode(view, cluster, config)),
        control_plane=tuple(component(one) for one in found),
        data_plane=DataPlane(tuple(_namespaces(view, cluster, release or running))),
        gateways=tuple(_gateways(view, cluster)),
    )


def _mode(view: MeshView, cluster: str, config: Installation | None) -> Iterator[str]:
    if config is not None:
        if config.value("highAvailability") is True:
            yield "high availability"
        if config.value("cniEnabled") is True:
            yield "CNI plugin"
        if config.trust_domain != _DEFAULT_DOMAIN:
            yield f"trust domain {config.trust_domain}"
    extensions = {one.extension for one in components_in(view, cluster) if one.mesh == "linkerd" and one.extension}
    if extensions:
        yield f"extensions {' and '.join(sorted(extensions))}"
    names = (link.get("spec.targetClusterName") for link in view.of_kind(LINKERD_LINK) if link.cluster == cluster)
    links = sorted({node.text for node in names if node is not None and node.text})
    if links:
        yield f"linked to {' and '.join(links)}"


def _namespaces(view: MeshView, cluster: str, release: str) -> Iterator[NamespaceHealth]:
    grouped: dict[str, list[Workload]] = {}
    for workload in workloads(view):
        if workload.cluster == cluster and is_counted(view, workload):
            grouped.setdefault(workload.namespace, []).append(workload)
    for name, found in sorted(grouped.items()):
        meshed = [one for one in found if enrolment(view, one).is_meshed]
        enrolled = _enrolled(view, name, cluster)
        if meshed or enrolled != "no":
            outdated = sum(_is_outdated(view, one, release) for one in meshed)
            not_ready = sum(has_unready_pod(view, one) for one in meshed)
            yield NamespaceHealth(name, enrolled, len(found), len(meshed), outdated, not_ready)


def _enrolled(view: MeshView, name: str, cluster: str) -> str:
    namespace = namespace_named(view, name, cluster)
    asked = namespace.annotations.get(INJECT) if namespace is not None else None
    return "linkerd" if isinstance(asked, str) and asked in _ASKING else "no"


def _is_outdated(view: MeshView, workload: Workload, release: str) -> bool:
    proxies = filter(None, map(proxy_of, running_pods(view, workload)))
    images = filter(None, (proxy.get("image") for proxy in proxies))
    return any(is_older(image_version(image.text), release) for image in images)


def _gateways(view: MeshView, cluster: str) -> Iterator[GatewayHealth]:
    """The gateways that other clusters come in by."""
    for service in view.of_kind(SERVICE):
        if service.cluster == cluster and service.annotations.get(_GATEWAY) == "true":
            entries = (
                entry.get("ip") or entry.get("hostname") for entry in service.each("status.loadBalancer.ingress[]")
            )
            addresses = tuple(node.text for node in entries if node is not None and node.text)
            listeners = tuple(_listener(port) for port in service.each("spec.ports[]"))
            kind = service.get("spec.type")
            waits = kind is not None and kind.text == "LoadBalancer"
            programmed = bool(addresses) if waits else None
            yield GatewayHealth(f"{service.namespace}/{service.name}", "Service", addresses, listeners, programmed)


def _listener(port: Node) -> str:
    name, number, protocol = port.get("name"), port.get("port"), port.get("protocol")
    shown = f"{number.number:.0f}" if number is not None and number.number is not None else "?"
    return f"{name.text if name is not None else ''}:{shown}/{(protocol.text if protocol is not None else '') or 'TCP'}"
