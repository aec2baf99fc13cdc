"""Workloads that questions speak of: those that the surroundings lack are played, so that there is somebody to ask."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service_mesh.generate.dialects import Dialect
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workloads_in
from service_mesh.model.kinds import DEPLOYMENT, NAMESPACE, SERVICE, Kind

__all__ = ["Actor", "scenery"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A workload.

    Attributes:
        namespace: Its namespace.
        name: Its name.
        labels: Labels of its pods; `app` with its name where there are none.
        account: Its service account; one of its own name where it is empty.
        ports: Ports of its container.
        services: Service -> its port, for the Services in front: that port leads to the first one, others stay.
        selects: Labels that those Services select by; those of its pods where there are none.
        protocol: How the ports of those Services are called: `http`, `grpc`, `tcp`.
        is_meshed: Whether its namespace is in the mesh.
        probe: A path that the kubelet asks for on the first port; empty for none.
        kind: The kind of its object.
        is_gateway: Whether it is a gateway of Istio: its proxy, and no application beside it.
        is_published: Whether its Services are reached from outside of the cluster.
        address: The address of its pod, where questions depend on it.
        port_name: Name of the first port, where a Service that is there leads to it by its name.
    """

    namespace: str
    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    account: str = ""
    ports: tuple[int, ...] = (8080,)
    services: Mapping[str, int] = field(default_factory=dict)
    selects: Mapping[str, str] = field(default_factory=dict)
    protocol: str = "http"
    is_meshed: bool = True
    probe: str = ""
    kind: Kind = DEPLOYMENT
    is_gateway: bool = False
    is_published: bool = False
    address: str = ""
    port_name: str = ""

    @property
    def text(self) -> str:
        """`shop/web`."""
        return f"{self.namespace}/{self.name}"


def scenery(dialect: Dialect, cast: Iterable[Actor], view: MeshView) -> Iterator[Mapping[str, Any]]:
    """The objects of the workloads that the surroundings lack, and of their namespaces.

    Args:
        dialect: The mesh that their namespaces are in.
        cast: The workloads.
        view: What is there already.
    """
    told: set[str] = set()
    for actor in cast:
        if actor.namespace not in told and view.find(NAMESPACE, "", actor.namespace) is None:
            yield _namespace(dialect, actor)
        told.add(actor.namespace)
        yield from _services(actor, view)
        if not any(one.name == actor.name for one in _held(view, actor.namespace)):
            yield _account(actor)
            yield _pod(actor) if actor.address else _workload(actor)


def _held(view: MeshView, namespace: str) -> Iterator[Any]:
    return (workload.resource for workload in workloads_in(view, namespace))


_ENROLLED: Mapping[Dialect, Mapping[str, Mapping[str, str]]] = {
    Dialect.ISTIO_SIDECAR: {"labels": {"istio-injection": "enabled"}},
    Dialect.ISTIO_AMBIENT: {"labels": {"istio.io/dataplane-mode": "ambient"}},
    Dialect.LINKERD: {"annotations": {"linkerd.io/inject": "enabled"}},
}


def _namespace(dialect: Dialect, actor: Actor) -> Mapping[str, Any]:
    enrolled = _ENROLLED.get(dialect, {}) if actor.is_meshed else {}
    labels = {"kubernetes.io/metadata.name": actor.namespace, **enrolled.get("labels", {})}
    metadata = {"name": actor.namespace, "labels": labels, "annotations": dict(enrolled.get("annotations", {}))}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def _labels(actor: Actor) -> dict[str, str]:
    return dict(actor.labels) or {"app": actor.name}


def _account(actor: Actor) -> Mapping[str, Any]:
    metadata = {"name": actor.account or actor.name, "namespace": actor.namespace}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}


def _workload(actor: Actor) -> Mapping[str, Any]:
    labels = _labels(actor)
    metadata: dict[str, Any] = {"labels": labels}
    if actor.is_gateway:
        metadata["annotations"] = {"inject.istio.io/templates": "gateway", "sidecar.istio.io/inject": "true"}
    return {
        "apiVersion": "apps/v1",
        "kind": actor.kind.name,
        "metadata": {"name": actor.name, "namespace": actor.namespace},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": metadata, "spec": _spec(actor)}},
    }


def _pod(actor: Actor) -> Mapping[str, Any]:
    metadata = {"name": actor.name, "namespace": actor.namespace, "labels": _labels(actor)}
    status = {"phase": "Running", "podIP": actor.address}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": _spec(actor), "status": status}


def _spec(actor: Actor) -> Mapping[str, Any]:
    container: dict[str, Any] = {
        "name": "istio-proxy" if actor.is_gateway else "app",
        "image": "auto" if actor.is_gateway else "registry.example/app:1.0",
        "ports": [{"containerPort": port} for port in actor.ports],
    }
    if actor.probe:
        container["readinessProbe"] = {"httpGet": {"path": actor.probe, "port": actor.ports[0]}}
    if actor.port_name:
        container["ports"][0]["name"] = actor.port_name
    return {"serviceAccountName": actor.account or actor.name, "containers": [container]}


def _services(actor: Actor, view: MeshView) -> Iterator[Mapping[str, Any]]:
    for name, port in actor.services.items():
        if view.find(SERVICE, actor.namespace, name) is None:
            first, *others = actor.ports
            ports = [{"name": actor.protocol, "port": port, "targetPort": first}]
            ports += [{"name": f"{actor.protocol}-{number}", "port": number, "targetPort": number} for number in others]
            outward = {"type": "LoadBalancer", "externalTrafficPolicy": "Local"} if actor.is_published else {}
            yield {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": name, "namespace": actor.namespace},
                "spec": {**outward, "selector": dict(actor.selects) or _labels(actor), "ports": ports},
            }
