"""The shapes that `recommend` answers with; field names are the published contract."""

from dataclasses import dataclass, field

from service_mesh.model.unchecked import NotChecked

__all__ = ["Evidence", "Factor", "OptionView", "Out", "RecommendResult", "ResourceEstimate", "UnknownFact"]


@dataclass(frozen=True, slots=True)
class Factor:
    """How well an option does in one respect.

    Attributes:
        name: What it is weighed by.
        weight: How much that counts.
        value: From 0 to 1.
        reasons: Why it is not 1.
    """

    name: str
    weight: float
    value: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Out:
    """Why an option is ruled out; `evidence` names the claims that it rests on."""

    rule: str
    reason: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option.

    Attributes:
        option: Its name.
        score: The weighted mean of its factors, from 0 to 1.
        reasons: What speaks for it, in short.
        costs: What speaks against it, and what it takes to run.
        disqualified_by: What rules it out; nothing where it is in the running.
        factors: How the score comes about.
    """

    option: str
    score: float
    reasons: tuple[str, ...]
    costs: tuple[str, ...]
    disqualified_by: tuple[Out, ...]
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class ResourceEstimate:
    """What an option takes beyond what runs without it, as ranges; None where sizes or figures are not known.

    Attributes:
        option: The option.
        cpu: Processors in thousandths, from and to.
        memory_mb: Memory in MB, from and to.
        parts: What is counted.
        missing: What would have to be given.
    """

    option: str
    cpu: tuple[float, float] | None
    memory_mb: tuple[float, float] | None
    parts: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim that had a part in the answer; `is_old` where nobody looked at it for 120 days."""

    claim: str
    option: str
    property: str
    value: str
    conditions: str
    source: str
    date: str
    confidence: str
    is_old: bool


@dataclass(frozen=True, slots=True)
class UnknownFact:
    """Something that nobody said and nothing showed, and what hangs on it."""

    field: str
    effect: str


@dataclass(frozen=True, slots=True)
class RecommendResult:
    """The answer of `recommend`.

    Attributes:
        recommendation: An option, `insufficient-facts`, or `none-fits`.
        confidence: From 0 to 1: how much was said, how far the first is ahead, how good the evidence is.
        ranking: The options in their order, those that are ruled out last.
        sensitivity: What would change the answer, one change at a time.
        resource_estimate: What each option would take.
        next_steps: What to do with the answer.
        unknowns: What was not said.
        evidence: The claims that had a part in the answer.
        detected: What was read of a cluster and filled in, or contradicts what was said.
        not_checked: What was given and not read.
        notes: What the answer does not tell.
    """

    recommendation: str
    confidence: float
    ranking: tuple[OptionView, ...]
    sensitivity: tuple[str, ...]
    resource_estimate: tuple[ResourceEstimate, ...]
    next_steps: tuple[str, ...]
    unknowns: tuple[UnknownFact, ...]
    evidence: tuple[Evidence, ...]
    detected: tuple[str, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    notes: tuple[str, ...] = field(default=())
