"""Asks for requirements at a terminal, one question after the other; an empty answer leaves a fact unknown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service_mesh.model.names import nearest
from service_mesh.recommend.requirements import Cni, Experience, Level, Need, Option, Platform

__all__ = ["QUESTIONS", "Question", "ask"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        field: Where the answer goes, as `sizes.pods`.
        text: What is asked.
        choices: The words that answer it; none where a number does.
    """

    field: str
    text: str
    choices: tuple[str, ...] = ()


_YES_NO = ("yes", "no")
_LEVELS = tuple(Level)

QUESTIONS = (
    *(Question(f"needs.{need.value}", f"Is {need.value} needed", _LEVELS) for need in Need),
    Question("sizes.nodes", "How many nodes, all clusters together"),
    Question("sizes.pods", "How many pods"),
    Question("sizes.services", "How many services"),
    Question("sizes.clusters", "How many clusters"),
    Question("traffic.latency_budget_ms", "How many milliseconds may a mesh add to the 99th percentile"),
    Question("constraints.cni", "Which network plugin runs", tuple(Cni)),
    Question("constraints.cni_may_change", "May the network plugin be changed", _YES_NO),
    Question("constraints.platform", "Who runs the clusters", tuple(Platform)),
    Question("constraints.serverless_nodes", "Do pods run on serverless nodes", _YES_NO),
    Question("constraints.privileged_pods", "Are privileged pods allowed", _YES_NO),
    Question("constraints.managed_only", "Must somebody else run the mesh", _YES_NO),
    Question("constraints.existing", "Which of these runs already", tuple(Option)),
    Question("team.engineers", "How many engineers run the platform"),
    Question("team.mesh_experience", "What does the team know of meshes", tuple(Experience)),
    Question("team.ebpf_experience", "What does it know of eBPF", tuple(Experience)),
    Question("team.on_call", "Is somebody on call", _YES_NO),
)


def ask(read: Callable[[str], str], write: Callable[[str], None]) -> dict[str, object]:
    """Ask every question and gather the answers as requirements.

    Args:
        read: Shows a prompt and gives what is typed.
        write: Shows a sentence.

    Raises:
        EOFError: The input ended; what was answered before counts no more.
    """
    write("Press Enter where you do not know: what is not known is told, and never counts as a yes.\n")
    found: dict[str, object] = {}
    for question in QUESTIONS:
        value = _answer(question, read, write)
        if value is not None:
            part, _, name = question.field.partition(".")
            held = found.setdefault(part, {})
            if isinstance(held, dict):
                held[name] = value
    return found


def _answer(question: Question, read: Callable[[str], str], write: Callable[[str], None]) -> object:
    choices = f" ({', '.join(question.choices)})" if question.choices else " (a number)"
    while True:
        text = read(f"{question.text}?{choices} ").strip().lower()
        if not text:
            return None
        value = _value(question, text)
        if value is not None:
            return value
        near = nearest(text, question.choices)
        write(f"  did you mean '{near}'?" if near else f"  one of{choices}, or Enter")


def _value(question: Question, text: str) -> object:
    if not question.choices:
        return int(text) if text.isdecimal() and len(text) < 9 else None
    words: Mapping[str, object] = dict(zip(_YES_NO, (True, False), strict=True)) if question.choices == _YES_NO else {}
    return words.get(text, text) if text in question.choices else None
