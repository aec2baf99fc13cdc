"""The verb `mtls`: what every port takes, what connections carry and why, and whether STRICT would break any."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from service_mesh.errors import UsageError
from service_mesh.mesh.components import components
from service_mesh.mesh.naming import subject
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.operations.access_result import DECISIONS
from service_mesh.operations.mtls_flows import Flow, flows, is_application
from service_mesh.operations.mtls_readiness import SHOWN, Break, breaks, readiness
from service_mesh.operations.mtls_result import EdgeView, MtlsResult, MtlsVerdict, PortMode
from service_mesh.operations.request import MtlsRequest
from service_mesh.operations.scene import Scene, scene_of
from service_mesh.posture.access.connections import mesh_of
from service_mesh.posture.access.matrix import Matrix, matrix_of, offered, ports_of
from service_mesh.posture.edges import Transport
from service_mesh.posture.istio import transport as istio
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.posture.kubernetes.ends import of_workload
from service_mesh.posture.linkerd import transport as linkerd
from service_mesh.source.collector import uncollected

__all__ = ["Carried", "mtls", "mtls_in", "mtls_result"]

_ORDER = (
    Transport.BROKEN,
    Transport.UNKNOWN,
    Transport.PLAINTEXT,
    Transport.EITHER,
    Transport.APP_TLS,
    Transport.OUTSIDE,
    Transport.WIREGUARD,
    Transport.IPSEC,
    Transport.ZTUNNEL,
    Transport.MTLS,
    Transport.HBONE,
)
"""Transports, those that want looking at first."""

_SYSTEM = frozenset({"kube-system", "kube-public", "kube-node-lease"})


@dataclass(frozen=True, slots=True)
class Carried:
    """What travels between workloads, before it is written down.

    Attributes:
        asked: The workloads that are asked about as servers.
        modes: What their ports take.
        matrix: Who can call whom, of applications and of those asked about.
        flows: What connections to those asked about carry, the worst first.
        breaks: What would break in STRICT mode, the certain ones first.
    """

    asked: tuple[Workload, ...]
    modes: tuple[PortMode, ...]
    matrix: Matrix
    flows: tuple[Flow, ...]
    breaks: tuple[Break, ...]


def mtls(request: MtlsRequest) -> MtlsResult:
    """Tell what travels between workloads, and whether every port could take mTLS alone.

    Raises:
        UsageError: Nothing was given, the workload or the namespace names nothing that was read.
        InputError: Something given cannot be read.
    """
    scene = scene_of(request.inputs, request.complete, request.versions)
    return mtls_result(scene, mtls_in(scene, request))


def mtls_in(scene: Scene, request: MtlsRequest) -> Carried:
    """What travels between the workloads of one mesh.

    Raises:
        UsageError: The workload or the namespace names nothing that was read.
    """
    view = scene.view
    applications = _applications(view)
    asked = _asked(view, request, applications)
    with uncollected():
        matrix = matrix_of(view, dict.fromkeys((*applications, *asked)))
        found = sorted(flows(view, matrix, asked), key=lambda one: (_ORDER.index(one.edge.transport), one.port.number))
    return Carried(
        asked=asked,
        modes=tuple(mode for one in asked for mode in _modes(scene, one)),
        matrix=matrix,
        flows=tuple(found),
        breaks=breaks(scene, asked, found),
    )


def mtls_result(scene: Scene, carried: Carried) -> MtlsResult:
    """Write down what travels between workloads."""
    totals = Counter[str]()
    for one in carried.flows:
        totals[one.edge.transport.value] += len(one.clients) * len(one.servers)
    return MtlsResult(
        verdict=_verdict(carried.modes, carried.flows),
        workloads=carried.modes,
        edges=tuple(_view(scene, one) for one in carried.flows),
        strict_ready=readiness(carried.breaks),
        totals=dict(totals),
        not_checked=scene.unread,
        versions=dict(scene.versions),
        notes=(*scene.notes, *_left_out(scene.view, carried.asked)),
    )


def _left_out(view: MeshView, asked: tuple[Workload, ...]) -> Iterator[str]:
    own = {one.workload for one in components(view)}
    count = sum(one.namespace in _SYSTEM or one in own for one in workloads(view) if one not in asked)
    if count:
        noun = "workload" if count == 1 else "workloads"
        yield f"left out: {count} {noun} of Kubernetes and of meshes themselves; --namespace asks for them"


def _applications(view: MeshView) -> tuple[Workload, ...]:
    """The workloads that are no part of Kubernetes or of a mesh itself."""
    own = {one.workload for one in components(view)}
    held = (one for one in workloads(view) if not one.is_machine and one not in own)
    return tuple(one for one in held if one.namespace not in _SYSTEM)


def _asked(view: MeshView, request: MtlsRequest, applications: tuple[Workload, ...]) -> tuple[Workload, ...]:
    """The workloads that are asked about as servers."""
    if request.workload:
        found = subject(view, request.workload)
        if found is None or not found.workloads:
            raise UsageError(f"no workload '{request.workload[:80]}' was read", "give its manifest too")
        return found.workloads
    if not request.namespace:
        return applications
    held = tuple(one for one in workloads(view) if one.namespace == request.namespace and not one.is_machine)
    if not held:
        raise UsageError(f"no workload of namespace '{request.namespace[:80]}' was read", "give its manifests too")
    return held


def _modes(scene: Scene, workload: Workload) -> Iterator[PortMode]:
    found = mesh_of(scene.view, of_workload(workload))
    listed = ports_of(offered(scene.view, workload))
    ports = dict.fromkeys(port.number for port in listed if is_application(port))
    for port in ports:
        base = PortMode(workload.title, port, "", "plaintext")
        ask = istio.accepted if found.istio else linkerd.accepted if found.linkerd else None
        mode = ask(scene.view, workload, port) if ask is not None else None
        if mode is None:
            yield base
            continue
        name = "istio" if found.istio else "linkerd"
        word = "gateway" if found.istio and is_gateway_workload(scene.view, workload) else mode.mode.value.lower()
        yield replace(base, mesh=name, mode=word, decided_by=scene.shown(mode.chain), missing=mode.missing)


def _view(scene: Scene, found: Flow) -> EdgeView:
    edge = found.edge
    return EdgeView(
        from_=tuple(one.title for one in found.clients[:SHOWN]),
        clients=len(found.clients),
        to=tuple(one.title for one in found.servers[:SHOWN]),
        servers=len(found.servers),
        port=found.port.number,
        transport=edge.transport.value,
        encrypted=edge.is_encrypted,
        authenticated=edge.is_authenticated,
        decision=DECISIONS[found.verdict],
        reason=edge.reason,
        decided_by=scene.shown(edge.chain),
        same_mesh=found.mesh.istio or found.mesh.linkerd,
    )


def _verdict(modes: Iterable[PortMode], found: Iterable[Flow]) -> MtlsVerdict:
    meshed = [mode for mode in modes if mode.mesh and mode.mode != "gateway"]
    inner = [one for one in found if (one.mesh.istio or one.mesh.linkerd) and not one.is_of_gateway]
    if any(one.edge.transport is Transport.BROKEN for one in inner):
        return MtlsVerdict.BROKEN
    if any(mode.mode == "unknown" for mode in meshed) or any(one.edge.transport is Transport.UNKNOWN for one in inner):
        return MtlsVerdict.UNKNOWN
    if not meshed:
        return MtlsVerdict.PLAINTEXT
    return MtlsVerdict.ENFORCED if all(mode.mode == "strict" for mode in meshed) else MtlsVerdict.PERMISSIVE
