"""Guided tours of the command line: a few steps that anybody can repeat, each held to what it is to show."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["TOURS", "Step", "take"]

_MESH = "examples/mtls-tour"


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a tour.

    Attributes:
        title: What it is to show.
        words: The command, without the name of the program.
        code: The exit code that shows it.
    """

    title: str
    words: tuple[str, ...]
    code: int


def _step(title: str, command: str, code: int) -> Step:
    return Step(title, tuple(command.replace("TOUR", _MESH).split()), code)


TOURS: Mapping[str, tuple[Step, ...]] = {
    "mtls": (
        _step(
            "The mesh takes mTLS and plaintext. STRICT would break what is listed at the end.",
            "mtls TOUR/mesh.yaml --fail-on warning",
            1,
        ),
        _step(
            "STRICT, if it were applied today: calls that work would break.",
            "preview TOUR/mesh.yaml --after TOUR/strict.yaml",
            1,
        ),
        _step(
            "The fix: the batch joins the mesh, once its pods have started again, and no client is told to speak"
            " plaintext. Nothing is lost by it, and more is encrypted.",
            "preview TOUR/mesh.yaml --after TOUR/fix.yaml --require-complete",
            0,
        ),
        _step("With the fix STRICT would break nothing.", "mtls TOUR/mesh.yaml TOUR/fix.yaml", 0),
        _step(
            "STRICT, applied after the fix: no call changes.",
            "preview TOUR/mesh.yaml TOUR/fix.yaml --after TOUR/strict.yaml --require-complete",
            0,
        ),
        _step(
            "Every call that has to work still works, and the one that must not still does not.",
            "access TOUR/mesh.yaml TOUR/fix.yaml TOUR/strict.yaml --tests TOUR/calls.yaml",
            0,
        ),
        _step(
            "Every port takes mTLS alone.",
            "mtls TOUR/mesh.yaml TOUR/fix.yaml TOUR/strict.yaml --fail-on warning --require-complete",
            0,
        ),
    ),
}
"""Name of a tour -> its steps; paths are below the skill's folder."""


def take(steps: Sequence[Step], run: Callable[[list[str]], int], folder: Path, color: str) -> int:
    """Run the commands of a tour and show each with its answer.

    Args:
        steps: The steps.
        run: Runs one command and gives its exit code.
        folder: The skill's folder, which the paths are below.
        color: `auto`, `always` or `never`.

    Returns:
        0 if every step showed what it is to show, else 1.
    """
    from rich.text import Text

    from service_mesh.cli.output.folding import Line, print_lines
    from service_mesh.cli.output.terminal import console

    shown = console(color)
    wrong = []
    with contextlib.chdir(folder):
        for number, step in enumerate(steps, 1):
            title = Line(Text(f"Step {number} of {len(steps)}. {step.title}", "bold"), 0)
            command = Line(Text(f"$ service-mesh {' '.join(step.words)}\n", "cyan"), None)
            print_lines(iter((title, command)), shown)
            code = run([*step.words, "--color", color])
            print()
            if code != step.code:
                wrong.append(f"step {number} ended with {code} and not with {step.code}")
    if wrong:
        failure = Text(f"The tour did not show what it is to show: {'; '.join(wrong)}.", "bold red")
        print_lines(iter((Line(failure),)), shown)
        return 1
    print_lines(iter((Line(Text("Every step ended as it should: nothing broke on the way.", "bold green")),)), shown)
    return 0
