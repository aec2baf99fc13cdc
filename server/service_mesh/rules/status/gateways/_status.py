"""What the status of a Gateway says is wrong, told once: at a listener, its class, its pods or its own conditions."""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.pod_states import age_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.running_gateways import lacks_address, lacks_pods, services_for, workloads_for
from service_mesh.rules.status._conditions import PENDING, Condition, conditions, named

__all__ = [
    "STATUS_KINDS",
    "Failing",
    "class_of",
    "failing_listeners",
    "has_cause",
    "is_answered",
    "is_refused",
    "own_failing",
]

STATUS_KINDS = (GATEWAY_API_GATEWAY, GATEWAY_CLASS, SERVICE, *WORKLOAD_KINDS)
"""The kinds that are read here."""

_WHILE = 300
_DEFAULTS = frozenset({"Accepted", "Programmed"})


class Failing(NamedTuple):
    """A listener that does not work.

    Attributes:
        name: Its name.
        condition: What its controller says.
    """

    name: str
    condition: Condition


def own_failing(gateway: Resource, kind: str) -> Condition | None:
    """The Gateway's own condition of a type, if it says `False` for the object as it is now."""
    found = named(gateway.get("status"), kind)
    return found if found is not None and found.holds is False and found.reason not in PENDING else None


def failing_listeners(gateway: Resource) -> Iterator[Failing]:
    """The listeners that do not work, each with what comes first.

    Without a listener that conflicts, is refused or names what is not there, that one is not programmed follows from
    the Gateway as a whole, if that is not programmed either.
    (https://gateway-api.sigs.k8s.io/reference/spec/#listenerconditiontype)
    """
    whole = own_failing(gateway, "Programmed") is not None or own_failing(gateway, "Accepted") is not None
    for listener in gateway.each("status.listeners[]"):
        by_kind = {one.kind: one for one in conditions(listener) if one.reason not in PENDING}
        found = _first(by_kind, is_gateway_down=whole)
        if found is not None:
            yield Failing(listener.text_at("name"), found)


def is_answered(gateway: Resource) -> bool:
    """Tell whether a controller has said anything of a Gateway: the API server itself fills in `Unknown`.

    (`kubernetes-sigs/gateway-api: apis/v1/gateway_types.go`, default of `status.conditions`)
    """
    found = [one for one in gateway.each("status.conditions[]") if one.text_at("type") in _DEFAULTS]
    return any(one.text_at("status") in ("True", "False") for one in found)


def class_of(mesh: MeshView, gateway: Resource) -> Resource | None:
    """The GatewayClass that a Gateway names, if it is here."""
    name = gateway.get("spec.gatewayClassName")
    return mesh.find(GATEWAY_CLASS, "", name.text, gateway.cluster) if name is not None else None


def is_refused(mesh: MeshView, found: Resource) -> Condition | None:
    """The condition by which no controller takes a GatewayClass up, some minutes after it was made.

    None if all is well, and for a class without any condition: its Gateways tell.
    """
    accepted = named(found.get("status"), "Accepted")
    age = age_of(mesh, found)
    if accepted is None or accepted.holds is True or (age is not None and age < _WHILE):
        return None
    return accepted


def has_cause(mesh: MeshView, gateway: Resource) -> bool:
    """Tell whether why a Gateway does not work is told elsewhere: of a listener, its class, its pods or its Service."""
    if any(True for _ in failing_listeners(gateway)):
        return True
    chosen = class_of(mesh, gateway)
    if chosen is not None and is_refused(mesh, chosen) is not None:
        return True
    if any(lacks_pods(mesh, workload) is not None for workload in workloads_for(mesh, gateway)):
        return True
    return any(lacks_address(mesh, service) is not None for service in services_for(mesh, gateway))


def _first(by_kind: dict[str, Condition], *, is_gateway_down: bool) -> Condition | None:
    conflicted = by_kind.get("Conflicted")
    if conflicted is not None and conflicted.holds is True:
        return conflicted
    kinds = ("Accepted", "ResolvedRefs") if is_gateway_down else ("Accepted", "ResolvedRefs", "Programmed")
    failing = (by_kind[kind] for kind in kinds if kind in by_kind and by_kind[kind].holds is False)
    return next(failing, None)
