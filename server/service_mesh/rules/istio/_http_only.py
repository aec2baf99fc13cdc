"""What a rule of a policy says that only HTTP has, and the ports that are declared as something else."""

from collections.abc import Iterator

from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.node import Node
from service_mesh.posture.istio.policy_parts import clauses
from service_mesh.rules.istio._authorization import (
    HTTP_OPERATION,
    HTTP_SOURCE,
    is_http_condition,
)

__all__ = ["filled", "http_fields", "is_tcp", "offered_ports", "shown_fields"]

_TCP = frozenset({"tcp", "tls", "https", "mongo", "mysql", "redis"})
_MOST = 3


def http_fields(rule_node: Node) -> list[Node]:
    """The fields of sources and operations, and the keys of conditions, that only a request has."""
    parts = clauses(rule_node)
    return [
        *(node for source in parts.sources for node in filled(source, HTTP_SOURCE)),
        *(node for operation in parts.operations for node in filled(operation, HTTP_OPERATION)),
        *(found for key, node in parts.conditions if is_http_condition(key) and (found := node.get("key"))),
    ]


def shown_fields(fields: list[Node]) -> str:
    """Names of fields for a message."""
    names = list(dict.fromkeys(node.text or str(node.path[-1]) for node in fields))
    return " and ".join(f"'{name}'" for name in names[:_MOST])


def filled(holder: Node, fields: tuple[str, ...]) -> Iterator[Node]:
    """Those of some fields that are lists with something in them."""
    held = holder.value if isinstance(holder.value, dict) else {}
    for field in fields:
        if isinstance(held.get(field), list) and held[field] and (node := holder.get(field)) is not None:
            yield node


def offered_ports(mesh: MeshView, workload: Workload) -> Iterator[Node]:
    """The ports of the Services of a workload."""
    for service in services_of(mesh, workload):
        yield from service.each("spec.ports[]")


def is_tcp(port: Node) -> bool:
    """Tell whether a Service's port is declared as a protocol over TCP that is not HTTP.

    (`istio/istio: pkg/config/kube/conversion.go`, ConvertProtocol)
    """
    if port.value_at("protocol") not in (None, "TCP"):
        return False
    word = port.text_at("appProtocol") or port.text_at("name")
    return word.lower().partition("-")[0] in _TCP
