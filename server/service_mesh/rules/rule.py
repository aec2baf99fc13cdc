"""What a rule is: metadata beside one function, a value like any other."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from service_mesh.mesh.view import MeshView
from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.model.kinds import Kind
from service_mesh.model.resource import Resource
from service_mesh.model.script import Script

__all__ = [
    "FAMILIES",
    "HEALTH_FAMILIES",
    "CommandCheck",
    "Condition",
    "ResourceCheck",
    "Rule",
    "ScriptCheck",
    "command_rule",
    "declare",
    "rule",
    "script_rule",
]

ResourceCheck = Callable[[Resource, MeshView], Iterator[Draft]]
Condition = Callable[[MeshView], bool]
CommandCheck = Callable[[Command], Iterator[Draft]]
ScriptCheck = Callable[[Script], Iterator[Draft]]

FAMILIES = {
    "istio": "IS",
    "ambient": "AM",
    "gateway": "GW",
    "linkerd": "LD",
    "cilium": "CI",
    "delivery": "DL",
    "kubernetes": "K8",
    "schema": "SC",
    "commands": "CM",
    "status": "ST",
    "certificates": "CE",
}
"""Folder of a family -> the two letters its codes start with."""

HEALTH_FAMILIES = frozenset({"status", "certificates"})
"""Families about what runs: asked of clusters only, never of files."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be wrong.

    Attributes:
        code: The family's two letters and three digits; never used again once published.
        name: Kebab case, named after the bad pattern: "allow subset-undefined" reads as a sentence.
        category: What it is about.
        severity: The consequence; an error needs the CRD, the API server or the implementation among `sources`.
        confidence: How sure a finding of this rule is.
        since: The release of this project that brought it.
        sources: Documentation URLs, or `project: path/in/its/repository`.
        upstream: Codes of other checkers that people know.
        about: Kinds the rule is asked about; empty for rules that the schema pass or the reader decides.
        reads: Further kinds it looks at.
        needs: Names of fields; an object without any of them has nothing the rule could say something about, and it is
            not asked. Empty where every object is asked.
        where: What has to be true of an input; of any other the rule has nothing to say, and it is not asked. None
            where every input will do.
        check: The function for objects; None where another pass decides.
        command_check: The function for commands in text, asked of one after the other.
        script_check: The function for all commands of a text together.
        page: The module's docstring: why it matters, wrong, right, when it stays quiet, fix safety.
        family: Folder of the rule.
        room: Folder inside the family's folder, empty where it has none: for health, what the rule is a part of.
    """

    code: str
    name: str
    category: Category
    severity: Severity
    confidence: Confidence
    since: str
    sources: tuple[str, ...]
    upstream: tuple[str, ...] = ()
    about: tuple[Kind, ...] = ()
    reads: tuple[Kind, ...] = ()
    needs: frozenset[str] = frozenset()
    where: Condition | None = None
    check: ResourceCheck | None = None
    command_check: CommandCheck | None = None
    script_check: ScriptCheck | None = None
    page: str = ""
    family: str = ""
    room: str = ""

    @property
    def is_about_health(self) -> bool:
        """Whether it is asked of clusters only."""
        return self.family in HEALTH_FAMILIES

    @property
    def is_about_commands(self) -> bool:
        """Whether it is asked of commands in text and not of objects."""
        return self.command_check is not None or self.script_check is not None

    def may_speak_of(self, names: AbstractSet[str]) -> bool:
        """Tell whether an object with fields of these names has any that the rule is about."""
        return not self.needs or not self.needs.isdisjoint(names)

    def may_speak_in(self, mesh: MeshView) -> bool:
        """Tell whether an input holds anything that the rule is about."""
        return self.where is None or self.where(mesh)

    @property
    def title(self) -> str:
        """The first sentence of the page."""
        return self.page.strip().partition("\n")[0]

    @property
    def doc(self) -> str:
        """Path of the generated page, from the skill's folder."""
        return f"references/rules/{self.family}/{self.code}.md"


def rule(
    code: str,
    *,
    category: Category,
    severity: Severity,
    about: tuple[Kind, ...],
    sources: tuple[str, ...],
    confidence: Confidence = Confidence.HIGH,
    reads: tuple[Kind, ...] = (),
    needs: tuple[str, ...] = (),
    where: Condition | None = None,
    upstream: tuple[str, ...] = (),
    since: str = "0.1",
) -> Callable[[ResourceCheck], Rule]:
    """Make a rule of a function over one object and the mesh around it; its name is the function's, in kebab case.

    The function yields drafts. It raises nothing, changes nothing and keeps no state.
    """

    def make(check: ResourceCheck) -> Rule:
        return Rule(
            code=code,
            name=_kebab(check),
            category=category,
            severity=severity,
            confidence=confidence,
            since=since,
            sources=sources,
            upstream=upstream,
            about=about,
            reads=reads,
            needs=frozenset(needs),
            where=where,
            check=check,
        )

    return make


def command_rule(
    code: str, *, category: Category, severity: Severity, sources: tuple[str, ...], since: str = "0.1"
) -> Callable[[CommandCheck], Rule]:
    """Make a rule of a function over one command of a shell block."""

    def make(check: CommandCheck) -> Rule:
        return Rule(
            code=code,
            name=_kebab(check),
            category=category,
            severity=severity,
            confidence=Confidence.HIGH,
            since=since,
            sources=sources,
            command_check=check,
        )

    return make


def script_rule(
    code: str, *, category: Category, severity: Severity, sources: tuple[str, ...], since: str = "0.1"
) -> Callable[[ScriptCheck], Rule]:
    """Make a rule of a function over all commands of one document: for what a step needs from another one.

    Each draft points at a word of a command. What a text does not say may stand in a text nobody has: the function
    speaks only of what the commands set out to do themselves.
    """

    def make(check: ScriptCheck) -> Rule:
        return Rule(
            code=code,
            name=_kebab(check),
            category=category,
            severity=severity,
            confidence=Confidence.HIGH,
            since=since,
            sources=sources,
            script_check=check,
        )

    return make


def declare(
    code: str,
    name: str,
    *,
    category: Category,
    severity: Severity,
    sources: tuple[str, ...],
    upstream: tuple[str, ...] = (),
    since: str = "0.1",
) -> Rule:
    """Name something that the reader, the schema pass or the engine itself decides, so that it has a page too."""
    return Rule(
        code=code,
        name=name,
        category=category,
        severity=severity,
        confidence=Confidence.HIGH,
        since=since,
        sources=sources,
        upstream=upstream,
    )


def _kebab(check: ResourceCheck | CommandCheck | ScriptCheck) -> str:
    return check.__name__.replace("_", "-")
