"""The shapes that `mtls` answers with; field names are the published contract."""

from dataclasses import dataclass, field
from enum import StrEnum

from service_mesh.model.finding import RelatedView
from service_mesh.model.unchecked import NotChecked
from service_mesh.operations.access_result import AccessDecision

__all__ = ["Breakage", "EdgeView", "MtlsResult", "MtlsVerdict", "PortMode", "Readiness"]


class MtlsVerdict(StrEnum):
    """What holds of the ports that were asked about, the worst first: `verified` needs evidence from traffic.

    broken: workloads of one mesh cannot talk, by settings that contradict each other. unknown: some ports or edges are
    not known. plaintext: nothing that was asked about is in a mesh. permissive: some ports take plaintext too.
    enforced: every port takes mTLS alone.
    """

    BROKEN = "broken"
    UNKNOWN = "unknown"
    PLAINTEXT = "plaintext"
    PERMISSIVE = "permissive"
    ENFORCED = "enforced"


@dataclass(frozen=True, slots=True)
class PortMode:
    """What a workload takes on a port.

    Attributes:
        workload: `Kind namespace/name`.
        port: Number of the container port.
        mesh: `istio`, `linkerd`, or empty outside of a mesh.
        mode: `strict`, `permissive`, `disable`, `plaintext` (not in a mesh), `gateway` (the `tls` of its servers
            decides, and no policy) or `unknown`.
        decided_by: The settings that decide it, from the widest to the deciding one.
        missing: What would have to be known, where it is unknown.
    """

    workload: str
    port: int
    mesh: str
    mode: str
    decided_by: tuple[RelatedView, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True)
class EdgeView:
    """What connections of some workloads to a port of some others carry.

    Attributes:
        from_: Who connects: `Kind namespace/name`, the first few.
        clients: How many connect so.
        to: Who is connected to, the first few.
        servers: How many are reached so.
        port: Number of the container port.
        transport: What is carried; see `posture.edges.Transport`.
        encrypted: Whether it is encrypted; None where that is not known.
        authenticated: Whether the server knows the client's identity; None where that is not known.
        decision: Whether the connection passes policies, as far as that does not hang on the request.
        reason: Why it is carried so, in one sentence.
        decided_by: The settings that decide it.
        same_mesh: Whether both ends are in one mesh.
    """

    from_: tuple[str, ...]
    clients: int
    to: tuple[str, ...]
    servers: int
    port: int
    transport: str
    encrypted: bool | None
    authenticated: bool | None
    decision: AccessDecision
    reason: str
    decided_by: tuple[RelatedView, ...] = ()
    same_mesh: bool = False

    @property
    def id(self) -> str:
        """The same in every run."""
        return f"{self.transport} {self.port} {self.from_[:1]} {self.to[:1]}"


@dataclass(frozen=True, slots=True)
class Breakage:
    """Connections that work now and would not in STRICT mode.

    Attributes:
        from_: Who connects, the first few.
        clients: How many connect so; 0 for somebody outside, who is not counted.
        to: Who is connected to, the first few.
        servers: How many are reached so.
        port: Number of the container port.
        reason: Why they carry no mTLS of the mesh.
        decided_by: What makes it so, and could be changed.
        is_certain: False where they may carry mTLS after all; what would settle that is in `needs`.
        needs: What would settle it.
    """

    from_: tuple[str, ...]
    clients: int
    to: tuple[str, ...]
    servers: int
    port: int
    reason: str
    decided_by: tuple[RelatedView, ...] = ()
    is_certain: bool = True
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether every port of the mesh could take mTLS alone.

    Attributes:
        ready: False where something would break, None where that is not known.
        would_break: What would break, the certain ones first.
    """

    ready: bool | None
    would_break: tuple[Breakage, ...] = ()


@dataclass(frozen=True, slots=True)
class MtlsResult:
    """The answer of `mtls`.

    Attributes:
        verdict: The judgement of all that was asked about.
        workloads: What each port takes.
        edges: What connections carry, the worst first.
        strict_ready: Whether STRICT mode would break something.
        totals: Transport -> pairs of workloads and ports that carry it.
        not_checked: What was given and not read.
        versions: What it was judged by.
        notes: What follows from the versions, and what the answer does not tell.
    """

    verdict: MtlsVerdict
    workloads: tuple[PortMode, ...]
    edges: tuple[EdgeView, ...]
    strict_ready: Readiness
    totals: dict[str, int] = field(default_factory=dict)
    not_checked: tuple[NotChecked, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
