"""The shapes that `access` answers with; field names are the published contract."""

from dataclasses import dataclass, field
from enum import StrEnum

from service_mesh.model.finding import RelatedView, ResourceRef
from service_mesh.model.unchecked import NotChecked
from service_mesh.posture.decisions import Verdict

__all__ = ["DECISIONS", "AccessDecision", "AccessResult", "Deciding", "LayerView", "Understood"]


class AccessDecision(StrEnum):
    """Whether the call passes."""

    ALLOW = "allow"
    DENY = "deny"
    UNKNOWN = "unknown"


DECISIONS = {
    Verdict.ALLOWED: AccessDecision.ALLOW,
    Verdict.DENIED: AccessDecision.DENY,
    Verdict.UNKNOWN: AccessDecision.UNKNOWN,
}
"""What posture decides -> what is answered."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """The object that decides, at its field; `resource` is None where no object does."""

    layer: str
    reason: str
    resource: ResourceRef | None = None
    pointer: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class LayerView:
    """What one layer says.

    Attributes:
        layer: `mesh-egress`, `network-egress`, `network-ingress`, `transport`, `waypoint`, `authorization`
            or `route`.
        decision: Its answer.
        reason: Why, in one sentence.
        objects: The objects that decide it, each at its field.
        hop: The part of the way that it is about, where a waypoint divides it.
    """

    layer: str
    decision: AccessDecision
    reason: str
    objects: tuple[RelatedView, ...] = ()
    hop: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """What the two ends of the question were understood as."""

    source: str
    destination: str


@dataclass(frozen=True, slots=True)
class AccessResult:
    """The answer of `access`.

    Attributes:
        decision: Whether the call passes.
        transport: What the client's connection carries; see `posture.edges.Transport`.
        encrypted: Whether it is encrypted between the two ends; None where that is not known.
        authenticated: Whether the server knows which workload the client is; None where that is not known.
        deciding: What decides; None where the call passes and no policy speaks of it.
        layers: What each layer says, in the order of the data path.
        needs: What would settle an answer that is not known.
        understood_as: What was asked.
        not_checked: What was given and not read.
        versions: What it was judged by.
        notes: What follows from the versions, and what the answer does not tell.
    """

    decision: AccessDecision
    transport: str
    encrypted: bool | None
    authenticated: bool | None
    deciding: Deciding | None
    layers: tuple[LayerView, ...]
    needs: tuple[str, ...]
    understood_as: Understood
    not_checked: tuple[NotChecked, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
