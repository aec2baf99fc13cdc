"""What the sidecar of a client says of a connection before it leaves the pod: that it refuses it, or may, or nothing.

Gateways and ztunnel read no `Sidecar` and no outbound policy, so they say nothing here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_network

from service_mesh.mesh.declared_hosts import declared_anywhere
from service_mesh.mesh.ports import port_number
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.hosts import covers
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from service_mesh.model.resource import Resource
from service_mesh.posture.edges import Leading
from service_mesh.posture.istio.addressing import Form, Way, connected_addresses, ways_to
from service_mesh.posture.istio.bypass import Bypass, captures_all, outbound_bypass
from service_mesh.posture.istio.enrolment import Enrolled, enrolment
from service_mesh.posture.istio.gateway_servers import is_gateway_proxy
from service_mesh.posture.istio.outbound import Address, Outbound, Passage, outbound
from service_mesh.posture.istio.protocols import NO_TCP, PLAIN_TCP

__all__ = [
    "HEADLESS_MISSING",
    "POD_REASON",
    "Outside",
    "alike_headless",
    "outbound_past",
    "withheld",
    "withheld_outside",
]

HEADLESS_MISSING = "whether the client addresses the pod or a headless service, which have the same address"
POD_REASON = "no service leads to this port, and hosts without a service are blocked"

_TEMPLATES = "inject.istio.io/templates"
_GRPC = "grpc-"
_MOST_ALIASES = 5
_MAY_KNOW = frozenset({Passage.IMPORTED, Passage.UNKNOWN})
_OPEN = Passage.IMPORTED, Passage.BLOCKED


@dataclass(frozen=True, slots=True)
class Outside:
    """Something outside of the cluster that a client calls.

    Attributes:
        port: The port there.
        host: Its name; empty where it is called by its address.
        address: Its address; None where that is not known.
        named: The host that the request or the TLS inside names; None where that is not known.
    """

    port: int
    host: str = ""
    address: Address | None = None
    named: str | None = None


def outbound_past(mesh: MeshView, client: Workload, server: Workload, way: Way) -> Bypass | None:
    """Tell why a connection to a workload passes the client's sidecar by; None where it does not."""
    if captures_all(mesh, client):
        return None
    return outbound_bypass(mesh, client, way.port, connected_addresses(mesh, server, way))


def alike_headless(mesh: MeshView, server: Workload, way: Way) -> tuple[Way, ...]:
    """The ways by headless Services that have the same address and port as a way to the pod itself."""
    ways = ways_to(mesh, server, way.port, Leading.SERVICES) if way.service is None else ()
    return tuple(one for one in ways if one.form is Form.HEADLESS and one.number == way.port)


def withheld(
    mesh: MeshView, client: Workload, server: Workload, port: int, service: Resource | None
) -> Outbound | None:
    """Tell whether the sidecar of a client refuses a connection to a workload; None where it lets it pass.

    Args:
        mesh: The objects.
        client: Who connects.
        server: Who is connected to.
        port: Number of the container port.
        service: The Service or ServiceEntry that is addressed; None for the pod's own address.
    """
    if not _asks(mesh, client):
        return None
    way = ways_to(mesh, server, port, service)[0]
    past = outbound_past(mesh, client, server, way) if way.is_captured else Bypass("proxies take TCP alone")
    if past is not None and not past.missing:
        return None
    known = outbound(mesh, client, way.service, way.number)
    if not known.may_block:
        return None
    if way.service is None and known.passage is Passage.BLOCKED:
        known = replace(known, reason=POD_REASON)
        alike = alike_headless(mesh, server, way)
        if any(outbound(mesh, client, one.service, one.number).passage in _MAY_KNOW for one in alike):
            known = _opened(known, HEADLESS_MISSING)
    return _said(mesh, client, known, past)


def withheld_outside(mesh: MeshView, client: Workload, to: Outside) -> Outbound | None:
    """Tell whether the sidecar of a client refuses a connection out of the cluster; None where it lets it pass.

    What nothing declares for its host or address may still meet the listener of a ServiceEntry: one for plain TCP
    without addresses takes every connection to its port, those for HTTP and TLS go by the name inside.
    (`istio/istio: pilot/pkg/networking/core/listener.go`, buildSidecarOutboundListener)
    """
    if not _asks(mesh, client):
        return None
    networks = (ip_network(to.address),) if to.address is not None else ()
    past = None if captures_all(mesh, client) else outbound_bypass(mesh, client, to.port, networks)
    if past is not None and not past.missing:
        return None
    target = _behind_alias(mesh, to.host, client.cluster) if to.host else to.address
    if target is None:
        return None
    known = outbound(mesh, client, target, to.port)
    if not known.may_block:
        return None
    for entry, protocol in _at_port(mesh, client, to.port):
        met = _met(known, to, entry, protocol)
        if met is None:
            return None
        known = met
    return _said(mesh, client, known, past)


def _asks(mesh: MeshView, client: Workload) -> bool:
    """Whether a client has a sidecar that reads outbound policies, or may have one."""
    if enrolment(mesh, client).mode not in (Enrolled.SIDECAR, Enrolled.UNKNOWN):
        return False
    if is_gateway_proxy(client):
        return False
    node = client.template.get("metadata.annotations")
    templates = node.key(_TEMPLATES) if node is not None else None
    return templates is None or not any(part.strip().startswith(_GRPC) for part in templates.text.split(",", 20))


def _said(mesh: MeshView, client: Workload, known: Outbound, past: Bypass | None) -> Outbound:
    """What is known of a refusal where it is not known whether the proxy is there and sees the connection."""
    sender = enrolment(mesh, client)
    if past is not None:
        known = _opened(replace(known, chain=(*past.chain, *known.chain)), past.missing)
    if sender.mode is Enrolled.UNKNOWN:
        known = _opened(replace(known, chain=(*sender.chain, *known.chain)), sender.missing)
    return known


def _opened(known: Outbound, missing: str) -> Outbound:
    """The same where a connection may pass all the same."""
    settles = "; ".join(text for text in (known.missing, missing) if text)
    return Outbound(Passage.UNKNOWN, f"{known.reason}, unless it passes", known.chain, settles, known.options or _OPEN)


def _met(known: Outbound, to: Outside, entry: Resource, protocol: str) -> Outbound | None:
    """What becomes of a connection that meets the listener of a ServiceEntry on its port; None where it passes."""
    is_told = to.host or protocol in PLAIN_TCP or not protocol
    if not is_told:
        if to.named is None:
            return _opened(known, "the host of the request")
        is_declared = any(covers(node.text, to.named) for node in entry.each("spec.hosts[]"))
        return None if is_declared else known
    if any(entry.each("spec.addresses[]")) or (protocol and protocol not in PLAIN_TCP):
        return known
    resolution = entry.root.text_at("spec.resolution") or "NONE"
    if protocol and resolution == "NONE" and not any(entry.each("spec.endpoints[]")):
        return None
    what = to.host or str(to.address)
    where = f"'{entry.title}', whose listener takes every connection to port {to.port}"
    return _opened(known, f"whether '{what}' is among the endpoints of {where}")


def _at_port(mesh: MeshView, client: Workload, port: int) -> Iterator[tuple[Resource, str]]:
    """The ServiceEntries with a port that a client's sidecar knows, each with the protocol there."""
    for entry in mesh.of_kind(SERVICE_ENTRY):
        if entry.cluster != client.cluster:
            continue
        found = next((one for one in entry.each("spec.ports[]") if port_number(one) == port), None)
        protocol = found.text_at("protocol").lower() if found is not None else ""
        if found is None or protocol in NO_TCP:
            continue
        if outbound(mesh, client, entry, port).passage is Passage.IMPORTED:
            yield entry, protocol


def _behind_alias(mesh: MeshView, host: str, cluster: str) -> str:
    """The host that a name stands for in the end: Services of type ExternalName are aliases of another.

    (`istio/istio: pilot/pkg/serviceregistry/kube/conversion.go`)
    """
    for _ in range(_MOST_ALIASES):
        found = next(iter(declared_anywhere(mesh, host, cluster)), None)
        if found is None or found.kind != SERVICE or found.root.text_at("spec.type") != "ExternalName":
            break
        host = found.root.text_at("spec.externalName").lower().rstrip(".")
    return host
