"""The shapes that operations answer with; field names are the published contract."""

from dataclasses import dataclass, field
from enum import StrEnum

from service_mesh.model.counts import Counts
from service_mesh.model.finding import Finding
from service_mesh.model.unchecked import NotChecked

__all__ = ["Counts", "Fixed", "NotChecked", "ResourceCounts", "Rewritten", "ValidateResult", "Verdict"]


class Verdict(StrEnum):
    """pass: all checked, nothing failed. fail: something failed. incomplete: nothing failed, not all was checked."""

    PASS = "pass"
    FAIL = "fail"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class ResourceCounts:
    """What became of the documents.

    Attributes:
        total: Documents read, Lists unpacked, empty documents left out.
        valid: Judged by the schema check and accepted.
        invalid: Refused by the schema check or unreadable.
        skipped: YAML that is no Kubernetes object (values files, kustomizations, code samples).
        not_checked: Kubernetes objects that could not be judged: unknown group, templates.
    """

    total: int = 0
    valid: int = 0
    invalid: int = 0
    skipped: int = 0
    not_checked: int = 0


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file as it would be after the fixes: `diff` is unified, `text` the whole new content.

    Of a file with a Secret `text` is None, and `diff` has no line of the Secret.
    """

    file: str
    diff: str
    text: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Rewritten:
    """A file before and after the fixes, Secrets and all: made to be written, never to be shown."""

    file: str
    before: str
    text: str


@dataclass(frozen=True, slots=True)
class ValidateResult:
    """The answer of `validate`: findings in the order of file, line, column, code.

    `commands` counts the mesh commands that were looked at in Markdown, `chart_values` the values files of Istio's
    charts; `versions` are those that objects were judged
    by, and `notes` says what follows from them.
    """

    verdict: Verdict
    counts: Counts
    resources: ResourceCounts
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...] = ()
    complete_namespaces: tuple[str, ...] = ()
    fixed: tuple[Fixed, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    commands: int = 0
    next_cursor: str | None = None
    chart_values: int = 0

    @property
    def nothing_checked(self) -> bool:
        """Whether not a single document or command was judged."""
        return self.resources.valid + self.resources.invalid + self.commands + self.chart_values == 0
