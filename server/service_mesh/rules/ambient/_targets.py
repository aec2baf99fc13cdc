"""A fix that many rules offer: name what a policy is for instead of choosing it by labels."""

from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.model.fix import Edit, Fix, Insert, Remove
from service_mesh.model.kinds import GATEWAY_API_GATEWAY
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import namespace_of_scope
from service_mesh.posture.istio.waypoints import service_waypoint
from service_mesh.rules.ambient._reach import reached_workloads

__all__ = ["target_fix"]

_MOST = 50
"""Workloads, and services of each, that are looked at: what is for more has no one target."""


def target_fix(mesh: MeshView, policy: Resource) -> Fix | None:
    """Bind a policy to the one service it selects the pods of, or to the waypoint of its namespace; unsafe.

    None where no waypoint is in front of what it selects, or where it is not one service or one waypoint.
    """
    if namespace_of_scope(mesh, policy) is None:
        return None  # a policy for the whole mesh is for more than one service
    selector = policy.get("spec.selector")
    labelled = selector is not None and bool(selector.get("matchLabels"))
    reached = reached_workloads(mesh, policy)
    services = {s.key: s for w in reached[:_MOST] for s in services_of(mesh, w)[:_MOST]}
    if len(reached) > _MOST or len(services) >= _MOST:
        return None
    uses = {key: use for key, s in services.items() if (use := service_waypoint(mesh, s)) is not None and use.serves}
    gateways = {(use.namespace, use.name) for use in uses.values()}
    target: dict[str, object] | None = None
    if labelled and len(services) == len(uses) == 1:
        (service,) = services.values()
        target = (
            {"group": "", "kind": "Service", "name": service.name} if service.namespace == policy.namespace else None
        )
    elif not labelled and len(services) == len(uses) and len(gateways) == 1:
        ((namespace, name),) = gateways
        group, kind = GATEWAY_API_GATEWAY
        target = {"group": group, "kind": kind, "name": name} if namespace == policy.namespace else None
    if target is None:
        return None
    edits: list[Edit] = [Insert(policy, ("spec",), "targetRefs", [target])]
    if selector is not None:
        edits.append(Remove(policy, selector.path))
    return Fix(f"target {target['kind']} '{target['name']}'", False, tuple(edits))
