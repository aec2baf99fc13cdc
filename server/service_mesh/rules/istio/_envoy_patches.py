"""The patches of an EnvoyFilter, with what istiod makes of their operations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["CONNECTION_MANAGER", "ROUTER", "Patch", "is_ignored", "patches"]

ROUTER = "envoy.filters.http.router"
"""The filter that ends every chain of HTTP filters."""

CONNECTION_MANAGER = "envoy.filters.network.http_connection_manager"
"""The network filter that holds the HTTP filters."""

_MANAGERS = (CONNECTION_MANAGER, "envoy.http_connection_manager")

_INSERTS = ("INSERT_BEFORE", "INSERT_AFTER", "INSERT_FIRST")
_MERGES = ("MERGE", "MERGE_AND_REPLACE_LIST")
_ON_FILTERS = frozenset({"ADD", *_INSERTS, "REPLACE", "REMOVE", *_MERGES})

_APPLIED: Mapping[str, frozenset[str]] = {
    "LISTENER": frozenset({"ADD", "REMOVE", *_MERGES}),
    "LISTENER_FILTER": _ON_FILTERS - set(_MERGES),
    "FILTER_CHAIN": frozenset({"ADD", "REMOVE", *_MERGES}),
    "NETWORK_FILTER": _ON_FILTERS,
    "HTTP_FILTER": _ON_FILTERS,
    "ROUTE_CONFIGURATION": frozenset(_MERGES),
    "VIRTUAL_HOST": frozenset({"ADD", "REMOVE", "REPLACE", *_MERGES}),
    "HTTP_ROUTE": frozenset({"ADD", *_INSERTS, "REMOVE", *_MERGES}),
    "CLUSTER": frozenset({"ADD", "REMOVE", *_MERGES}),
    "EXTENSION_CONFIG": frozenset({"ADD"}),
}
"""Target -> operations that istiod carries out (`istio/istio: pilot/pkg/networking/core/envoyfilter`)."""

_FILTERS: Mapping[str, str] = {
    "LISTENER_FILTER": "listener.listenerFilter",
    "NETWORK_FILTER": "listener.filterChain.filter",
    "HTTP_FILTER": "listener.filterChain.filter.subFilter",
}
"""Targets that are lists of filters -> the match that names one of them."""


@dataclass(frozen=True, slots=True)
class Patch:
    """One entry of `configPatches` that says what it does.

    Attributes:
        node: The entry.
        target: Its `applyTo`.
        operation: The node of `patch.operation`.
    """

    node: Node
    target: str
    operation: Node

    @property
    def does(self) -> str:
        """The operation."""
        return self.operation.text

    @property
    def is_on_filters(self) -> bool:
        """Whether it changes a list of filters."""
        return self.target in _FILTERS

    @property
    def is_for_waypoints(self) -> bool:
        """Whether it has the match of waypoints, which names filters in another way."""
        return self.node.get("match.waypoint") is not None

    @property
    def misplaced(self) -> Node | None:
        """The match by which an HTTP filter is looked for in a network filter that holds none; None in all other cases.

        A match of a filter without a name fits no filter either.
        (`istio/istio: pilot/pkg/networking/core/envoyfilter/listener_patch.go`, networkFilterMatch)
        """
        holder = self.node.get("match.listener.filterChain.filter") if self.target == "HTTP_FILTER" else None
        if holder is None or self.is_for_waypoints or not isinstance(holder.value, dict):
            return None
        name = holder.get("name")
        return None if _text(name) in _MANAGERS else name or holder

    @property
    def anchor(self) -> Node | None:
        """The match that names the filter it acts on or beside; None where none is named."""
        return self.node.get(f"match.{_FILTERS[self.target]}") if self.is_on_filters else None

    @property
    def anchor_name(self) -> str:
        """Name of that filter."""
        return _text(self.anchor) or _text(self.anchor.get("name") if self.anchor else None)

    @property
    def value_name(self) -> str:
        """Name of what it adds."""
        return _text(self.node.get("patch.value.name"))

    @property
    def is_for_versions(self) -> bool:
        """Whether it is meant for proxies of certain versions."""
        return bool(_text(self.node.get("match.proxy.proxyVersion")))


def patches(resource: Resource) -> Iterator[Patch]:
    """The patches of an EnvoyFilter that name a target and an operation."""
    for node in resource.each("spec.configPatches[]"):
        target, operation = node.get("applyTo"), node.get("patch.operation")
        if target is not None and operation is not None and target.text and operation.text:
            yield Patch(node, target.text, operation)


def is_ignored(patch: Patch) -> bool:
    """Tell whether istiod passes over the operation on this target; unknown targets and operations are not judged.

    An insertion where order does not matter is carried out as an addition
    (`istio/istio: pilot/pkg/model/envoyfilter.go`).
    """
    applied = _APPLIED.get(patch.target)
    if applied is None or patch.does not in _ON_FILTERS:
        return False
    does = "ADD" if patch.does in _INSERTS and patch.does not in applied else patch.does
    return does not in applied


def _text(node: Node | None) -> str:
    return node.text if node is not None else ""
