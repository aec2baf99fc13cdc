"""What the structural check says about one object."""

from dataclasses import dataclass
from enum import StrEnum

from service_mesh.model.finding import Draft

__all__ = ["Fault", "Judgement", "Outcome"]

Fault = tuple[str, Draft]
"""The code of the rule that the fault breaks, and what is said about it."""


class Outcome(StrEnum):
    """Three of the five things that can become of a document; that it is skipped or empty is seen by the reader."""

    VALID = "valid"
    INVALID = "invalid"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one object.

    Attributes:
        outcome: Whether the API server would take it, as far as structure goes.
        faults: What is wrong; a valid object may hold warnings.
        reason: Why it was not checked, else empty.
    """

    outcome: Outcome
    faults: tuple[Fault, ...] = ()
    reason: str = ""
