"""The layers that a call passes on its way, and how their answers are one."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from service_mesh.posture.decisions import Decision, Verdict

__all__ = ["Layer", "LayerAnswer", "deciding", "joined"]


class Layer(StrEnum):
    """One thing on the way of a call that can stop it, in the order in which a call meets them.

    Routes come last although proxies of clients ask them first: what they send a call to is what the others are about.
    """

    MESH_EGRESS = "mesh-egress"
    NETWORK_EGRESS = "network-egress"
    NETWORK_INGRESS = "network-ingress"
    TRANSPORT = "transport"
    WAYPOINT = "waypoint"
    AUTHORIZATION = "authorization"
    ROUTE = "route"


@dataclass(frozen=True, slots=True)
class LayerAnswer:
    """What one layer says of a call.

    Attributes:
        layer: Which it is.
        decision: Its answer.
        hop: Which part of the way it was asked about, where a waypoint divides it; empty otherwise.
    """

    layer: Layer
    decision: Decision
    hop: str = ""


def joined(answers: Iterable[LayerAnswer]) -> Verdict:
    """The answer for the whole way: what one layer stops is stopped, whatever is not known of the others."""
    verdicts = {answer.decision.verdict for answer in answers}
    return next((one for one in (Verdict.DENIED, Verdict.UNKNOWN) if one in verdicts), Verdict.ALLOWED)


def deciding(answers: Iterable[LayerAnswer]) -> LayerAnswer | None:
    """The layer that decides: the first that stops the call, else the first not known, else the last to speak.

    None where the call passes and no policy speaks of it.
    """
    listed = tuple(answers)
    verdict = joined(listed)
    if verdict is not Verdict.ALLOWED:
        return next(answer for answer in listed if answer.decision.verdict is verdict)
    return next((answer for answer in reversed(listed) if answer.decision.chain and _is_policy(answer)), None)


def _is_policy(answer: LayerAnswer) -> bool:
    return answer.layer not in (Layer.TRANSPORT, Layer.ROUTE)
