"""What a matrix tells of a call: the verdict and who decides, and which answers are alike in that."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Note
from service_mesh.model.kinds import NAMESPACE
from service_mesh.posture.access.layers import Layer, LayerAnswer, deciding, joined
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.edges import Transport

__all__ = ["Outcome", "Outcomes", "Said", "Weighed", "alike", "outcome_of"]

_OWN = frozenset({*WORKLOAD_KINDS, NAMESPACE})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer for one call, as far as it is the same for a whole class.

    Attributes:
        verdict: Whether it passes.
        transport: What the client's connection carries.
        layer: The layer that decides; None where the call passes and no policy speaks of it.
        note: The policy that decides, at its field; None where none does, or where the workloads' own settings do.
        reason: Why, in one sentence; empty without a layer that decides.
        needs: What would settle an answer that is not known.
    """

    verdict: Verdict
    transport: Transport
    layer: Layer | None = None
    note: Note | None = None
    reason: str = ""
    needs: tuple[str, ...] = ()

    @property
    def key(self) -> Hashable:
        """What makes it another outcome: the field does not, nor the wording but of why no connection comes about."""
        decider = self.note.node.resource.key if self.note is not None else None
        reason = self.reason if self.layer is Layer.TRANSPORT else ""
        return self.verdict, self.transport, self.layer, decider, reason, self.needs

    @property
    def depends_on_request(self) -> bool:
        """Whether it is not known for want of the request alone."""
        return bool(self.needs) and all(text.endswith("of the request") for text in self.needs)


def outcome_of(answers: Iterable[LayerAnswer], transport: Transport) -> Outcome:
    """Join what the layers of a call say, in the order of the data path."""
    listed = tuple(answers)
    verdict, decider = joined(listed), deciding(listed)
    unknown = (one.decision for one in listed if one.decision.verdict is Verdict.UNKNOWN)
    needs = tuple(dict.fromkeys(text for one in unknown for text in one.missing))
    if decider is None:
        return Outcome(verdict, transport)
    needed = needs if verdict is Verdict.UNKNOWN else ()
    return Outcome(verdict, transport, decider.layer, _decider(decider), decider.decision.reason, needed)


class Weighed(NamedTuple):
    """What layers say, weighed once.

    Attributes:
        answers: What they say.
        number: The same for all answers that come to the same.
        stops: Whether one of them stops the call.
    """

    answers: tuple[LayerAnswer, ...]
    number: int
    stops: bool


Said = tuple[int, Weighed]
"""Clients as a set of numbers, and what layers say of the calls of each of them."""


@dataclass(slots=True)
class Outcomes:
    """What answers come to, told once for all that come to the same."""

    _numbers: dict[Hashable, int] = field(default_factory=dict)
    _known: dict[Hashable, Outcome] = field(default_factory=dict)
    _told: dict[Hashable, Outcome] = field(default_factory=dict)

    def weighed(self, answers: Iterable[LayerAnswer]) -> Weighed:
        """Weigh what layers say."""
        listed = tuple(answers)
        number = self._numbers.setdefault(tuple(_signature(one) for one in listed), len(self._numbers))
        return Weighed(listed, number, any(one.decision.verdict is Verdict.DENIED for one in listed))

    def outcome(self, parts: tuple[Weighed, ...], transport: Transport) -> Outcome:
        """What the layers of a whole way come to: one object for all ways that come to the same."""
        key = transport, *[part.number for part in parts]
        found = self._known.get(key)
        if found is None:
            told = outcome_of((answer for part in parts for answer in part.answers), transport)
            found = self._known[key] = self._told.setdefault(told.key, told)
        return found


def alike(said: Iterable[Said]) -> list[Said]:
    """What is said, with those put together of whom it comes to the same."""
    masks: dict[int, int] = {}
    answers: dict[int, Weighed] = {}
    for mask, weighed in said:
        number = weighed.number
        if number in masks:
            masks[number] |= mask
        else:
            masks[number], answers[number] = mask, weighed
    return [(mask, answers[number]) for number, mask in masks.items()]


def _signature(one: LayerAnswer) -> Hashable:
    """What makes the answer of a layer another one, as far as a matrix tells."""
    decision = one.decision
    is_silent = one.layer is Layer.TRANSPORT and decision.verdict is Verdict.ALLOWED  # decides nothing
    note = None if is_silent else _decider(one)
    return (
        one.layer,
        decision.verdict,
        note.node.resource.key if note is not None else None,
        bool(decision.chain),
        decision.reason if one.layer is Layer.TRANSPORT and not is_silent else "",
        decision.missing if decision.verdict is Verdict.UNKNOWN else (),
    )


def _decider(one: LayerAnswer) -> Note | None:
    """The link of a layer's chain that decides, if a policy holds it.

    What a connection carries follows from who is in the mesh first and from settings last.
    """
    chain = one.decision.chain
    if not chain:
        return None
    note = chain[-1] if one.layer is Layer.TRANSPORT else chain[0]
    return None if note.node.resource.kind in _OWN else note
