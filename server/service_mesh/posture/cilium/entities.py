"""Entities in Cilium policies: names for kinds of ends that have no labels to select by."""

from ipaddress import IPv4Address

from service_mesh.posture.kubernetes.ends import End, Entity
from service_mesh.posture.logic import all_of, any_of

__all__ = ["is_entity"]

_IN_CLUSTER = frozenset(Entity) - {Entity.WORLD}


def is_entity(name: str, end: End, cluster: str) -> bool | None:
    """Tell whether an end belongs to an entity; None where that depends on what is not known.

    `cluster` is every pod of the own cluster and all that is no pod but part of it; `world` is what
    is outside. An end outside is not the API server, which is asked for by its own entity.
    (`cilium/cilium: pkg/policy/api/entity.go`, InitEntities)

    Args:
        name: The entity as a policy writes it.
        end: The end.
        cluster: Cluster of the policy.
    """
    if name == "all":
        return True
    if end.is_pod:
        return name == "cluster-mesh" or (name == "cluster" and end.cluster == cluster)
    answers = [_is(name, entity, end) for entity in end.entities]
    return True if all_of(answers) else False if any_of(answers) is False else None


def _is(name: str, entity: Entity, end: End) -> bool | None:
    if name in ("cluster", "cluster-mesh"):
        return entity in _IN_CLUSTER
    if name in ("world-ipv4", "world-ipv6") and entity is Entity.WORLD:
        return None if end.address is None else isinstance(end.address, IPv4Address) == (name == "world-ipv4")
    # The API server is on a node or outside, and outside it may be known by its address alone.
    if entity is Entity.KUBE_APISERVER and name in ("host", "remote-node", "world", "world-ipv4", "world-ipv6"):
        return None
    if name == Entity.KUBE_APISERVER and entity in (Entity.HOST, Entity.REMOTE_NODE):
        return None
    return name == entity.value
