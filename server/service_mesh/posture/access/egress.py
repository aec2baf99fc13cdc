"""What the proxy of a client says of a call before it leaves the pod, whichever mesh the client is in."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import EGRESS_NETWORK
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.connections import mesh_of
from service_mesh.posture.access.layers import Layer, LayerAnswer
from service_mesh.posture.decisions import Decision, Verdict
from service_mesh.posture.edges import Edge, Transport
from service_mesh.posture.istio import egress as istio
from service_mesh.posture.istio.outbound import Passage
from service_mesh.posture.kubernetes.ends import End
from service_mesh.posture.linkerd import egress as linkerd

__all__ = ["leaving_answers", "refused"]


def leaving_answers(mesh: MeshView, call: Call) -> Iterator[LayerAnswer]:
    """What the client's own proxy says: nothing where it lets the call pass and no policy is about it.

    It comes before the network policies, which see no more than what it lets out of the pod.

    Args:
        mesh: The objects.
        call: The call.
    """
    client = call.client.workload
    if client is None or call.protocol != "TCP":
        return
    found = mesh_of(mesh, call.client)
    decided = (
        _by_sidecar(mesh, call, client) if found.istio else None,
        _by_linkerd(mesh, call, client) if found.linkerd and _is_outside(call.server) else None,
    )
    yield from (LayerAnswer(Layer.MESH_EGRESS, one) for one in decided if one is not None)


def refused(answers: Iterable[LayerAnswer]) -> Edge | None:
    """What becomes of a connection that the client's proxy does not let out; None where it does, or may."""
    denied = (one.decision for one in answers if one.decision.verdict is Verdict.DENIED)
    return next((Edge(Transport.BROKEN, one.reason, one.chain) for one in denied), None)


def _is_outside(server: End) -> bool:
    return server.workload is None and not server.is_pod


def _by_sidecar(mesh: MeshView, call: Call, client: Workload) -> Decision | None:
    server = call.server
    if call.subset is not None:
        return None  # its own route sends it there, which makes the host known
    if server.workload is not None:
        said = istio.withheld(mesh, client, server.workload, call.port, call.service)
    elif _is_outside(server):
        outside = istio.Outside(call.port, server.host, server.address, call.request.host)
        said = istio.withheld_outside(mesh, client, outside)
    else:
        return None
    if said is None:
        return None
    if said.passage is Passage.BLOCKED:
        return Decision(Verdict.DENIED, said.reason, said.chain)
    return Decision(Verdict.UNKNOWN, said.reason, said.chain, (said.missing,))


def _by_linkerd(mesh: MeshView, call: Call, client: Workload) -> Decision | None:
    """What an EgressNetwork or a route on it says; those that are about other addresses say nothing."""
    request, server = call.request, call.server
    if server.address is None and not server.host:
        return None
    shown = request.method is not None or request.path is not None
    is_tls = call.is_tls if call.is_tls is not None else False if shown else None
    named = replace(request, host=request.host or server.host or None)
    outside = linkerd.OutsideCall(server.address, call.port, named, is_tls, server.host)
    decided = linkerd.outbound_decision(mesh, client, outside)
    is_told = any(note.node.resource.kind == EGRESS_NETWORK for note in decided.chain)
    return decided if is_told or decided.verdict is not Verdict.ALLOWED else None
