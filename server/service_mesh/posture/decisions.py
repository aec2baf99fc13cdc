"""The answer to whether a connection passes the network policies: three values, why, and what remains to be met."""

from dataclasses import dataclass, replace
from enum import StrEnum

from service_mesh.model.finding import Note
from service_mesh.model.node import Node

__all__ = ["Decision", "Direction", "Verdict", "both", "known_as_far"]


class Direction(StrEnum):
    """Whose policies decide: those of the server, or those of the client."""

    INGRESS = "ingress"
    EGRESS = "egress"


class Verdict(StrEnum):
    """Whether a connection passes."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"

    @staticmethod
    def of(answer: bool | None) -> "Verdict":
        """The verdict for yes, no and not known."""
        return Verdict.UNKNOWN if answer is None else Verdict.ALLOWED if answer else Verdict.DENIED


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a connection passes in one direction, and why.

    Attributes:
        verdict: The answer.
        reason: Why, in one sentence.
        chain: The nodes that decided it.
        missing: What would have to be known, where the answer is unknown; beside `rules`, what may let more pass.
        loaded: The answer if there were no more objects than those loaded.
        rules: Rules for requests inside the connection (`rules` of a port, or `serverNames`) of which one has to let
            each request pass; empty where every request passes.
        authentication: Whether Cilium makes both ends authenticate each other first.
    """

    verdict: Verdict
    reason: str
    chain: tuple[Note, ...] = ()
    missing: tuple[str, ...] = ()
    loaded: Verdict | None = None
    rules: tuple[Node, ...] = ()
    authentication: bool = False

    @property
    def deciding(self) -> Note | None:
        """The link of the chain that decides: the one that the reason names, else the first."""
        named = (note for note in self.chain if note.node.resource.title in self.reason)
        return next(named, self.chain[0] if self.chain else None)


def known_as_far(decision: Decision, missing: str) -> Decision:
    """A decision that holds for the loaded objects alone, since others may be there too.

    Args:
        decision: What follows from the loaded objects.
        missing: What is not loaded; empty if nothing is, which leaves the decision as it is.
    """
    if not missing:
        return replace(decision, loaded=decision.verdict)
    listed = (*decision.missing, missing)
    return replace(decision, verdict=Verdict.UNKNOWN, missing=listed, loaded=decision.verdict)


def both(egress: Decision, ingress: Decision) -> Decision:
    """Whether a connection passes both ends: what one denies is denied, whatever the other says.

    The requests have to meet the rules of each side, so those of both are not joined here: ask each decision.
    """
    for verdict in (Verdict.DENIED, Verdict.UNKNOWN):
        found = [one for one in (egress, ingress) if one.verdict is verdict]
        if found:
            return found[0]
    chain = (*egress.chain, *ingress.chain)
    needs = egress.authentication or ingress.authentication
    return Decision(Verdict.ALLOWED, ingress.reason, chain, (), Verdict.ALLOWED, (), needs)
