"""What `generate_policy` publishes: the files whole, everything else bounded field by field, and the text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import TypeAdapter

from service_mesh.mcptools import budget
from service_mesh.mcptools.quoting import one_line
from service_mesh.mcptools.tool import Answer
from service_mesh.operations.generate_result import Checks, GeneratedFile, GenerateResult, Lack, Simulated, StageView
from service_mesh.operations.result import Counts
from service_mesh.rendering.generate import generation_lines, render_generation

__all__ = ["ChecksAnswer", "GenerateAnswer", "SimulatedAnswer", "to_generate_answer"]

_TEXT = 400
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class SimulatedAnswer:
    """A question to the simulation, the right answer and the one that came, with the reason of a wrong one."""

    question: str
    expected: str
    answer: str


@dataclass(frozen=True, slots=True)
class ChecksAnswer:
    """What was proved; of the questions the first ones, and those with a wrong answer before them."""

    validation: Counts
    findings: tuple[str, ...]
    simulation: tuple[SimulatedAnswer, ...]
    asked: int
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GenerateAnswer:
    """The structured content; see `operations.generate_result.GenerateResult`."""

    files: tuple[GeneratedFile, ...]
    apply_order: tuple[str, ...]
    prerequisites: tuple[str, ...]
    verify: tuple[str, ...]
    rollback: tuple[str, ...]
    stages: tuple[StageView, ...]
    notes: tuple[str, ...]
    cannot_express: tuple[Lack, ...]
    checks: ChecksAnswer
    versions: dict[str, str]
    parameters: dict[str, Any] = field(default_factory=dict)
    example: dict[str, Any] = field(default_factory=dict)


def to_generate_answer(result: GenerateResult, adapter: TypeAdapter[GenerateAnswer]) -> Answer:
    """The result as text and data; files are left out from the last on where even the hard cap does not hold them."""

    def answer(most: int) -> Answer:
        found = _bounded(result, most)
        return Answer(_text(result, found), cast(dict[str, Any], adapter.dump_python(found, mode="json")))

    count = len(result.files)
    return answer(budget.largest(count, lambda most: budget.fits(answer(most), budget.HARD_CAP)))


def _bounded(result: GenerateResult, most: int) -> GenerateAnswer:
    left_out = [file.name for file in result.files[most:]]
    cut = f"{', '.join(left_out)} would make the answer too long: service-mesh generate -o DIR writes all files"
    return GenerateAnswer(
        files=result.files[:most],
        apply_order=result.apply_order,
        prerequisites=_lines(result.prerequisites),
        verify=result.verify,
        rollback=result.rollback,
        stages=result.stages,
        notes=(*((cut,) if left_out else ()), *_lines(result.notes)),
        cannot_express=result.cannot_express,
        checks=_checks(result.checks),
        versions=dict(result.versions),
        parameters=dict(result.parameters),
        example=dict(result.example),
    )


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one_line(text, _TEXT) for text in texts)


def _checks(checks: Checks) -> ChecksAnswer:
    asked = sorted(checks.simulation, key=lambda one: one.holds)
    shown = (
        SimulatedAnswer(one_line(one.question, _TEXT), one.expected, one_line(_answer(one), _TEXT))
        for one in asked[:_SHOWN]
    )
    findings = (f"{one.severity} {one.code} {one.file}:{one.line} {one.message}" for one in checks.findings[:_SHOWN])
    return ChecksAnswer(
        validation=checks.validation,
        findings=tuple(one_line(text, _TEXT) for text in findings),
        simulation=tuple(shown),
        asked=len(checks.simulation),
        changes=tuple(one_line(text, _TEXT) for text in checks.changes[:_SHOWN]),
    )


def _answer(one: Simulated) -> str:
    return f"{one.answer}: {one.because}" if one.because else one.answer


def _text(result: GenerateResult, found: GenerateAnswer) -> str:
    if result.parameters:
        return "\n".join(_form_lines(result))
    if len(found.files) == len(result.files):
        return render_generation(result)
    return "\n".join((*found.notes[:1], *generation_lines(result)))


def _form_lines(result: GenerateResult) -> Iterator[str]:
    yield f"{result.intent} takes params; an example that works: {budget.wire(dict(result.example))}"
    yield from (f"{result.mesh} cannot express {one.part}; closest: {one.closest}" for one in result.cannot_express)
    properties = result.parameters.get("properties")
    needed = result.parameters.get("required", ())
    for name, schema in (properties if isinstance(properties, Mapping) else {}).items():
        is_needed = isinstance(needed, list) and name in needed
        yield f"{name}{' (needed)' if is_needed else ''}: {schema.get('description', '')}"
