"""The shapes that `status` answers with; field names are the published contract."""

from dataclasses import dataclass

from service_mesh.model.finding import ResourceRef
from service_mesh.model.grade import Severity
from service_mesh.operations.result import Counts, NotChecked, Verdict
from service_mesh.status.health import MeshHealth
from service_mesh.status.linkerd_exports import CheckResult

__all__ = ["Cause", "Evidence", "Problem", "ReadCluster", "StatusResult"]


@dataclass(frozen=True, slots=True)
class ReadCluster:
    """A cluster that was read.

    Attributes:
        name: What its snapshot or context calls it; empty where nothing does.
        key: `Resource.cluster` of its objects: empty where it is alone.
        taken_at: When it was read, RFC 3339 in UTC; empty where nothing tells.
        kubernetes: Version of its API server, empty where nothing tells.
        source: Who collected it, in a word.
        objects: How many objects were read.
    """

    name: str
    key: str
    taken_at: str
    kubernetes: str
    source: str
    objects: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """The field a problem was read from: a JSON pointer into the object, and what stands there, shortened."""

    pointer: str
    value: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a cluster: a finding of a health rule.

    Attributes:
        id: The same in every run over the same cluster.
        code: Code of the rule, `ST101`.
        name: Name of the rule.
        severity: How grave it is.
        check: The part of the health it belongs to, such as `control-plane`.
        message: What is wrong.
        resource: The object it was read from.
        evidence: The field.
        file: Where the object stands in a snapshot; empty for a live cluster.
        line: The line there; 0 for a live cluster.
        next_command: What to run next.
        doc: Page of the rule.
        sources: What the rule rests on.
    """

    id: str
    code: str
    name: str
    severity: Severity
    check: str
    message: str
    resource: ResourceRef | None
    evidence: Evidence
    file: str
    line: int
    next_command: str
    doc: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """The likeliest cause of a symptom.

    Attributes:
        symptom: What was seen.
        workload: Of which workload.
        cause: What causes it; empty where nothing was found.
        resource: The object that has the fault.
        code: Code of the rule that found it.
        next_command: What to run next.
        disproof: What would show that it is something else.
        looked_for: What was looked for, in the order of its likelihood.
    """

    symptom: str
    workload: str
    cause: str
    resource: ResourceRef | None
    code: str
    next_command: str
    disproof: str
    looked_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatusResult:
    """The answer of `status`: problems first by gravity, then by object.

    `taken_at` is when the oldest of the clusters was read, `clusters` tells it of each; `config` counts inside the
    meshes are findings of `validate` over the live configuration; `versions` are the releases it was judged by;
    `reported` is what a saved answer of `linkerd check` found; `nothing_checked` says that no mesh was found,
    or nothing could be read.
    """

    verdict: Verdict
    meshes: tuple[MeshHealth, ...]
    problems: tuple[Problem, ...]
    counts: Counts
    not_checked: tuple[NotChecked, ...]
    taken_at: str
    clusters: tuple[ReadCluster, ...]
    versions: dict[str, str]
    notes: tuple[str, ...] = ()
    reported: tuple[CheckResult, ...] = ()
    cause: Cause | None = None
    nothing_checked: bool = False
