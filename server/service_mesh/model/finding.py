"""What is said about a node, before (Draft) and after (Finding) it is located and graded."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.model.origin import Location

if TYPE_CHECKING:
    from service_mesh.model.fix import Fix
    from service_mesh.model.node import Node

__all__ = ["Anchor", "Draft", "Finding", "FixView", "Note", "RelatedView", "ResourceRef"]


class Anchor(StrEnum):
    """Which end of a field a finding points at: its name, its value, or what reads best (AUTO)."""

    AUTO = "auto"
    KEY = "key"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that has a part in a finding, and what part."""

    node: "Node"
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding as a rule yields it: a node and a sentence. Either `node` or `location` is set.

    Attributes:
        message: What happens.
        node: What it is about.
        location: Where it is, for faults of text that has no node.
        fix: What would mend it.
        related: Other nodes that have a part in it.
        severity: The milder grade of this case, or None for the rule's own.
        partial: It rests on an absence that the input cannot prove: reported as info, and as not checked.
        tacit: Of a partial one, that the input holds nothing at all of what is missing: only counted as not checked.
        anchor: Which end of a field is pointed at.
        next_command: What a person runs next, for a problem of a cluster.
    """

    message: str
    node: "Node | None" = None
    location: Location | None = None
    fix: "Fix | None" = None
    related: tuple[Note, ...] = ()
    severity: Severity | None = None
    partial: bool = False
    tacit: bool = False
    anchor: Anchor = Anchor.AUTO
    next_command: str = ""


@dataclass(frozen=True, slots=True)
class ResourceRef:
    """Names an object in an answer."""

    api_version: str
    kind: str
    namespace: str
    name: str
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class RelatedView:
    """A second place, located."""

    resource: ResourceRef | None
    pointer: str
    file: str
    line: int
    note: str


@dataclass(frozen=True, slots=True)
class FixView:
    """A fix as it is shown: `safe` means that traffic and security stay as they were meant; `diff` is unified."""

    title: str
    safe: bool
    diff: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A located, graded finding: the published form. Field meanings are those of the contract.

    `line` and `column` are 1-based, 0 where the object came from a live cluster; `id` is the same in every run over
    the same input.
    """

    id: str
    code: str
    name: str
    category: Category
    severity: Severity
    confidence: Confidence
    message: str
    resource: ResourceRef | None
    pointer: str
    file: str
    document: int
    line: int
    column: int
    snippet: str
    related: tuple[RelatedView, ...]
    fix: FixView | None
    doc: str
    sources: tuple[str, ...]
    upstream: tuple[str, ...]

    def with_fix(self, fix: FixView | None) -> "Finding":
        """The same finding with its fix shown, or withdrawn."""
        return replace(self, fix=fix)
