"""Which routes a listener of a Gateway API Gateway takes: by their kind, their hosts and their namespace."""

from collections.abc import Iterable, Mapping

from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import covers, overlaps
from service_mesh.model.kinds import (
    GATEWAY_API_GATEWAY,
    GRPC_ROUTE,
    HTTP_ROUTE,
    LISTENER_SET,
    TCP_ROUTE,
    TLS_ROUTE,
    UDP_ROUTE,
    X_LISTENER_SET,
    Kind,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector

__all__ = [
    "LISTENER_SETS",
    "WITH_LISTENERS",
    "fitting_kinds",
    "route_kind",
    "shared_hosts",
    "takes_hosts",
    "takes_kind",
    "takes_listener_set",
    "takes_namespace",
]

LISTENER_SETS = (LISTENER_SET, X_LISTENER_SET)
"""The kinds that add listeners to a Gateway."""

WITH_LISTENERS = (GATEWAY_API_GATEWAY, *LISTENER_SETS)
"""The kinds that hold listeners."""

_HTTP = frozenset({HTTP_ROUTE, GRPC_ROUTE})
_BY_PROTOCOL: Mapping[str, frozenset[Kind]] = {
    "HTTP": _HTTP,
    "HTTPS": _HTTP,
    "TLS": frozenset({TLS_ROUTE, TCP_ROUTE}),
    "TCP": frozenset({TCP_ROUTE}),
    "UDP": frozenset({UDP_ROUTE}),
}
_PASSED_ON = frozenset({TLS_ROUTE})
"""What goes with TLS that a listener does not end: only the name of the server can be read of it."""
_NAME_LABEL = "kubernetes.io/metadata.name"
"""The label with its own name that the API server puts on every namespace."""


def takes_kind(listener: Node, kind: Kind) -> bool:
    """Tell whether a listener takes routes of a kind; protocols of an implementation's own take every kind.

    (https://gateway-api.sigs.k8s.io/reference/spec/#allowedroutes)
    """
    fitting = fitting_kinds(listener)
    allowed = [route_kind(node) for node in listener.each("allowedRoutes.kinds[]")]
    return (fitting is None or kind in fitting) and (not allowed or kind in allowed)


def fitting_kinds(listener: Node) -> frozenset[Kind] | None:
    """The kinds of routes that go with a listener's protocol; None for a protocol of an implementation's own.

    (`istio/istio: pilot/pkg/config/kube/gateway/conditions.go`, generateSupportedKinds)
    """
    protocol, mode = listener.get("protocol"), listener.get("tls.mode")
    if protocol is None:
        return None
    if protocol.text == "TLS" and mode is not None and mode.text == "Passthrough":
        return _PASSED_ON
    return _BY_PROTOCOL.get(protocol.text)


def takes_hosts(listener: Node, hosts: Iterable[str]) -> bool:
    """Tell whether a listener has a host in common with a route; either without hosts has all of them."""
    hostname, names = listener.get("hostname"), [host for host in hosts if host]
    if hostname is None or not hostname.text or not names:
        return True
    return any(overlaps(hostname.text, name) for name in names)


def shared_hosts(listener: Node, hosts: Iterable[str]) -> tuple[str, ...]:
    """The hosts that a route serves at a listener; an empty text stands for every host.

    (https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec)

    Args:
        listener: The entry of `spec.listeners`.
        hosts: The hosts of the route, none for all.
    """
    hostname, names = listener.get("hostname"), [host for host in hosts if host]
    own = hostname.text if hostname is not None else ""
    if not names or not own:
        return tuple(dict.fromkeys(names)) or (own,)
    return tuple(dict.fromkeys(name if covers(own, name) else own for name in names if overlaps(own, name)))


def takes_listener_set(mesh: MeshView, gateway: Resource, namespace: str) -> bool | None:
    """Tell whether a Gateway takes listeners that ListenerSets of a namespace add: none where nothing is said.

    (`istio/istio: pilot/pkg/config/kube/gateway/conversion.go`, namespaceAcceptedByAllowListeners)

    Returns:
        None where the labels of the namespace would have to be known.
    """
    said = gateway.get("spec.allowedListeners.namespaces.from")
    match said.text if said is not None else "":
        case "Same":
            return namespace == gateway.namespace
        case "All":
            return True
        case "Selector":
            selector = gateway.get("spec.allowedListeners.namespaces.selector")
            return _is_selected(mesh, selector, namespace, gateway.cluster)
        case _:
            return False


def takes_namespace(mesh: MeshView, listener: Node, namespace: str) -> bool | None:
    """Tell whether a listener takes routes of a namespace; only those of its own where nothing is said.

    (`istio/istio: pilot/pkg/config/kube/gateway/conversion.go`, namespacesFromSelector)

    Args:
        mesh: The objects.
        listener: The entry of `spec.listeners`.
        namespace: Namespace of the route.

    Returns:
        None where the labels of the namespace would have to be known.
    """
    gateway, said = listener.resource, listener.get("allowedRoutes.namespaces.from")
    match said.text if said is not None else "":
        case "" | "Same":
            return namespace == gateway.namespace
        case "Selector":
            return _is_selected(mesh, listener.get("allowedRoutes.namespaces.selector"), namespace, gateway.cluster)
        case text:
            return text != "None"


def _is_selected(mesh: MeshView, node: Node | None, namespace: str, cluster: str) -> bool | None:
    selector, found = label_selector(node), namespace_named(mesh, namespace, cluster)
    if node is None or selector.is_empty:
        return True
    if found is None and set(selector.equal) != {_NAME_LABEL}:
        return None
    return selector.matches({**(found.labels if found is not None else {}), _NAME_LABEL: namespace})


def route_kind(node: Node) -> Kind:
    """The kind that an entry of `allowedRoutes.kinds` names."""
    group, kind = node.get("group"), node.get("kind")
    return Kind(group.text if group is not None else HTTP_ROUTE.group, kind.text if kind is not None else "")
