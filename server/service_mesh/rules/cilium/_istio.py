"""What the rules about Istio on top of Cilium share: who of the two is there, and how Cilium is set up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_mesh.mesh.cilium_config import CiliumConfig, config_of
from service_mesh.mesh.cilium_values import VALUES_KINDS, chart_values
from service_mesh.mesh.components import COMPONENT_KINDS, components
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CONFIG_MAP, NAMESPACE, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["ISTIO_KINDS", "SETUP_KINDS", "Istio", "Setup", "istio_in", "setups"]

SETUP_KINDS: tuple[Kind, ...] = (CONFIG_MAP, *VALUES_KINDS)
"""The kinds that say how Cilium is set up."""

ISTIO_KINDS: tuple[Kind, ...] = (NAMESPACE, *COMPONENT_KINDS)
"""The kinds that show Istio."""

_AMBIENT = "istio.io/dataplane-mode"
_INJECTION = "istio-injection"


@dataclass(frozen=True, slots=True)
class Istio:
    """What shows that a cluster has Istio.

    Attributes:
        ambient: The first Namespace or component of its ambient mode.
        plugin: The first Namespace or component that needs its CNI plugin.
        proxies: The first Namespace whose pods have proxies of any kind.
    """

    ambient: Node | None = None
    plugin: Node | None = None
    proxies: Node | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """How Cilium is set up, in chart values or in the options of the agents.

    Attributes:
        top: What to point at for a setting that is not written.
        is_all: Whether what is not written has its default.
        value: What is set, by the name of the chart's value; None for what is not set.
        place: Where it is written.
    """

    top: Node
    is_all: bool
    value: Mapping[str, object]
    place: Mapping[str, Node]

    def is_on(self, name: str) -> bool:
        """Whether a switch is turned on."""
        return self.value.get(name) is True or self.value.get(name) == "true"

    def is_off(self, name: str) -> bool:
        """Whether a switch is turned off."""
        return self.value.get(name) is False or self.value.get(name) == "false"

    def says(self, name: str) -> bool:
        """Whether a setting is written."""
        return name in self.place


_OPTIONS: Mapping[str, str] = {
    "bpf.masquerade": "enable-bpf-masquerade",
    "cni.exclusive": "cni-exclusive",
    "gatewayAPI.enabled": "enable-gateway-api",
    "kubeProxyReplacement": "kube-proxy-replacement",
    "socketLB.enabled": "bpf-lb-sock",
    "socketLB.hostNamespaceOnly": "bpf-lb-sock-hostns-only",
}
"""Value of the chart -> option of the agents that it becomes.

(`cilium/cilium: install/kubernetes/cilium/templates/cilium-configmap.yaml`)
"""


def setups(resource: Resource, mesh: MeshView) -> Iterator[Setup]:
    """How an object sets Cilium up; nothing for objects that do not."""
    if resource.kind == CONFIG_MAP:
        config = config_of(mesh, resource)
        if config is not None:
            yield _of_options(config)
        return
    for values in chart_values(mesh, resource):
        said = {name: values.settings.at(name) for name in _OPTIONS if values.settings.says(name)}
        places = {name: values.place(tuple(name.split("."))) for name in said}
        yield Setup(values.top, values.settings.is_all, said, places)


def istio_in(mesh: MeshView, cluster: str) -> Istio:
    """What shows Istio in a cluster."""
    return mesh.index(_istio).get(cluster, Istio())


def _of_options(config: CiliumConfig) -> Setup:
    written = {name: node for name, option in _OPTIONS.items() if (node := config.option(option)) is not None}
    said = {name: config.text(_OPTIONS[name]).lower() for name in written}
    return Setup(config.resource.get("data") or config.resource.root, is_all=True, value=said, place=written)


def _istio(mesh: MeshView) -> Mapping[str, Istio]:
    found: dict[str, dict[str, Node]] = {}
    for one in components(mesh):
        if one.mesh == "istio" and one.role in ("istio-cni", "ztunnel"):
            held = found.setdefault(one.cluster, {})
            held.setdefault("plugin", one.resource.root)
            if one.role == "ztunnel":
                held.setdefault("ambient", one.resource.root)
    for namespace in mesh.of_kind(NAMESPACE):
        labels, node = namespace.labels, namespace.get("metadata.labels") or namespace.root
        if labels.get(_AMBIENT) == "ambient":
            for part in ("ambient", "plugin", "proxies"):
                found.setdefault(namespace.cluster, {}).setdefault(part, node)
        elif labels.get(_INJECTION) == "enabled":
            found.setdefault(namespace.cluster, {}).setdefault("proxies", node)
    return {cluster: Istio(**parts) for cluster, parts in found.items()}
