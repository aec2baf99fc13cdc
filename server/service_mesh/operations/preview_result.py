"""The shapes that `preview` answers with; field names are the published contract."""

from dataclasses import dataclass, field

from service_mesh.model.finding import Finding, RelatedView
from service_mesh.model.unchecked import NotChecked
from service_mesh.operations.access_matrix_result import MatrixPort
from service_mesh.operations.access_result import AccessDecision, Deciding
from service_mesh.operations.result import Verdict

__all__ = [
    "AccessChanges",
    "CallSide",
    "CallsChange",
    "ChangedObject",
    "EncryptionChanges",
    "FindingChanges",
    "PreviewResult",
]


@dataclass(frozen=True, slots=True)
class ChangedObject:
    """An object that the change touches: `Kind namespace/name`, and `added`, `changed` or `removed`."""

    title: str
    how: str


@dataclass(frozen=True, slots=True)
class CallSide:
    """Some calls, before the change or after it.

    Attributes:
        decision: Whether they pass.
        transport: What their connections carry; see `posture.edges.Transport`.
        encrypted: Whether that is encrypted; None where that is not known.
        authenticated: Whether the server knows the client's identity; None where that is not known.
        deciding: What decides; None where they pass and no policy speaks of them.
        needs: What would settle an answer that is not known.
        carried_because: Why their connections carry it, in one sentence.
        carried_by: The setting that decides that last.
    """

    decision: AccessDecision
    transport: str
    encrypted: bool | None
    authenticated: bool | None
    deciding: Deciding | None
    needs: tuple[str, ...] = ()
    carried_because: str = ""
    carried_by: RelatedView | None = None


@dataclass(frozen=True, slots=True)
class CallsChange:
    """Calls of which the change makes the same.

    Attributes:
        from_: Who calls: `Kind namespace/name`, the first few.
        clients: How many call so.
        to: Who is called, the first few.
        servers: How many are called so.
        port: The port that is called.
        requests: Requests that show it, such as `GET /admin`; none where it holds whatever is requested.
        before: What they were; None where an end of them or the port is new.
        after: What they are; None where an end of them or the port is gone.
    """

    from_: tuple[str, ...]
    clients: int
    to: tuple[str, ...]
    servers: int
    port: MatrixPort
    requests: tuple[str, ...]
    before: CallSide | None
    after: CallSide | None

    @property
    def pairs(self) -> int:
        """Pairs of workloads."""
        return self.clients * self.servers

    @property
    def breaks(self) -> bool:
        """Whether no connection comes about any more, which no policy asks for."""
        after = self.after
        is_lost = self.before is not None and self.before.decision is AccessDecision.ALLOW
        return is_lost and after is not None and after.transport == "broken"


@dataclass(frozen=True, slots=True)
class AccessChanges:
    """What becomes of calls.

    Attributes:
        gained: Calls that pass after the change and did not before.
        lost: Calls that passed before the change and do not after it.
        newly_unauthenticated: Calls that go on, but of which the server no longer surely knows who the client is.
        uncertain: Calls of which it is not known before the change, or after it, whether they pass.
    """

    gained: tuple[CallsChange, ...] = ()
    lost: tuple[CallsChange, ...] = ()
    newly_unauthenticated: tuple[CallsChange, ...] = ()
    uncertain: tuple[CallsChange, ...] = ()


@dataclass(frozen=True, slots=True)
class EncryptionChanges:
    """What becomes of encryption of calls that go on.

    Attributes:
        lost: Calls that were surely encrypted and no longer are.
        gained: Calls that surely are encrypted and were not.
    """

    lost: tuple[CallsChange, ...] = ()
    gained: tuple[CallsChange, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingChanges:
    """What `validate` says after the change and did not before, the reverse, and how much it says both times."""

    introduced: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class PreviewResult:
    """The answer of `preview`.

    Attributes:
        verdict: `fail`: something at or above what was asked for. An introduced finding has its own severity; calls
            that lose encryption or authentication, or that can no longer connect, count as errors, others that are
            gained or lost as warnings. `incomplete`: not that, but not everything is known.
        objects: The objects that differ.
        access: What becomes of calls.
        encryption: What becomes of encryption.
        findings: What becomes of findings.
        workloads: How many workloads were looked at.
        not_checked: What was given and not read.
        versions: What it was judged by, after the change.
        notes: What follows from the versions, and what the answer does not tell.
    """

    verdict: Verdict
    objects: tuple[ChangedObject, ...]
    access: AccessChanges
    encryption: EncryptionChanges
    findings: FindingChanges
    workloads: int = 0
    not_checked: tuple[NotChecked, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
