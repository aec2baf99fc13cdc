"""Answers what causes a symptom: the suspects of it in order, each looked for in the findings and in the objects."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from service_mesh.mesh.naming import Subject
from service_mesh.mesh.view import MeshView
from service_mesh.model.kubectl import get_yaml
from service_mesh.model.resource import Resource
from service_mesh.status.symptoms.case import Case, Clue, Found, Suspect
from service_mesh.status.symptoms.commands import telling_more
from service_mesh.status.symptoms.order import EXPLAINED, ORDER
from service_mesh.status.symptoms.reach import near
from service_mesh.status.symptoms.scope import case_of
from service_mesh.status.symptoms.table import SUSPECTS

__all__ = ["Diagnosis", "diagnose"]

_HINTS = 2


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The likeliest cause.

    Attributes:
        text: What causes the symptom, or may; empty where nothing was found.
        resource: The object with the fault.
        code: Code of the rule that found it; empty where the objects alone show it.
        next_command: What to run next.
        disproof: What would show that it is something else.
        looked_for: What was looked for, in the order of its likelihood, with what came of it.
    """

    text: str
    resource: Resource | None
    code: str
    next_command: str
    disproof: str
    looked_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Checked:
    """A suspect with what speaks for it, the best first, and whether that explains the symptom."""

    suspect: Suspect
    clues: tuple[Clue, ...]
    hints: tuple[Clue, ...]
    explains: bool

    @property
    def is_certain(self) -> bool:
        return self.explains and bool(self.clues) and self.clues[0].proves


def diagnose(view: MeshView, findings: Iterable[Found], symptom: str, subject: Subject) -> Diagnosis:
    """Look for the cause of a symptom.

    A suspect that is proved and explains the symptom comes before one that is only likely, whatever their order.

    Args:
        view: The objects.
        findings: What the rules said of all clusters.
        symptom: A key of `ORDER`.
        subject: What shows it.
    """
    case = case_of(view, symptom, subject)
    by_code = _by_code(findings)
    suspects = [(name, SUSPECTS[name]) for name in ORDER[symptom] if _concerns(SUSPECTS[name], case)]
    checked = [_check(case, suspect, by_code, explains=name in EXPLAINED[symptom]) for name, suspect in suspects]
    looked_for = tuple(_looked_for(case, one) for one in checked)
    certain = next((one for one in checked if one.is_certain), None)
    best = certain or next((one for one in checked if one.clues), None)
    if best is None:
        return Diagnosis("", None, "", telling_more(case), "", looked_for)
    clue, suspect = best.clues[0], best.suspect
    command = clue.next_command or get_yaml(clue.node.resource)
    text = _sentence(clue, suspect, is_certain=best.is_certain)
    return Diagnosis(text, clue.node.resource, clue.code, command, suspect.disproof, looked_for)


def _by_code(findings: Iterable[Found]) -> Mapping[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for one in findings:
        found.setdefault(one.code, []).append(one)
    return found


def _concerns(suspect: Suspect, case: Case) -> bool:
    return not suspect.meshes or not suspect.meshes.isdisjoint(case.meshes)


def _check(case: Case, suspect: Suspect, by_code: Mapping[str, list[Found]], *, explains: bool) -> _Checked:
    clues = [*_from_findings(case, suspect, by_code)]
    if suspect.probe is not None:
        clues += suspect.probe(case)
    told = sorted((clue for clue in clues if not clue.is_hint), key=_doubt)
    return _Checked(suspect, tuple(told), tuple(clue for clue in clues if clue.is_hint), explains)


def _from_findings(case: Case, suspect: Suspect, by_code: Mapping[str, list[Found]]) -> Iterator[Clue]:
    """The findings of the suspect's rules that concern the case, on the workload itself first."""
    for code in (*suspect.proof, *suspect.signs):
        concerning = [one for one in by_code.get(code, ()) if suspect.reach is not None and suspect.reach(case, one)]
        for found in sorted(concerning, key=lambda one: _distance(case, one)):
            proves = code in suspect.proof and _is_proof(case, suspect, found)
            yield Clue(found.message, found.node, found.next_command, code, proves)


def _is_proof(case: Case, suspect: Suspect, found: Found) -> bool:
    """Whether a finding shows its suspect for certain; what rests on an absence does where all of that was read."""
    if found.is_mild or (found.is_partial and not all(map(case.is_listed, suspect.needs))):
        return False
    return suspect.proves_afar or near(case, found)


def _distance(case: Case, found: Found) -> tuple[int, int, str]:
    key = found.resource.key
    place = 0 if key in case.core else 1 if key in case.near else 2
    return place, found.severity.rank, found.resource.title


def _doubt(clue: Clue) -> bool:
    return not clue.proves


def _sentence(clue: Clue, suspect: Suspect, *, is_certain: bool) -> str:
    """The cause in words: `is` where it is proved and explains the symptom, else `may be`."""
    verb = "is" if is_certain else "may be"
    resource = clue.node.resource
    where = "" if not clue.code or resource.name in clue.text else f" ({resource.title})"
    because = f"; {suspect.because}" if suspect.because else ""
    return f"the cause {verb} that {clue.text}{where}{because}"


def _looked_for(case: Case, checked: _Checked) -> str:
    title = checked.suspect.title
    if checked.clues:
        return f"{title}: found"
    if checked.hints:
        names = list(dict.fromkeys(hint.node.resource.title for hint in checked.hints))
        more = f" and {len(names) - _HINTS} more" if len(names) > _HINTS else ""
        return f"{title}: undecided, see {', '.join(names[:_HINTS])}{more}"
    unread = [kind.name for kind in checked.suspect.needs if not case.is_listed(kind)]
    return f"{title} (not read: {', '.join(unread)})" if unread else title
