"""Where tokens are verified and where policies ask for them: the two halves that need each other."""

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import namespace_of_scope, policies_selecting, selected_by, targets
from service_mesh.rules.istio._authorization import HTTP_SOURCE, conditions, rules, sources

__all__ = ["meets", "wants_tokens"]

_MOST = 50
"""Workloads that are looked at."""


def wants_tokens(policy: Resource) -> bool:
    """Tell whether an AuthorizationPolicy asks for what a verified token says."""
    return any(map(_asks, rules(policy)))


def meets(mesh: MeshView, policy: Resource, kind: Kind) -> bool:
    """Tell whether a policy of the other kind acts where this one acts, as far as the input shows.

    Args:
        mesh: The objects.
        policy: A RequestAuthentication or an AuthorizationPolicy.
        kind: The other one of the two.
    """
    if named := {(target.kind, target.namespace, target.name) for target in targets(policy)}:
        others = (other for other in mesh.of_kind(kind) if _counts(other))
        return any((t.kind, t.namespace, t.name) in named for other in others for t in targets(other))
    found = selected_by(mesh, policy)[:_MOST]
    if found:
        return any(_counts(other) for workload in found for other in _acting(mesh, kind, workload))
    return any(_counts(other) and _shares_namespace(mesh, policy, other) for other in mesh.of_kind(kind))


def _asks(rule_node: Node) -> bool:
    if any(source.get(field) is not None for source in sources(rule_node) for field in HTTP_SOURCE):
        return True
    return any(key.startswith("request.auth.") for key, _ in conditions(rule_node))


def _counts(other: Resource) -> bool:
    return other.kind == REQUEST_AUTHENTICATION or (other.kind == AUTHORIZATION_POLICY and wants_tokens(other))


def _acting(mesh: MeshView, kind: Kind, workload: Workload) -> tuple[Resource, ...]:
    return policies_selecting(mesh, kind, workload)


def _shares_namespace(mesh: MeshView, policy: Resource, other: Resource) -> bool:
    places = {namespace_of_scope(mesh, one) for one in (policy, other)}
    return policy.cluster == other.cluster and (None in places or len(places) == 1)
