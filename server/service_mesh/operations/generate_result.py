"""The shapes that `generate` answers with; field names are the published contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service_mesh.model.finding import Finding
from service_mesh.operations.result import Counts

__all__ = ["Checks", "GenerateResult", "GeneratedFile", "Lack", "Simulated", "StageView"]


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """One file: its name and what it holds."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class StageView:
    """One step of a rollout.

    Attributes:
        name: Its name.
        does: What it does.
        apply: What is applied in it: files and commands, in their order.
        before_next: What has to hold before the next, with the commands that show it.
    """

    name: str
    does: str
    apply: tuple[str, ...]
    before_next: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lack:
    """What the mesh has no words for, and what comes closest there."""

    part: str
    closest: str


@dataclass(frozen=True, slots=True)
class Simulated:
    """A question to the simulation, the answer that is right and the one that came.

    Attributes:
        question: What was asked.
        expected: The right answer.
        answer: What the simulation says.
        because: The object and field that decide it, where the answer is not the right one.
    """

    question: str
    expected: str
    answer: str
    because: str = ""

    @property
    def holds(self) -> bool:
        """Whether the answer is the right one."""
        return self.answer == self.expected


@dataclass(frozen=True, slots=True)
class Checks:
    """What was proved.

    Attributes:
        validation: Findings in the files, by severity.
        simulation: The questions.
        changes: What else changes in the surroundings.
        findings: The findings behind the counts.
    """

    validation: Counts = field(default_factory=Counts)
    simulation: tuple[Simulated, ...] = ()
    changes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def hold(self) -> bool:
        """Whether the files are valid and every question has the right answer."""
        return not (self.validation.error or self.validation.warning) and all(one.holds for one in self.simulation)


@dataclass(frozen=True, slots=True)
class GenerateResult:
    """The answer of `generate`.

    Attributes:
        intent: What was asked for.
        mesh: What it is written for.
        files: The files; none where the mesh cannot express it, or where the proof failed.
        apply_order: What is done, in its order: a file is applied with `kubectl apply -f`, a command is run.
        prerequisites: What has to be there before.
        verify: Commands that show in a cluster that it works.
        rollback: Commands that take it back.
        stages: The steps of a rollout.
        notes: What whoever applies it has to know.
        cannot_express: What the mesh has no words for.
        checks: What was proved.
        versions: The releases it is written for.
        parameters: The schema of the parameters, where none were given.
        example: Parameters that work, where none were given.
    """

    intent: str
    mesh: str
    files: tuple[GeneratedFile, ...] = ()
    apply_order: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    verify: tuple[str, ...] = ()
    rollback: tuple[str, ...] = ()
    stages: tuple[StageView, ...] = ()
    notes: tuple[str, ...] = ()
    cannot_express: tuple[Lack, ...] = ()
    checks: Checks = field(default_factory=Checks)
    versions: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, object] = field(default_factory=dict)
    example: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_answered(self) -> bool:
        """Whether there is something to apply that was proved, or a form to fill in."""
        return bool(self.apply_order or self.parameters)
