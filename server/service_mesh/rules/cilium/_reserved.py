"""Endpoints of the agents themselves: Envoy for Gateways and Ingresses, and the one of the health checks."""

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.posture.cilium.identity import IDENTITY_KINDS, is_selected
from service_mesh.posture.cilium.rules import default_denies, is_refused
from service_mesh.posture.cilium.selectors import endpoint_selector
from service_mesh.posture.decisions import Direction
from service_mesh.posture.kubernetes.ends import Entity, of_entity
from service_mesh.rules.cilium._policies import policy_rules

__all__ = ["RESERVED_KINDS", "allowing_items", "closing_rules"]

RESERVED_KINDS = (CILIUM_CLUSTERWIDE_NETWORK_POLICY, *IDENTITY_KINDS)
"""The kinds that are read here."""


def closing_rules(mesh: MeshView, entity: Entity, cluster: str, direction: Direction) -> tuple[Node, ...]:
    """The rules that turn on default deny for such an endpoint: those of the whole cluster that select it.

    A selector without labels takes it in, and so does one that leaves a namespace out: it is in none.
    (`cilium/cilium: pkg/k8s/apis/cilium.io/utils/utils.go`, ParseToCiliumRule)
    """
    mesh.mark_read(*RESERVED_KINDS)
    return mesh.once(_closing, (entity, cluster, direction))


def allowing_items(mesh: MeshView, entity: Entity, cluster: str, direction: Direction) -> tuple[tuple[Node, Node], ...]:
    """What the rules for such an endpoint allow in a direction: each rule with an item of it."""
    mesh.mark_read(*RESERVED_KINDS)
    return mesh.once(_allowing, (entity, cluster, direction))


def _closing(mesh: MeshView, asked: tuple[Entity, str, Direction]) -> tuple[Node, ...]:
    entity, cluster, direction = asked
    return tuple(one for one in mesh.once(_selecting, (entity, cluster)) if default_denies(one, direction))


def _allowing(mesh: MeshView, asked: tuple[Entity, str, Direction]) -> tuple[tuple[Node, Node], ...]:
    entity, cluster, direction = asked
    return tuple(
        (one, item)
        for one in mesh.once(_selecting, (entity, cluster))
        for item in one.each(f"{direction.value}[]")
        if isinstance(item.value, dict) and any(item.value.values())
    )


def _selecting(mesh: MeshView, asked: tuple[Entity, str]) -> tuple[Node, ...]:
    entity, cluster = asked
    end = of_entity(entity, cluster)
    return tuple(
        one
        for policy in mesh.of_kind(CILIUM_CLUSTERWIDE_NETWORK_POLICY)
        if policy.cluster == cluster and not is_refused(policy)
        for one in policy_rules(policy)
        if one.get("endpointSelector") is not None and is_selected(mesh, end, endpoint_selector(one)) is True
    )
