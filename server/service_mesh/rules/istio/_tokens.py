"""Where tokens are verified and where policies ask for them: the two halves that need each other."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from service_mesh.mesh.selection import policy_selector
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector
from service_mesh.posture.istio.attachment import namespace_of_scope, policies_selecting, selected_by, targets
from service_mesh.rules.istio._authorization import HTTP_SOURCE, conditions, rules, sources

__all__ = ["meets", "wants_tokens"]

_MOST = 50
"""Workloads that are looked at."""

_MOST_SELECTORS = 200
"""Selectors of a place that are compared with one; of more, some are taken to meet it."""

_Place = tuple[str, str | None]
"""Cluster and namespace; no namespace stands for the whole mesh."""


def wants_tokens(policy: Resource) -> bool:
    """Tell whether an AuthorizationPolicy asks for what a verified token says."""
    return policy.once(_wants_tokens)


def _wants_tokens(policy: Resource) -> bool:
    return any(map(_asks, rules(policy)))


def meets(mesh: MeshView, policy: Resource, kind: Kind) -> bool:
    """Tell whether a policy of the other kind acts where this one acts, as far as the input shows.

    Where no workload is known, selectors that can choose the same one are taken to do so.

    Args:
        mesh: The objects.
        policy: A RequestAuthentication or an AuthorizationPolicy.
        kind: The other one of the two.
    """
    acting = mesh.once(_acting, kind)
    if own := targets(policy):
        return any((target.kind, target.namespace, target.name) in acting.targets for target in own)
    found = selected_by(mesh, policy)[:_MOST]
    if found:
        return any(mesh.once(_is_acted_on, (kind, workload)) for workload in found)
    place = policy.cluster, namespace_of_scope(mesh, policy)
    around = (place, (policy.cluster, None)) if place[1] is not None else acting.places
    own_selector = policy_selector(policy)
    return any(_may_meet(own_selector, acting.places.get(one, ())) for one in around if one[0] == policy.cluster)


def _may_meet(own: Selector, others: AbstractSet[Selector] | tuple[()]) -> bool:
    return len(others) > _MOST_SELECTORS or any(not own.excludes(other) for other in others)


def _asks(rule_node: Node) -> bool:
    if any(source.get(field) is not None for source in sources(rule_node) for field in HTTP_SOURCE):
        return True
    return any(key.startswith("request.auth.") for key, _ in conditions(rule_node))


def _counts(other: Resource) -> bool:
    return other.kind == REQUEST_AUTHENTICATION or (other.kind == AUTHORIZATION_POLICY and wants_tokens(other))


class _Acting(NamedTuple):
    """Where the policies of a kind act that have a part in tokens.

    Attributes:
        targets: What they name.
        places: Where they look -> what they select there.
    """

    targets: AbstractSet[tuple[Kind, str, str]]
    places: Mapping[_Place, AbstractSet[Selector]]


def _acting(mesh: MeshView, kind: Kind) -> _Acting:
    counted = [other for other in mesh.of_kind(kind) if _counts(other)]
    places: dict[_Place, set[Selector]] = {}
    for other in counted:
        places.setdefault((other.cluster, namespace_of_scope(mesh, other)), set()).add(policy_selector(other))
    return _Acting(
        {(target.kind, target.namespace, target.name) for other in counted for target in targets(other)}, places
    )


def _is_acted_on(mesh: MeshView, asked: tuple[Kind, Workload]) -> bool:
    return any(map(_counts, policies_selecting(mesh, *asked)))
