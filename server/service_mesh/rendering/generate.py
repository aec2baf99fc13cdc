"""Generated configuration as one stream of YAML: what is to be known of it stands in comments, so that it can be piped.

Every file begins with `# Source: NAME`, which `validate` reads back as its name.
"""

from collections.abc import Iterator

from service_mesh.generate.dialects import Dialect
from service_mesh.operations.generate_result import Checks, GeneratedFile, GenerateResult
from service_mesh.rendering.words import clean

__all__ = ["generation_lines", "proof_text", "render_generation"]


def render_generation(result: GenerateResult) -> str:
    """The files that are applied, each a document of one stream, and the rest as comments at its head.

    Files of later stages are comments as well: who pipes the stream into `kubectl apply` gets the first stage.
    """
    later = {step for stage in result.stages[1:] for step in stage.apply}
    applied = [file for file in result.files if file.name in result.apply_order]
    others = [f"file: {file.name}, which -o DIR writes" for file in result.files if file not in applied]
    now = [f"# Source: {file.name}\n{file.text.removesuffix(chr(10))}" for file in applied if file.name not in later]
    head = "\n".join(f"# {line}" for line in (*generation_lines(result), *others))
    return "\n---\n".join((head, *now)) + "".join(_later(file) for file in applied if file.name in later)


def _later(file: GeneratedFile) -> str:
    lines = (f"later: {file.name}", *file.text.splitlines())
    return "".join(f"\n# {line}" for line in lines)


def generation_lines(result: GenerateResult) -> Iterator[str]:
    """What is to be known of it, the most important line first; files are not among them."""
    title = Dialect(result.mesh).in_words
    versions = ", ".join(result.versions.values())
    yield f"{result.intent} for {title}{f' {versions}' if versions else ''}: {_verdict(result)}"
    for lack in result.cannot_express:
        yield clean(f"cannot express {lack.part}; closest: {lack.closest}")
    yield from (clean(f"before: {text}") for text in result.prerequisites)
    staged = {step for stage in result.stages for step in stage.apply}
    yield from (clean(f"apply: {_command(step)}") for step in result.apply_order if step not in staged)
    for stage in result.stages:
        yield clean(f"stage {stage.name}: {stage.does}")
        yield from (clean(f"  apply: {_command(step)}") for step in stage.apply)
        yield from (clean(f"  before the next: {text}") for text in stage.before_next)
    yield from (clean(f"note: {text}") for text in result.notes)
    yield from (clean(f"verify: {text}") for text in result.verify)
    yield from (clean(f"roll back: {text}") for text in result.rollback)
    yield from (clean(f"changes: {text}") for text in result.checks.changes)
    for one in result.checks.simulation:
        if not one.holds:
            why = f" ({one.because})" if one.because else ""
            yield clean(f"does not hold: {one.question}: {one.answer}, not {one.expected}{why}")
    for finding in result.checks.findings:
        if not result.checks.hold or finding.severity.value != "info":
            yield clean(f"{finding.severity} {finding.code} {finding.file}:{finding.line} {finding.message}")


def proof_text(checks: Checks) -> str:
    """What was proved, in a few words: `valid, 7 of 7 questions answered as they should be`."""
    held = sum(one.holds for one in checks.simulation)
    counts = checks.validation
    faults = counts.error + counts.warning
    valid = "valid" if not faults else f"{faults} fault{'s' if faults > 1 else ''}"
    asked = f", {held} of {len(checks.simulation)} questions answered as they should be" if checks.simulation else ""
    return f"{valid}{asked}"


def _command(step: str) -> str:
    """What is typed: a step without words is a file."""
    return step if " " in step else f"kubectl apply -f {step}"


def _verdict(result: GenerateResult) -> str:
    if result.apply_order or result.checks.simulation or result.checks.findings:
        return proof_text(result.checks)
    return "no files"
