"""Whether a feature is turned off in all that is loaded of a cluster's Cilium."""

from collections.abc import Iterator

from service_mesh.mesh.cilium_chart import ChartSettings
from service_mesh.mesh.cilium_config import CONFIG_KINDS, CiliumConfig, cilium_config
from service_mesh.mesh.cilium_values import VALUES_KINDS, chart_values
from service_mesh.mesh.view import MeshView
from service_mesh.model.node import Node

__all__ = ["SWITCH_KINDS", "config_without", "settings_in"]

SWITCH_KINDS = tuple(dict.fromkeys((*CONFIG_KINDS, *VALUES_KINDS)))
"""The kinds that are read here."""

_ALWAYS_WRITTEN = "identity-allocation-mode"


def config_without(mesh: MeshView, cluster: str, option: str, *, default: bool) -> Node | None:
    """Where the options of the agents leave a switch off; None where they do not, or are not all there.

    The chart writes some options into every ConfigMap: without these it is a part of one.
    """
    config = cilium_config(mesh, cluster)
    if config is None or not _is_whole(config) or config.is_on(option, default=default):
        return None
    return config.option(option) or config.resource.get("data")


def settings_in(mesh: MeshView, cluster: str) -> Iterator[tuple[ChartSettings, Node]]:
    """All values for Cilium's chart of a cluster, with where they stand."""
    for kind in VALUES_KINDS:
        for resource in mesh.of_kind(kind):
            if resource.cluster == cluster:
                yield from ((values.settings, values.top) for values in chart_values(mesh, resource))


def _is_whole(config: CiliumConfig) -> bool:
    return config.option(_ALWAYS_WRITTEN) is not None
