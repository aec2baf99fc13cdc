"""What Envoy configurations of Cilium hold: listeners by name, and the Services they are about."""

from collections.abc import Iterator

from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_ENVOY_CONFIG, CILIUM_ENVOY_CONFIG
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = [
    "ENVOY_CONFIGS",
    "ENVOY_TYPES",
    "listener_names",
    "network_filters",
    "resources_of",
    "service_namespace",
    "type_of",
]

ENVOY_CONFIGS = (CILIUM_ENVOY_CONFIG, CILIUM_CLUSTERWIDE_ENVOY_CONFIG)
"""The two kinds that the agent hands to Envoy."""

ENVOY_TYPES = "cilium/cilium: pkg/k8s/apis/cilium.io/v2/cec_types.go"
"""Where both are defined."""

_LISTENER = "type.googleapis.com/envoy.config.listener.v3.Listener"


def listener_names(config: Resource) -> Iterator[str]:
    """The names of the listeners among its resources."""
    for node in config.each("spec.resources[]"):
        kind, name = node.key("@type"), node.get("name")
        if kind is not None and kind.text == _LISTENER and name is not None:
            yield name.text


def type_of(node: Node) -> str:
    """The last part of the type of a message: `HttpConnectionManager`."""
    kind = node.key("@type")
    return kind.text.rpartition(".")[2] if kind is not None else ""


def resources_of(config: Resource, kind: str) -> Iterator[Node]:
    """The resources of one type: `Cluster`, `Listener`, `RouteConfiguration`."""
    return (node for node in config.each("spec.resources[]") if type_of(node) == kind)


def network_filters(config: Resource) -> Iterator[Node]:
    """What the filters of all listeners are configured with; names of fields may be written in both forms of protobuf.

    (https://protobuf.dev/programming-guides/json/)
    """
    for listener in resources_of(config, "Listener"):
        for chains in ("filterChains[]", "filter_chains[]", "defaultFilterChain", "default_filter_chain"):
            for typed in ("typedConfig", "typed_config"):
                yield from listener.each(f"{chains}.filters[].{typed}")


def service_namespace(entry: Node, *, redirects: bool) -> str:
    """The namespace of an entry of `services` or `backendServices`: the own one, or what it says.

    A namespaced configuration redirects Services of its own namespace only, whatever the entry says; a cluster-wide one
    means `default` where nothing is said.

    Args:
        entry: The entry.
        redirects: Whether it stands in `services`.
    """
    home, named = entry.resource.namespace, entry.get("namespace")
    written = named.text if named is not None else ""
    if home and redirects:
        return home
    return written or home or "default"
