"""The answer to whether a call passes: every layer on its way is asked, in the order of the data path."""

from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.mesh.view import MeshView
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.connections import carried
from service_mesh.posture.access.egress import leaving_answers, refused
from service_mesh.posture.access.layers import Layer, LayerAnswer, deciding, joined
from service_mesh.posture.access.meshes import authorization_answers
from service_mesh.posture.access.networks import network_answers
from service_mesh.posture.access.ways import Way, hops, way_of
from service_mesh.posture.decisions import Decision, Verdict
from service_mesh.posture.edges import Edge, Transport

__all__ = ["Answer", "answer", "halted", "transported"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a call passes, and why.

    Attributes:
        verdict: The answer for the whole way.
        edge: What the client's connection carries.
        layers: What each layer says, in the order of the data path.
        deciding: The layer that decides; None where the call passes and no policy speaks of it.
    """

    verdict: Verdict
    edge: Edge
    layers: tuple[LayerAnswer, ...]
    deciding: LayerAnswer | None

    @property
    def missing(self) -> tuple[str, ...]:
        """What would settle the answer, where it is not known."""
        if self.verdict is not Verdict.UNKNOWN:
            return ()
        unknown = (one.decision for one in self.layers if one.decision.verdict is Verdict.UNKNOWN)
        return tuple(dict.fromkeys(text for decision in unknown for text in decision.missing))


def answer(mesh: MeshView, call: Call, route: Decision | None = None, addressed: Call | None = None) -> Answer:
    """Tell whether a call passes every layer of its way.

    Args:
        mesh: The objects.
        call: Who calls whom, and with which request.
        route: What routes say of it; None where none takes part.
        addressed: The call without routes, where the client's proxy lets out what it addresses and not what it is sent
            to; None where that is the same.
    """
    leaving = tuple(leaving_answers(mesh, addressed or call))
    edge = refused(leaving)
    way = Way(edge, edge) if edge is not None else way_of(mesh, call, carried(mesh, call))
    layers = (*leaving, *_layers(mesh, call, way, is_refused=edge is not None), *_routed(route))
    return Answer(joined(layers), way.edge, layers, deciding(layers))


def halted(mesh: MeshView, call: Call, route: Decision, *, at_waypoint: bool) -> Answer:
    """Tell what becomes of a call that a route sends nowhere: it gets as far as the proxy that the route is at.

    Args:
        mesh: The objects.
        call: The call without routes.
        route: What routes say of it.
        at_waypoint: Whether it is the waypoint that asks them; else the client's proxy does.
    """
    leaving = tuple(leaving_answers(mesh, call))
    edge = refused(leaving) or Edge(Transport.BROKEN, route.reason, route.chain)
    if not at_waypoint or refused(leaving) is not None:
        layers = (*leaving, *_routed(route))
        return Answer(joined(layers), edge, layers, deciding(layers))
    way = way_of(mesh, call, carried(mesh, call))
    first = hops(mesh, call, way)[0]
    decided = [one for one in authorization_answers(mesh, call, way) if one.layer is Layer.WAYPOINT]
    layers = (*leaving, *network_answers(mesh, first), transported(way), *decided, *_routed(route))
    return Answer(joined(layers), way.edge, layers, deciding(layers))


def _routed(route: Decision | None) -> Iterator[LayerAnswer]:
    if route is not None:
        yield LayerAnswer(Layer.ROUTE, route)


def _layers(mesh: MeshView, call: Call, way: Way, *, is_refused: bool) -> Iterator[LayerAnswer]:
    for hop in hops(mesh, call, way):
        yield from network_answers(mesh, hop)
    if is_refused:
        return
    yield transported(way)
    if way.last.transport is not Transport.BROKEN:
        yield from authorization_answers(mesh, call, way)


def transported(way: Way) -> LayerAnswer:
    """Whether a connection comes about at all."""
    return LayerAnswer(Layer.TRANSPORT, _transported(way))


def _transported(way: Way) -> Decision:
    if way.missing:
        return Decision(Verdict.UNKNOWN, "it is not known which way it takes", way.edge.chain, (way.missing,))
    last = way.last
    if last.transport is Transport.BROKEN:
        return Decision(Verdict.DENIED, last.reason, last.chain)
    if last.transport is Transport.UNKNOWN and last.missing:
        return Decision(Verdict.UNKNOWN, last.reason, last.chain, (last.missing,))
    return Decision(Verdict.ALLOWED, way.edge.reason, way.edge.chain)
