"""Which routes a listener of a Gateway API Gateway takes: by their kind, their hosts and their namespace."""

from collections.abc import Iterable, Mapping

from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import overlaps
from service_mesh.model.kinds import GRPC_ROUTE, HTTP_ROUTE, TCP_ROUTE, TLS_ROUTE, UDP_ROUTE, Kind
from service_mesh.model.node import Node
from service_mesh.model.selectors import label_selector

__all__ = ["takes_hosts", "takes_kind", "takes_namespace"]

_HTTP = frozenset({HTTP_ROUTE, GRPC_ROUTE})
_BY_PROTOCOL: Mapping[str, frozenset[Kind]] = {
    "HTTP": _HTTP,
    "HTTPS": _HTTP,
    "TLS": frozenset({TLS_ROUTE, TCP_ROUTE}),
    "TCP": frozenset({TCP_ROUTE}),
    "UDP": frozenset({UDP_ROUTE}),
}
_NAME_LABEL = "kubernetes.io/metadata.name"
"""The label with its own name that the API server puts on every namespace."""


def takes_kind(listener: Node, kind: Kind) -> bool:
    """Tell whether a listener takes routes of a kind; protocols of an implementation's own take every kind.

    (https://gateway-api.sigs.k8s.io/reference/spec/#allowedroutes)
    """
    protocol = listener.get("protocol")
    by_protocol = _BY_PROTOCOL.get(protocol.text) if protocol is not None else None
    allowed = [_kind(node) for node in listener.each("allowedRoutes.kinds[]")]
    return (by_protocol is None or kind in by_protocol) and (not allowed or kind in allowed)


def takes_hosts(listener: Node, hosts: Iterable[str]) -> bool:
    """Tell whether a listener has a host in common with a route; either without hosts has all of them."""
    hostname, names = listener.get("hostname"), [host for host in hosts if host]
    if hostname is None or not hostname.text or not names:
        return True
    return any(overlaps(hostname.text, name) for name in names)


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


def _kind(node: Node) -> Kind:
    group, kind = node.get("group"), node.get("kind")
    return Kind(group.text if group is not None else HTTP_ROUTE.group, kind.text if kind is not None else "")
