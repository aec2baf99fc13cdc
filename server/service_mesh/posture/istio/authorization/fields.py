"""The fields of sources and operations, each with the attribute that it is about and its negative."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.model.node import Node
from service_mesh.posture.istio.policy_parts import texts_in

__all__ = ["OPERATION", "SOURCE", "Named", "named_in"]

SOURCE: Mapping[str, str] = {
    "principals": "source.principal",
    "namespaces": "source.namespace",
    "serviceAccounts": "source.serviceAccount",
    "trustDomains": "source.trustDomain",
    "requestPrincipals": "request.auth.principal",
    "ipBlocks": "source.ip",
    "remoteIpBlocks": "remote.ip",
}
"""Field of a source -> attribute (`istio/istio: pilot/pkg/security/authz/model/model.go`, New)."""

OPERATION: Mapping[str, str] = {
    "hosts": "host",
    "methods": "method",
    "paths": "path",
    "ports": "destination.port",
}
"""Field of an operation -> attribute."""


class Named(NamedTuple):
    """What a rule asks of one attribute.

    Attributes:
        field: Name of the field, or key of the condition.
        key: The attribute.
        values: One of these it has to have; empty for any.
        others: None of these it may have.
    """

    field: str
    key: str
    values: list[str]
    others: list[str]


def named_in(holder: Node, fields: Mapping[str, str]) -> Iterator[Named]:
    """What a source or an operation asks, field by field; fields without any text ask nothing."""
    for field, key in fields.items():
        values = [node.text for node in texts_in(holder, field)]
        others = [node.text for node in texts_in(holder, negative(field))]
        if values or others:
            yield Named(field, key, values, others)


def negative(field: str) -> str:
    """The field that asks for the opposite: `notPaths` for `paths`."""
    return f"not{field[0].upper()}{field[1:]}"
