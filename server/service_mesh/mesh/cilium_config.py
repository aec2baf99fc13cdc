"""What the agents and operators of Cilium are told to do: the options in its ConfigMap, read as Cilium reads them."""

from collections.abc import Mapping
from dataclasses import dataclass

from service_mesh.mesh.components import COMPONENT_KINDS, components
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["CONFIG_KINDS", "CiliumConfig", "cilium_config", "config_of"]

CONFIG_KINDS = (CONFIG_MAP, *COMPONENT_KINDS)
"""The kinds that are read here: whoever asks for options reads them."""

_NAME = "cilium-config"
_ON = frozenset({"true", "t", "1"})


@dataclass(frozen=True, slots=True, eq=False)
class CiliumConfig:
    """The ConfigMap `cilium-config` of one cluster.

    Attributes:
        resource: The ConfigMap.
    """

    resource: Resource

    def option(self, name: str) -> Node | None:
        """Where an option is written; None where the default holds."""
        data = self.resource.get("data")
        return data.key(name) if data is not None else None

    def text(self, name: str) -> str:
        """What an option is set to, without the blanks around it; empty where it is not set."""
        found = self.option(name)
        return found.text.strip() if found is not None else ""

    def is_on(self, name: str, *, default: bool = False) -> bool:
        """Whether a switch is on.

        Args:
            name: The option.
            default: What Cilium takes where it is not set.
        """
        text = self.text(name).lower()
        return text in _ON if text else default

    def number(self, name: str) -> int | None:
        """An option as a whole number of at most nine digits; None where it is none."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def cilium_config(mesh: MeshView, cluster: str) -> CiliumConfig | None:
    """The options of a cluster's Cilium: those beside its agent, where several ConfigMaps have the name."""
    return mesh.index(_configs).get(cluster)


def config_of(mesh: MeshView, config_map: Resource) -> CiliumConfig | None:
    """The options that a ConfigMap holds; None for every ConfigMap that is not that of a cluster's Cilium."""
    found = cilium_config(mesh, config_map.cluster) if config_map.name == _NAME else None
    return found if found is not None and found.resource is config_map else None


def _configs(mesh: MeshView) -> Mapping[str, CiliumConfig]:
    homes = {(one.cluster, one.workload.namespace) for one in components(mesh) if one.role == "agent"}
    found: dict[str, CiliumConfig] = {}
    for config in mesh.of_kind(CONFIG_MAP):
        if config.name == _NAME and (config.cluster not in found or (config.cluster, config.namespace) in homes):
            found[config.cluster] = CiliumConfig(config)
    return found
