"""What the two ends of a question mean: `shop/web`, `sa:shop/web`, `svc:shop/cart:80`, `ip:10.0.0.7:443` and so on."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import NamedTuple

from service_mesh.errors import UsageError
from service_mesh.mesh.naming import NAME_FORM, subject
from service_mesh.mesh.ports import port_number, port_to
from service_mesh.mesh.selection import entries_of, services_of
from service_mesh.mesh.services import declaring, half_qualified
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads_in
from service_mesh.model.hosts import resolve_host, service_host
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.access.routes import addressed_at
from service_mesh.posture.access.targets import Target, targets_behind
from service_mesh.posture.kubernetes.ends import Address, End, at_address, of_workload, outside
from service_mesh.posture.routing import Addressed

__all__ = ["Destination", "Source", "destination_of", "source_of"]

_SHOWN = 80
_MOST = 5
_SOURCE_FORM = "write shop/web, deploy/shop/web, sa:shop/account, ns:shop, ip:10.0.0.7 or external"
_DESTINATION_FORM = (
    "write shop/cart:8080, svc:shop/cart:80, host:api.example.com:443 or ip:10.0.0.7:443, and /udp or /tls behind"
)
_PORT = re.compile(r"(?P<place>.+):(?P<port>[A-Za-z0-9-]{1,63})(?:/(?P<protocol>[A-Za-z]{3,4}))?\Z", re.DOTALL)
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_OWN_TLS = "TLS"
_HIGHEST = 65_535
_MOST_ALIASES = 5


@dataclass(frozen=True, slots=True)
class Source:
    """Who calls.

    Attributes:
        ends: The ends that the text may mean; several where it names a group.
        text: What it was understood as.
    """

    ends: tuple[End, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Destination:
    """What is called.

    Attributes:
        targets: What the call may reach where no route takes part; several behind a Service, and none where no workload
            behind it was read.
        protocol: TCP, UDP or SCTP.
        text: What it was understood as.
        is_tls: Whether the client speaks TLS of its own; None where that is not told.
        addressed: The host that is addressed; None for a pod and its address, for which there are no routes.
    """

    targets: tuple[Target, ...]
    protocol: str
    text: str
    is_tls: bool | None = None
    addressed: Addressed | None = None


class _Meant(NamedTuple):
    """What the text of a destination means: see `Destination`."""

    targets: tuple[Target, ...]
    addressed: Addressed | None = None


def source_of(mesh: MeshView, text: str) -> Source:
    """Tell who calls.

    Raises:
        UsageError: The text has another form, or names nothing that was read.
    """
    form, colon, rest = text.strip().partition(":")
    match form if colon else text.strip():
        case "external":
            return Source((outside(),), "somebody outside of the cluster")
        case "ip":
            address = _address(rest, text)
            return Source((at_address(mesh, address),), f"address {address}")
        case "sa":
            return _of_account(mesh, rest, text)
        case "ns":
            found = tuple(workloads_in(mesh, rest))
            return _group(mesh, found, f"a workload of namespace '{rest[:_SHOWN]}'", rest)
        case _ if colon:
            raise UsageError(f"'{text[:_SHOWN]}' is no source of a call", _SOURCE_FORM)
    found = _workloads(mesh, text)
    return Source(tuple(map(of_workload, found)), " or ".join(one.title for one in found))


def destination_of(mesh: MeshView, text: str, namespace: str = "") -> Destination:
    """Tell what is called, and on which port.

    Args:
        mesh: The objects.
        text: The destination.
        namespace: Namespace of the client, which short host names are completed with.

    Raises:
        UsageError: The text has another form, or names nothing that was read.
    """
    match = _PORT.match(text.strip())
    if match is None:
        raise UsageError(f"'{text[:_SHOWN]}' does not say a port", _DESTINATION_FORM)
    place, port, protocol = match["place"], match["port"], (match["protocol"] or "tcp").upper()
    is_tls = protocol == _OWN_TLS
    if not is_tls and protocol not in _PROTOCOLS:
        raise UsageError(f"'{protocol[:8]}' is no protocol of a port", "write /udp, /sctp or /tls, and nothing for TCP")
    form, colon, rest = place.partition(":")
    match form if colon else "":
        case "svc":
            meant = _behind(mesh, _service(mesh, rest), port)
        case "host":
            meant = _of_host(mesh, rest, port, namespace)
        case "ip":
            meant = _at_address(mesh, _address(rest.strip("[]"), text), port)
        case "":
            meant = _of_workloads(mesh, place, port)
        case _:
            raise UsageError(f"'{text[:_SHOWN]}' is no destination of a call", _DESTINATION_FORM)
    title = _title(meant, protocol)
    return Destination(meant.targets, "TCP" if is_tls else protocol, title, True if is_tls else None, meant.addressed)


def _of_account(mesh: MeshView, rest: str, text: str) -> Source:
    namespace, slash, account = rest.partition("/")
    if not slash or not namespace or not account:
        raise UsageError(f"'{text[:_SHOWN]}' does not say namespace and account", "write sa:shop/web")
    found = tuple(one for one in workloads_in(mesh, namespace) if one.service_account == account)
    return _group(mesh, found, f"a workload with account '{rest[:_SHOWN]}'", namespace)


def _group(mesh: MeshView, found: tuple[Workload, ...], text: str, namespace: str) -> Source:
    if found:
        return Source(tuple(map(of_workload, found)), text)
    known = sorted(name for _, name in mesh.inhabited_namespaces())
    near = nearest(namespace, known)
    hint = f"did you mean namespace '{near}'?" if near and near != namespace else "name a workload, such as shop/web"
    raise UsageError(f"{text} was not read", hint)


def _workloads(mesh: MeshView, text: str) -> tuple[Workload, ...]:
    found = subject(mesh, text)
    if found is None:
        raise UsageError("no workload was read", "give the manifests of the workloads too")
    if not found.workloads:
        raise UsageError(f"no workload behind {found.resource.title} was read", "give its manifest too")
    return found.workloads


def _of_workloads(mesh: MeshView, place: str, port: str) -> _Meant:
    """A workload by its own port; a client is taken to address a Service that leads there, where there is one."""
    named = subject(mesh, place)
    if named is not None and named.resource.kind == SERVICE:
        return _behind(mesh, named.resource, port)
    return _Meant(tuple(_at_port(mesh, one, port) for one in _workloads(mesh, place)))


def _at_port(mesh: MeshView, workload: Workload, port: str) -> Target:
    number = int(port) if port.isdecimal() else workload.port_number(port)
    if number is None:
        names = ", ".join(sorted(filter(None, workload.port_numbers))[:_MOST])
        raise UsageError(
            f"{workload.title} has no port named '{port}'", f"it has {names}" if names else "write its number"
        )
    candidates = (*services_of(mesh, workload), *(entries_of(mesh, workload) if workload.is_machine else ()))
    leading = (one for one in candidates if port_to(one, workload, number) is not None)
    return Target(of_workload(workload), _number(str(number)), next(leading, None))


def _service(mesh: MeshView, place: str) -> Resource:
    namespace, slash, name = place.rpartition("/")
    found = mesh.find(SERVICE, namespace, name) if slash else None
    if found is not None:
        return found
    known = [one for one in mesh.of_kind(SERVICE) if not slash or one.namespace == namespace]
    near = nearest(name, (one.name for one in known))
    meant = next((f"svc:{one.namespace}/{one.name}" for one in known if one.name == near), "")
    raise UsageError(f"no Service '{place[:_SHOWN]}' was read", f"did you mean '{meant}'?" if meant else NAME_FORM)


def _at_address(mesh: MeshView, address: Address, port: str) -> _Meant:
    """The Service that has the address, else whoever has it."""
    for service in mesh.of_kind(SERVICE):
        held = (*service.each("spec.clusterIP"), *service.each("spec.clusterIPs[]"))
        if any(node.text == str(address) for node in held):
            return _behind(mesh, service, port)
    return _Meant((Target(at_address(mesh, address), _number(port)),))


def _behind(mesh: MeshView, service: Resource, port: str) -> _Meant:
    if service.get("spec.externalName") is not None:
        return _of_host(mesh, service_host(service.name, service.namespace), port, service.namespace)
    entry = _entry(service, port)
    number = port_number(entry) if entry is not None else None
    if entry is None or number is None:
        ports = ", ".join(str(port_number(one)) for one in service.each("spec.ports[]"))
        raise UsageError(f"{service.title} has no port {port}", f"it has {ports}" if ports else "it has none")
    return _Meant(targets_behind(mesh, service, entry), addressed_at(service, number))


def _entry(service: Resource, port: str) -> Node | None:
    """The port of a Service or ServiceEntry by its number or name."""
    listed = service.each("spec.ports[]")
    return next((one for one in listed if port in (str(port_number(one)), one.text_at("name"))), None)


def _of_host(mesh: MeshView, host: str, port: str, namespace: str, aliases: int = _MOST_ALIASES) -> _Meant:
    short = half_qualified(mesh, host)
    full = resolve_host(host, namespace) if namespace else host.lower().rstrip(".")
    for one in (short,) if short is not None else declaring(mesh, full, namespace):
        if one.kind == SERVICE and (alias := one.root.text_at("spec.externalName")) and aliases:
            meant = _of_host(mesh, alias, port, "", aliases - 1)
            if not meant.targets or any(target.end.workload is not None for target in meant.targets):
                return meant
            own, found = service_host(one.name, one.namespace), meant.targets[0]
            return _Meant((Target(outside(host=own), found.port, found.service),))
        if one.kind == SERVICE and one.get("spec.externalName") is None:
            return _behind(mesh, one, port)
        if one.kind == SERVICE_ENTRY:
            return _of_entry(mesh, one, full, port)
    number = _number(port)
    return _Meant((Target(outside(host=full), number),), Addressed(full, number))


def _of_entry(mesh: MeshView, entry: Resource, host: str, port: str) -> _Meant:
    found = _entry(entry, port)
    number = port_number(found) if found is not None else None
    inside = targets_behind(mesh, entry, found) if found is not None else ()
    at = number or _number(port)
    return _Meant(inside or (Target(outside(host=host), at, entry),), addressed_at(entry, at, host=host))


def _address(text: str, whole: str) -> Address:
    try:
        return ip_address(text.strip())
    except ValueError:
        raise UsageError(f"'{whole[:_SHOWN]}' holds no address", "write ip:10.0.0.7 or ip:2001:db8::7") from None


def _number(port: str) -> int:
    number = int(port) if port.isdecimal() and len(port) < 6 else 0
    if not 0 < number <= _HIGHEST:
        raise UsageError(f"'{port[:_SHOWN]}' is no number of a port", f"write one from 1 to {_HIGHEST}")
    return number


def _title(meant: _Meant, protocol: str) -> str:
    names = [_named(target) for target in meant.targets]
    if not names and meant.addressed is not None:
        names = [f"{meant.addressed.host} port {meant.addressed.number}"]
    shown = " or ".join(dict.fromkeys(names[:_MOST]))
    return shown if protocol == "TCP" else f"{shown} ({protocol})"


def _named(target: Target) -> str:
    via = f" by {target.service.title}" if target.service is not None else ""
    return f"{target.end.text} port {target.port}{via}"
