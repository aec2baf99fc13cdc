"""What a call to a host may reach: the workloads behind it, or somebody outside; and what a route's backends are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from service_mesh.mesh.declared_hosts import declared_anywhere
from service_mesh.mesh.destination_rules import rules_served
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.model.hosts import service_name
from service_mesh.model.kinds import DESTINATION_RULE, SERVICE, SERVICE_ENTRY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector, map_selector
from service_mesh.posture.kubernetes.ends import End, of_workload, outside
from service_mesh.posture.routing import Addressed, Backend

__all__ = ["Found", "Sender", "Target", "targets_behind", "targets_of"]


@dataclass(frozen=True, slots=True)
class Target:
    """One workload, or something outside, that a call may reach.

    Attributes:
        end: What it is.
        port: Port of its pod.
        service: The Service or ServiceEntry that is addressed; None where the pod or address itself is.
    """

    end: End
    port: int
    service: Resource | None = None


class Sender(NamedTuple):
    """The proxy that sends to a backend.

    Attributes:
        namespace: Its namespace, whose rules and exports count.
        cluster: Its cluster.
        labels: Labels that chosen rules are for; None for those of nobody.
        is_istio: Whether it goes by exports and DestinationRules.
    """

    namespace: str
    cluster: str
    labels: Mapping[str, object] | None = None
    is_istio: bool = True


class Found(NamedTuple):
    """What a backend is.

    Attributes:
        targets: Whom it reaches.
        fault: Why it reaches nobody; empty where it does.
        missing: What would have to be known to tell; empty where it is known.
    """

    targets: tuple[Target, ...] = ()
    fault: str = ""
    missing: str = ""


def targets_behind(
    mesh: MeshView, service: Resource, entry: Node, subset: Selector | None = None
) -> tuple[Target, ...]:
    """The workloads behind a port of a Service or ServiceEntry.

    Args:
        mesh: The objects.
        service: The Service or ServiceEntry.
        entry: Its port.
        subset: Labels of those of its workloads that are meant; None for all of them.
    """
    chosen = (one for one in workloads_of(mesh, service) if subset is None or subset.matches(one.labels))
    found = ((one, target_number(entry, one)) for one in chosen)
    return tuple(Target(of_workload(one), number, service) for one, number in found if number is not None)


def targets_of(mesh: MeshView, sender: Sender, backend: Backend, addressed: Addressed) -> Found:
    """Tell whom a backend of a route reaches.

    What is not there answers with an error, and so does a subset that no DestinationRule of the proxy defines.

    Args:
        mesh: The objects.
        sender: The proxy.
        backend: The backend.
        addressed: What the client addresses, whose port counts where the backend has none.
    """
    if backend.fault or backend.missing:
        return Found((), backend.fault, backend.missing)
    declared = declared_anywhere(mesh, backend.host, sender.cluster)
    seen = [one for one in declared if not sender.is_istio or visibility(mesh, one).reaches(sender.namespace)]
    if not seen:
        return _absent(mesh, sender, backend, declared)
    service = seen[0]
    if service.root.text_at("spec.type") == "ExternalName":
        return Found(missing=f"where '{service.title}' leads, which is another name")
    entry = _port(service, backend, addressed)
    if entry is None:
        wanted = backend.number or addressed.number
        return Found((), f"'{service.title}' has no port {wanted}")
    subset = _subset(mesh, sender, backend) if backend.subset and sender.is_istio else None
    if isinstance(subset, Found):
        return subset
    targets = targets_behind(mesh, service, entry, subset)
    if targets:
        return Found(targets)
    number = port_number(entry)
    if service.kind == SERVICE_ENTRY and number is not None and not backend.subset:
        return Found((Target(outside(host=backend.host), number, service),))
    of = f" in subset '{backend.subset}'" if backend.subset else ""
    return Found(missing=f"the workloads behind '{service.title}'{of}")


def _absent(mesh: MeshView, sender: Sender, backend: Backend, declared: tuple[Resource, ...]) -> Found:
    if declared:
        return Found((), f"'{declared[0].title}' is not exported to namespace '{sender.namespace}'")
    named = service_name(backend.host)
    if named is None:
        is_known = mesh.is_whole or mesh.is_listed(SERVICE_ENTRY, sender.cluster)
        what = f"what declares host '{backend.host}'"
    else:
        is_known = mesh.is_complete(named.namespace, sender.cluster) or mesh.is_listed(SERVICE, sender.cluster)
        what = f"Service '{named.namespace}/{named.name}'"
    return Found((), f"nothing declares host '{backend.host}'") if is_known else Found(missing=what)


def _port(service: Resource, backend: Backend, addressed: Addressed) -> Node | None:
    """The port of a backend: its own, else the only one of the service, else the one that is addressed."""
    ports = tuple(service.each("spec.ports[]"))
    if backend.number is None and len(ports) == 1:
        return ports[0]
    wanted = backend.number if backend.number is not None else addressed.number
    return next((port for port in ports if port_number(port) == wanted), None)


def _subset(mesh: MeshView, sender: Sender, backend: Backend) -> Selector | Found:
    """The labels of a subset, as the rules that the proxy gets define it."""
    rules = rules_served(mesh, backend.host, sender.namespace, sender.cluster, sender.labels)
    found = {id(one.resource): one for one in _defining(rules, backend.subset)}
    selectors = [map_selector(one.get("labels")) for one in found.values()]
    if not selectors:
        missing = _rules_not_loaded(mesh, sender, backend)
        fault = f"no DestinationRule that the proxy gets defines subset '{backend.subset}' of '{backend.host}'"
        return Found(missing=missing) if missing else Found((), fault)
    if any(one != selectors[0] for one in selectors):
        titles = ", ".join(f"'{one.resource.title}'" for one in found.values())
        return Found(missing=f"which of {titles} is the oldest, since that one defines subset '{backend.subset}'")
    return selectors[0]


def _defining(rules: tuple[Resource, ...], subset: str) -> Iterator[Node]:
    for rule in rules:
        yield from (one for one in rule.each("spec.subsets[]") if one.text_at("name") == subset)


def _rules_not_loaded(mesh: MeshView, sender: Sender, backend: Backend) -> str:
    if mesh.is_listed(DESTINATION_RULE, sender.cluster):
        return ""
    named = service_name(backend.host)
    homes = (sender.namespace, named.namespace if named is not None else "", root_namespace(mesh, sender.cluster))
    absent = [f"'{one}'" for one in dict.fromkeys(homes) if one and not mesh.is_complete(one, sender.cluster)]
    return f"the DestinationRules of namespace {' and '.join(absent)}" if absent else ""
