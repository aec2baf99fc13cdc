"""Steps, written: files with their text, and commands."""

from dataclasses import dataclass

from service_mesh.generate.plan import Step

__all__ = ["Leaf"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A step, written.

    Attributes:
        step: What it is written from.
        name: Name of the file; empty for a command.
        text: What the file holds.
        apply: How it is applied: the name of a file for `kubectl apply -f`, else commands.
        undo: The commands that take it back; none where the objects in the file tell them.
    """

    step: Step
    name: str
    text: str
    apply: tuple[str, ...]
    undo: tuple[str, ...]
